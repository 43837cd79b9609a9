package dev.caravan.camel.provider;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What came of one HTTP call: an answer, or the reason why there is none.
 *
 * @param status 0 when no answer came
 * @param body the JSON object that was answered, or null when it was none
 * @param text what was answered when it was none; else empty
 * @param retryAfter what the headers ask for
 * @param upload address that an upload goes on at, where the provider named one
 * @param requestsPerMinute what the headers say is allowed, 0 where they say nothing
 * @param tokensPerMinute the same for tokens
 * @param redirect where a 3xx points, without its query; null where it points nowhere. Nobody goes there
 * @param lost why no answer came
 */
public record HttpReply(
        int status,
        @Nullable JsonNode body,
        String text,
        @Nullable Duration retryAfter,
        @Nullable String upload,
        long requestsPerMinute,
        long tokensPerMinute,
        @Nullable String redirect,
        @Nullable Throwable lost) {

    /** An answer whose headers say nothing. */
    HttpReply(int status, @Nullable JsonNode body) {
        this(status, body, "", null, null, 0, 0, null, null);
    }

    /** Whether the server did what was asked: some say so by 201 or 202, gateways by others. */
    boolean succeeded() {
        return status >= 200 && status < 300;
    }
}
