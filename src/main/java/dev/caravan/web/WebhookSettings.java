package dev.caravan.web;

import dev.caravan.base.SecretBlotter;
import dev.caravan.base.UserMistakeException;
import dev.caravan.provider.ProviderKeys;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Who is told of what happens. An address may itself be a secret, so none is told or kept.
 *
 * @param secret that signs what is sent; empty where nobody is told
 */
public record WebhookSettings(List<URI> receivers, String secret) {
    public static final String SECRET = "CARAVAN_WEBHOOK_SECRET";
    /** Addresses with blanks between them, for those that must not stand on a command line. */
    public static final String RECEIVERS = "CARAVAN_WEBHOOKS";

    private static final int SHORTEST_SECRET = 16;
    private static final int MOST = 10;

    public WebhookSettings {
        receivers = List.copyOf(receivers);
        receivers.forEach(each -> SecretBlotter.add(each.toString()));
        SecretBlotter.add(secret);
        if (receivers.size() > MOST) {
            throw new UserMistakeException("--webhook", "", "may be given up to " + MOST + " times");
        }
        if (!receivers.isEmpty() && secret.length() < SHORTEST_SECRET) {
            throw new UserMistakeException(
                    "--webhook",
                    "",
                    "needs a secret that signs what is sent: set " + SECRET
                            + " in the environment or in .env to at least " + SHORTEST_SECRET + " random characters");
        }
    }

    /** @param urls of the command line; the operator may set more of them */
    public static WebhookSettings of(List<String> urls, ProviderKeys keys) {
        var all = new ArrayList<>(urls);
        keys.get(RECEIVERS)
                .ifPresent(more -> all.addAll(Arrays.asList(more.strip().split("\\s+"))));
        return new WebhookSettings(
                all.stream().distinct().map(WebhookSettings::uri).toList(),
                keys.phrase(SECRET).orElse(""));
    }

    private static URI uri(String url) {
        try {
            URI uri = URI.create(url);
            String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
            if ((scheme.equals("http") || scheme.equals("https"))
                    && uri.getHost() != null
                    && uri.getUserInfo() == null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // told below
        }
        throw new UserMistakeException(
                "--webhook", "", "must be an address such as https://example.com/hook, without a user in it");
    }

    /** Names a receiver without telling its address. */
    static String name(URI receiver) {
        return ProviderKeys.fingerprint(receiver.toString());
    }

    @Override
    public String toString() {
        return receivers.size() + " webhooks";
    }
}
