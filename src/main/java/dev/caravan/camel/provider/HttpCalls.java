package dev.caravan.camel.provider;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.provider.Account;
import dev.caravan.provider.Answer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.MalformedURLException;
import java.net.NoRouteToHostException;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import javax.net.ssl.SSLHandshakeException;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.jspecify.annotations.Nullable;

/** What every provider's bean does with messages of {@code routes/http/http.camel.yaml}: aim, read, explain. */
final class HttpCalls {
    /** Before any of these was thrown, not one byte of the request had left. */
    private static final List<Class<? extends Exception>> NEVER_SENT = List.of(
            ConnectException.class,
            ConnectTimeoutException.class,
            ConnectionRequestTimeoutException.class,
            NoRouteToHostException.class,
            UnknownHostException.class,
            SSLHandshakeException.class,
            MalformedURLException.class,
            URISyntaxException.class);

    private static final Pattern SAFE_ID = Pattern.compile("[A-Za-z0-9_-]{1,200}");

    private HttpCalls() {}

    static Account account(Exchange exchange) {
        return Objects.requireNonNull(exchange.getProperty("account", Account.class), "no account");
    }

    /** @param path what follows the account's base URL */
    static void prepare(Exchange exchange, String method, String path, @Nullable Object body, @Nullable String type) {
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_METHOD, method);
        message.setHeader(Exchange.HTTP_URI, account(exchange).baseUrl() + path);
        if (type != null) {
            message.setHeader(Exchange.CONTENT_TYPE, type);
        }
        message.setBody(body);
    }

    /** Ends a call: nothing of its headers stays, neither ours nor theirs. */
    static void end(Exchange exchange, Object result) {
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setBody(result);
    }

    static int status(Exchange exchange) {
        Integer status = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
        return status == null ? 0 : status;
    }

    static @Nullable JsonNode body(Exchange exchange) {
        String text = exchange.getMessage().getBody(String.class);
        return text == null ? null : OpenAiReplies.parse(text);
    }

    static @Nullable Duration retryAfter(Exchange exchange) {
        String millis = exchange.getMessage().getHeader("retry-after-ms", String.class);
        String seconds = exchange.getMessage().getHeader("retry-after", String.class);
        if (millis != null && millis.matches("[0-9]{1,9}")) {
            return Duration.ofMillis(Long.parseLong(millis));
        }
        return seconds != null && seconds.matches("[0-9]{1,6}") ? Duration.ofSeconds(Long.parseLong(seconds)) : null;
    }

    /** An id of the provider, about to become part of an address and of a file's name. */
    static String safe(String id) {
        if (!SAFE_ID.matcher(id).matches()) {
            throw new IllegalStateException("the provider sent an id that leads elsewhere");
        }
        return id;
    }

    static Throwable cause(Exchange exchange) {
        Throwable caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        return caught == null ? new IOException("unknown") : caught;
    }

    static boolean neverSent(Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            for (Class<? extends Exception> kind : NEVER_SENT) {
                if (kind.isInstance(each)) {
                    return true;
                }
            }
        }
        return false;
    }

    static String describe(Throwable cause) {
        return cause.getClass().getSimpleName() + ": " + cause.getMessage();
    }

    /** Trouble of a call that buys nothing: what may have happened at the other side does not matter. */
    static Answer harmless(Exchange exchange, @Nullable JsonNode body) {
        Answer trouble = status(exchange) == 200
                ? new Answer.Transient("unreadable", "the provider answered 200 with no JSON")
                : OpenAiReplies.trouble(status(exchange), body, retryAfter(exchange));
        return trouble instanceof Answer.Ambiguous each ? new Answer.Transient(each.code(), each.detail()) : trouble;
    }
}
