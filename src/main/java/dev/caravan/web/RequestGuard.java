package dev.caravan.web;

import dev.caravan.base.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who may speak to the service, asked before anything else is done with a request, whatever answers it. A page of the
 * web must not reach it through the browser of whoever sits at this machine, be it by a name that means this machine
 * (Host) or from another site (Origin); where a token is set, nobody does without it.
 */
public final class RequestGuard {
    /** Most bytes of a request's body. */
    public static final long MOST_BYTES = 1 << 20;

    private static final Pattern HOST = Pattern.compile("(\\[[0-9a-f:.]+]|[^\\s:@/\\\\?#\\[\\]]+)(?::\\d{1,5})?");
    private static final Pattern IP = Pattern.compile("\\[[0-9a-f:.]+]|\\d{1,3}(?:\\.\\d{1,3}){3}");
    private static final List<String> ONCE =
            List.of("host", "origin", "authorization", "content-length", "content-type");

    private final Set<String> names = new HashSet<>();
    private final boolean anyAddress;
    private final byte[] token;

    public RequestGuard(HttpSettings settings) {
        names.addAll(settings.names());
        names.add(settings.authority());
        anyAddress = settings.everyAddress();
        if (settings.loopback() || anyAddress) {
            names.addAll(List.of("localhost", "127.0.0.1", "[::1]"));
        }
        token = settings.token().isEmpty() ? new byte[0] : digest(settings.token());
    }

    /**
     * @param headers all values of a header by its name
     * @return what is wrong with the request; empty when it may go on
     */
    public Optional<HttpProblem> refuse(String method, Function<String, List<String>> headers) {
        for (String each : ONCE) {
            if (headers.apply(each).size() > 1) {
                return problem(400, "the header " + each + " came more than once");
            }
        }
        String host = first(headers, "host").toLowerCase(Locale.ROOT);
        if (!mayBeCalled(host)) {
            return problem(
                    421,
                    "this service is not called '" + clean(host)
                            + "'; use the address that it said when it started, or start it with --allowed-host");
        }
        if (!isSameSite(host, method, headers)) {
            return problem(403, "pages of other sites may not speak to this service");
        }
        if (token.length > 0 && !hasToken(first(headers, "authorization"))) {
            return problem(
                    401, "a token is needed: send the header Authorization: Bearer, with what CARAVAN_TOKEN is set to");
        }
        return isForm(first(headers, "content-type").toLowerCase(Locale.ROOT))
                ? problem(415, "nothing here takes a form; send JSON, with the header Content-Type: application/json")
                : tooLarge(first(headers, "content-length"));
    }

    /** What a page of another site could send without asking. */
    private static boolean isForm(String type) {
        return type.startsWith("application/x-www-form-urlencoded") || type.startsWith("multipart/");
    }

    private boolean mayBeCalled(String host) {
        Matcher parts = HOST.matcher(host);
        return parts.matches()
                && (names.contains(parts.group(1))
                        || (anyAddress && IP.matcher(parts.group(1)).matches()));
    }

    /** Browsers say where a request comes from; what is no browser says nothing. */
    private static boolean isSameSite(String host, String method, Function<String, List<String>> headers) {
        String origin = first(headers, "origin").toLowerCase(Locale.ROOT);
        if (!origin.isEmpty() && !origin.equals("http://" + host) && !origin.equals("https://" + host)) {
            return false;
        }
        boolean follows =
                method.equals("GET") && first(headers, "sec-fetch-mode").equals("navigate");
        return switch (first(headers, "sec-fetch-site")) {
            case "cross-site", "same-site" -> follows;
            default -> true;
        };
    }

    /** As a bearer, or as the password of a browser's question. */
    private boolean hasToken(String authorization) {
        String[] parts = authorization.split(" +", 2);
        if (parts.length < 2) {
            return false;
        }
        return switch (parts[0].toLowerCase(Locale.ROOT)) {
            case "bearer" -> matches(parts[1]);
            case "basic" -> matches(password(parts[1]));
            default -> false;
        };
    }

    private static String password(String credentials) {
        try {
            String plain = new String(Base64.getDecoder().decode(credentials), StandardCharsets.UTF_8);
            return plain.substring(plain.indexOf(':') + 1);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    /** Takes as long whatever was sent: digests have one length. */
    private boolean matches(String sent) {
        return MessageDigest.isEqual(token, digest(sent));
    }

    private static byte[] digest(String text) {
        return new Sha256().add(text).bytes();
    }

    private static Optional<HttpProblem> tooLarge(String length) {
        if (length.isEmpty() || (length.matches("\\d{1,18}") && Long.parseLong(length) <= MOST_BYTES)) {
            return Optional.empty();
        }
        return problem(413, "a request may hold up to " + MOST_BYTES + " bytes");
    }

    private static String first(Function<String, List<String>> headers, String name) {
        List<String> all = headers.apply(name);
        return all.isEmpty() ? "" : all.get(0).strip();
    }

    private static String clean(String text) {
        String plain = text.replaceAll("[^\\x20-\\x7e]", "?");
        return plain.substring(0, Math.min(plain.length(), 100));
    }

    private static Optional<HttpProblem> problem(int status, String detail) {
        return Optional.of(new HttpProblem(status, detail));
    }
}
