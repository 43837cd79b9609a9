package dev.caravan.camel.provider;

import static dev.caravan.camel.exchange.ExchangeKeys.ACCOUNT;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.base.SecretBlotter;
import dev.caravan.provider.Account;
import dev.caravan.provider.AccountLimits;
import java.io.IOException;
import java.net.ConnectException;
import java.net.MalformedURLException;
import java.net.NoRouteToHostException;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLHandshakeException;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.http.HttpMethods;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.jspecify.annotations.Nullable;

/** What {@code routes/http/http.camel.yaml} does around its calls: aim before, read or explain afterwards. */
public final class HttpCalls {
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

    private static final String BYTE_ORDER_MARK = "\ufeff";
    private static final int LONGEST_REDIRECT = 300;
    private static final Pattern SAFE_ID = Pattern.compile("[A-Za-z0-9_-]{1,200}");
    private static final Pattern SAFE_PATH = Pattern.compile("(/[A-Za-z0-9_.:-]+)+");

    static Account account(Exchange exchange) {
        return ACCOUNT.get(exchange);
    }

    /** @param path what follows the account's base URL */
    static void prepare(Exchange exchange, String method, String path, @Nullable Object body, @Nullable String type) {
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        // As a text it would be turned into one of these anew for each call, by a search through all converters.
        message.setHeader(Exchange.HTTP_METHOD, HttpMethods.valueOf(method));
        aim(exchange, account(exchange).baseUrl() + safePath(path));
        if (type != null) {
            message.setHeader(Exchange.CONTENT_TYPE, type);
        }
        message.setBody(body);
    }

    static void aim(Exchange exchange, String address) {
        exchange.getMessage().setHeader(Exchange.HTTP_URI, address);
    }

    static void query(Exchange exchange, String query) {
        if (!query.isEmpty()) {
            exchange.getMessage().setHeader(Exchange.HTTP_QUERY, query);
        }
    }

    /** Ends a call: nothing of its headers stays, neither ours nor theirs. */
    static void end(Exchange exchange, Object result) {
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setBody(result);
    }

    static HttpReply answered(Exchange exchange) {
        return Objects.requireNonNull(exchange.getMessage().getBody(HttpReply.class), "no reply");
    }

    static int status(Exchange exchange) {
        Integer status = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
        return status == null ? 0 : status;
    }

    /** The answer as a value; nothing of its headers stays. */
    public void reply(Exchange exchange) {
        Message message = exchange.getMessage();
        AccountLimits limits = account(exchange).limits();
        String text = Objects.requireNonNullElse(message.getBody(String.class), "");
        JsonNode body = clean(json(text), status(exchange));
        end(
                exchange,
                new HttpReply(
                        status(exchange),
                        body,
                        body == null ? clean(text, status(exchange)) : "",
                        retryAfter(message),
                        message.getHeader("x-goog-upload-url", String.class),
                        number(message, limits.requestsHeader()),
                        number(message, limits.tokensHeader()),
                        redirect(message),
                        null));
    }

    /** What was answered in place of a download. */
    static HttpReply refused(Message message, int status) {
        return new HttpReply(
                status,
                clean(json(message.getBody(String.class)), status),
                "",
                null,
                null,
                0,
                0,
                redirect(message),
                null);
    }

    /** No answer came. */
    public void lost(Exchange exchange) {
        Throwable caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        end(
                exchange,
                new HttpReply(
                        0, null, "", null, null, 0, 0, null, caught == null ? new IOException("unknown") : caught));
    }

    /** Outside text comes in here, and may hold the key that went out. */
    private static @Nullable JsonNode clean(@Nullable JsonNode body, int status) {
        if (body == null) {
            return null;
        }
        return status == 200 ? SecretBlotter.known(body) : SecretBlotter.all(body);
    }

    private static String clean(String text, int status) {
        return status == 200 ? SecretBlotter.known(text) : SecretBlotter.all(text);
    }

    /** The object in a text; also where it is an error that some servers put into a list. */
    static @Nullable JsonNode json(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            String plain = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
            JsonNode node = Json.mapper().readTree(plain);
            JsonNode first = node == null ? null : node.path(0);
            if (first != null && first.isObject() && first.has("error")) {
                return first;
            }
            return node != null && node.isObject() ? node : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    /** What a query holds may be a key, and what a user part holds a password. */
    static @Nullable String redirect(Message message) {
        String location = message.getHeader("location", String.class);
        if (location == null) {
            return null;
        }
        String plain = location.replaceFirst("[?#].*", "")
                .replaceFirst("(?i)^([a-z][a-z0-9+.-]*:)?//[^/@]*@", "$1//")
                .replaceAll("[^!-~]", "");
        return plain.substring(0, Math.min(plain.length(), LONGEST_REDIRECT));
    }

    private static long number(Message message, String header) {
        String value = header.isEmpty() ? null : message.getHeader(header, String.class);
        return value != null && value.matches("[0-9]{1,15}") ? Long.parseLong(value) : 0;
    }

    private static @Nullable Duration retryAfter(Message message) {
        String millis = message.getHeader("retry-after-ms", String.class);
        String seconds = message.getHeader("retry-after", String.class);
        if (millis != null && millis.matches("[0-9]{1,9}")) {
            return Duration.ofMillis(Long.parseLong(millis));
        }
        return seconds != null && seconds.matches("[0-9]{1,6}") ? Duration.ofSeconds(Long.parseLong(seconds)) : null;
    }

    /** An id of the provider, about to become part of an address and of a file's name. */
    static boolean isSafe(String id) {
        return SAFE_ID.matcher(id).matches();
    }

    /** A path, parts of which the provider may have named; what follows a question mark is looked at elsewhere. */
    static boolean isSafePath(String path) {
        String plain = path.replaceFirst("\\?.*", "");
        return SAFE_PATH.matcher(plain).matches() && !(plain + "/").contains("/../") && !(plain + "/").contains("/./");
    }

    private static String safePath(String path) {
        if (path.contains("?") || !isSafePath(path)) {
            throw new IllegalStateException("the provider sent a path that leads elsewhere");
        }
        return path;
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

    /** What went wrong with a call. Libraries quote headers in their exceptions, so only of a network's words are taken. */
    static String describe(Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof IOException || each instanceof TimeoutException) {
                return each.getClass().getSimpleName() + ": " + SecretBlotter.all(String.valueOf(each.getMessage()));
            }
        }
        return cause.getClass().getSimpleName();
    }
}
