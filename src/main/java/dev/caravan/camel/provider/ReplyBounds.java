package dev.caravan.camel.provider;

import dev.caravan.base.UserMistakeException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;

/**
 * How much and for how long a provider may talk, by {@code application.properties}: a reply without end must not fill
 * the memory of all runs, nor hold a call for ever.
 */
public final class ReplyBounds {
    /** No file of results is held to less than this. */
    private static final long LEAST_RESULT_BYTES = 16_000_000;

    private final CamelContext context;
    private final Map<String, Long> settings = new ConcurrentHashMap<>();

    public ReplyBounds(CamelContext context) {
        this.context = context;
    }

    private long setting(String name, long otherwise) {
        // The context's properties are read after its beans are made.
        return settings.computeIfAbsent(name, each -> {
            String value = context.resolvePropertyPlaceholders("{{caravan." + each + ":" + otherwise + "}}");
            if (!value.matches("[1-9][0-9]{0,14}")) {
                throw new UserMistakeException(
                        "application.properties", "caravan." + each, "must be a whole number above 0");
            }
            return Long.parseLong(value);
        });
    }

    /** Of a whole realtime call, once it is sent. */
    long callNanos() {
        return TimeUnit.MILLISECONDS.toNanos(setting("call-timeout", 600_000));
    }

    /** Of the reply to a realtime call. */
    long callBytes() {
        return setting("call-bytes", 8_000_000);
    }

    /** Of the reply to a control call. */
    long controlBytes() {
        return setting("control-bytes", 64_000_000);
    }

    /** Of a control call, upload or download; what it carries takes more. */
    long controlNanos(long carried) {
        return TimeUnit.MILLISECONDS.toNanos(setting("control-timeout", 120_000))
                + TimeUnit.SECONDS.toNanos(1) / setting("slowest-transfer", 1_000) * carried;
    }

    /** Of a file of results. */
    long resultBytes(long requests) {
        return Math.max(LEAST_RESULT_BYTES, Math.multiplyExact(Math.max(1, requests), setting("row-bytes", 1_000_000)));
    }
}
