package dev.caravan.camel.provider;

import static dev.caravan.camel.exchange.ExchangeKeys.ACCOUNT;

import dev.caravan.provider.Account;
import java.util.Locale;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.jspecify.annotations.Nullable;

/**
 * Lets out and in only the headers that are meant: nothing a message carries for our own use reaches a provider, and
 * nothing a provider sends steers a later endpoint.
 */
public final class WireHeaders implements HeaderFilterStrategy {
    private static final Set<String> OUT = Set.of(
            "x-caravan-call",
            "anthropic-version",
            "x-goog-upload-protocol",
            "x-goog-upload-command",
            "x-goog-upload-offset",
            "x-goog-upload-header-content-length",
            "x-goog-upload-header-content-type");
    private static final Set<String> IN = Set.of("retry-after", "retry-after-ms", "x-goog-upload-url", "location");

    @Override
    public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
        return value == null || !OUT.contains(name.toLowerCase(Locale.ROOT));
    }

    @Override
    public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
        return !IN.contains(name.toLowerCase(Locale.ROOT)) && !tellsLimits(name, exchange);
    }

    /** Headers that the account's registry entry names; they are read as numbers and for nothing else. */
    private static boolean tellsLimits(String name, @Nullable Exchange exchange) {
        Account account = exchange == null ? null : ACCOUNT.find(exchange);
        return account != null
                && (name.equalsIgnoreCase(account.limits().requestsHeader())
                        || name.equalsIgnoreCase(account.limits().tokensHeader()));
    }
}
