package dev.caravan.provider;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What came of one request. Decided by HTTP status and error type, never by searching a message.
 *
 * <p>Received answers ({@link Received}) were paid for and use up an attempt of the unit. All others cost no attempt.
 */
public sealed interface Answer {

    /** A reply that was received, and so paid for. */
    sealed interface Received extends Answer {
        /** What it tells of its tokens; they may be unknown. */
        UsageReading usage();

        /** The model that answered, as the provider names it: often a dated snapshot of the one asked for. */
        @Nullable String model();

        /** The text of the reply, kept raw; empty when the model gave none. */
        String text();
    }

    /** The model finished its answer. */
    record Completed(String text, @Nullable String model, UsageReading usage) implements Received {}

    /** The model or its filter declined. */
    record Refused(String text, String reason, @Nullable String model, UsageReading usage) implements Received {}

    /** The answer was cut at the token limit. */
    record Truncated(String text, @Nullable String model, UsageReading usage) implements Received {}

    /** The provider wants us to slow down. */
    record Throttled(String code, String detail, @Nullable Duration retryAfter) implements Answer {}

    /** Nothing was bought and the same request may succeed later: 408, 5xx with an error body, expired, missing row. */
    record Transient(String code, String detail) implements Answer {}

    /** Sent, and no answer came: it may have been bought. */
    record Ambiguous(String code, String detail) implements Answer {}

    /** This one request is refused for what it says; sending it again is useless. */
    record Rejected(String code, String detail) implements Answer {}

    /** No request of this account can succeed until a person acts: key, billing, permission, unknown model. */
    record Fatal(String code, String detail) implements Answer {}
}
