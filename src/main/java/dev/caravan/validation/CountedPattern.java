package dev.caravan.validation;

import com.networknt.schema.regex.RegularExpression;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A pattern of a schema, whose every look at a character counts, so that none can run for ever. All patterns that are
 * held against one object share one allowance.
 */
final class CountedPattern implements RegularExpression {
    /** As many looks as a rule of a pipeline has steps. */
    static final long MOST_LOOKS = 10_000_000;

    private static final ThreadLocal<@Nullable Allowance> ALLOWANCE = new ThreadLocal<>();

    /** A pattern that comes to no end. What it would have said is unknown. */
    static final class EndlessException extends RuntimeException {
        private EndlessException(String message) {
            super(message, null, false, false);
        }
    }

    private static final class Allowance {
        final long most;
        long used;

        Allowance(long most) {
            this.most = most;
        }
    }

    private final Pattern pattern;

    /** @throws java.util.regex.PatternSyntaxException when it is no regular expression */
    CountedPattern(String text) {
        pattern = Pattern.compile(text);
    }

    /**
     * Does something in which patterns may look at so many characters in all.
     *
     * @throws EndlessException when they are not enough
     */
    static <T> T within(long looks, Supplier<T> work) {
        Allowance outer = ALLOWANCE.get();
        ALLOWANCE.set(new Allowance(looks));
        try {
            return work.get();
        } finally {
            if (outer == null) {
                ALLOWANCE.remove();
            } else {
                ALLOWANCE.set(outer);
            }
        }
    }

    /** Whether there is a match anywhere in a text. */
    @Override
    public boolean matches(String text) {
        Allowance shared = ALLOWANCE.get();
        Allowance allowance = shared == null ? new Allowance(MOST_LOOKS) : shared;
        try {
            return pattern.matcher(new Counted(text, 0, text.length(), this, allowance))
                    .find();
        } catch (StackOverflowError e) {
            throw new EndlessException("the pattern " + shown() + " goes too deep in a text of " + text.length()
                    + " characters; write it without repeated groups");
        }
    }

    private String shown() {
        String text = pattern.pattern();
        return text.length() <= 100 ? text : text.substring(0, 100) + "…";
    }

    private record Counted(String text, int from, int to, CountedPattern by, Allowance allowance)
            implements CharSequence {
        @Override
        public int length() {
            return to - from;
        }

        @Override
        public char charAt(int index) {
            if (++allowance.used > allowance.most) {
                throw new EndlessException("the pattern " + by.shown() + " needs more than " + allowance.most
                        + " looks at characters; write it without repeats inside of repeats");
            }
            return text.charAt(from + index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Counted(text, from + start, from + end, by, allowance);
        }

        @Override
        public String toString() {
            return text.substring(from, to);
        }
    }
}
