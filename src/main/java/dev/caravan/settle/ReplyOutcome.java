package dev.caravan.settle;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What came of a call, with its word in the lines of results files. */
public enum ReplyOutcome {
    COMPLETED("completed", Consequence.PAID),
    REFUSED("refused", Consequence.PAID),
    TRUNCATED("truncated", Consequence.PAID),
    THROTTLED("throttled", Consequence.UNANSWERED),
    TRANSIENT("transient", Consequence.UNANSWERED),
    AMBIGUOUS("ambiguous", Consequence.UNANSWERED),
    /** The account was refused while others of the job were answered: it goes again when somebody mended that. */
    FATAL("fatal", Consequence.UNANSWERED),
    REJECTED("rejected", Consequence.UNSENDABLE),
    UNRENDERED("template_error", Consequence.UNSENDABLE),
    /** Whether the unit passes the step by could not be computed. */
    UNDECIDED("expression_error", Consequence.UNSENDABLE),
    /** The unit passes the step by; nothing was asked. */
    SKIPPED("skipped", Consequence.UNASKED);

    /** What it means for the unit and the books. */
    private enum Consequence {
        /** A reply was received, and is paid for. */
        PAID,
        /** Nothing was answered; the same may go again. */
        UNANSWERED,
        /** What was to be sent can never be. */
        UNSENDABLE,
        /** There was nothing to send. */
        UNASKED
    }

    private static final Map<String, ReplyOutcome> BY_WORD =
            Arrays.stream(values()).collect(Collectors.toMap(ReplyOutcome::word, Function.identity()));

    private final String word;
    private final Consequence consequence;

    ReplyOutcome(String word, Consequence consequence) {
        this.word = word;
        this.consequence = consequence;
    }

    /** By its word; empty for a word that is none of ours. */
    public static Optional<ReplyOutcome> of(String word) {
        return Optional.ofNullable(BY_WORD.get(word));
    }

    public String word() {
        return word;
    }

    /** Whether a reply was received, which is paid for. */
    public boolean isPaid() {
        return consequence == Consequence.PAID;
    }

    /** Whether nothing was answered, so that the same may be sent again. */
    public boolean isUnanswered() {
        return consequence == Consequence.UNANSWERED;
    }

    /** Where a unit failed that fails by it, as its line in the failures file says. */
    public String stage() {
        if (this == COMPLETED) {
            return "validation";
        }
        return isUnanswered() ? "transport" : word;
    }
}
