package dev.caravan.provider;

import dev.caravan.base.SecretBlotter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What came of one request. Decided by HTTP status and error type, never by searching a message.
 *
 * <p>Whatever a provider said in one may hold the key that it was sent: it is blotted out as the answer is made.
 *
 * <p>Received answers ({@link Received}) were paid for and use up an attempt of the unit. All others cost no attempt.
 */
public sealed interface Answer {
    /** Signs of a message that are kept. */
    int MOST_WORDS = 4_000;

    /** A reply that was received, and so paid for. */
    sealed interface Received extends Answer {
        /** What it tells of its tokens; they may be unknown. */
        UsageReading usage();

        /** The model that answered, as the provider names it: often a dated snapshot of the one asked for. */
        @Nullable String model();

        /** The text of the reply, kept raw; empty when the model gave none. */
        String text();
    }

    /**
     * The model finished its answer.
     *
     * @param note what an operator should know of the text, such as where it stood; empty when it stood in its place
     */
    record Completed(String text, @Nullable String model, UsageReading usage, String note) implements Received {
        public Completed {
            text = SecretBlotter.known(text);
            model = name(model);
        }

        public Completed(String text, @Nullable String model, UsageReading usage) {
            this(text, model, usage, "");
        }
    }

    /** The model or its filter declined. */
    record Refused(String text, String reason, @Nullable String model, UsageReading usage) implements Received {
        public Refused {
            text = SecretBlotter.known(text);
            reason = SecretBlotter.all(reason);
            model = name(model);
        }
    }

    /** The answer was cut at the token limit. */
    record Truncated(String text, @Nullable String model, UsageReading usage) implements Received {
        public Truncated {
            text = SecretBlotter.known(text);
            model = name(model);
        }
    }

    /** The provider wants us to slow down. */
    record Throttled(String code, String detail, @Nullable Duration retryAfter) implements Answer {
        public Throttled {
            code = said(code);
            detail = said(detail);
        }
    }

    /** Nothing was bought and the same request may succeed later: 408, 5xx with an error body, expired, missing row. */
    record Transient(String code, String detail) implements Answer {
        public Transient {
            code = said(code);
            detail = said(detail);
        }
    }

    /**
     * Sent, and no answer came that can be read: it may have been bought.
     *
     * @param raw what came in place of an answer, kept because it may have been paid for; empty when nothing did
     */
    record Ambiguous(String code, String detail, String raw) implements Answer {
        /** The code of a 200 that holds no answer. */
        public static final String UNREADABLE = "unreadable";

        /** The code of a 200 with an error that does not say what it means. */
        public static final String ERROR_INSIDE = "error_in_answer";

        /** Whether something came, and it was no answer. */
        public boolean came() {
            return code.equals(UNREADABLE) || code.equals(ERROR_INSIDE);
        }

        public Ambiguous {
            code = said(code);
            detail = said(detail);
            raw = SecretBlotter.known(raw);
        }

        public Ambiguous(String code, String detail) {
            this(code, detail, "");
        }

        /** Without what came: it may be an answer, and those are in no log. */
        @Override
        public String toString() {
            return "Ambiguous[code=" + code + ", detail=" + detail + "]";
        }
    }

    /** This one request is refused for what it says; sending it again is useless. */
    record Rejected(String code, String detail) implements Answer {
        public Rejected {
            code = said(code);
            detail = said(detail);
        }
    }

    /** No request of this account can succeed until a person acts: key, billing, permission, unknown model. */
    record Fatal(String code, String detail) implements Answer {
        public Fatal {
            code = said(code);
            detail = said(detail);
        }
    }

    /** Words of a provider: without keys, and no longer than a person reads. */
    private static String said(String words) {
        return SecretBlotter.all(words.length() > MOST_WORDS ? words.substring(0, MOST_WORDS) + "…" : words);
    }

    private static @Nullable String name(@Nullable String model) {
        return model == null ? null : SecretBlotter.known(model);
    }
}
