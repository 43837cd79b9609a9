package dev.caravan.expression;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts what an evaluation uses: steps, levels and size. Never time, for a result must not depend on the machine.
 *
 * <p>Units: a step is one node of an expression or one element that a method looks at; size is in list elements, map
 * entries and characters that were made.
 */
public final class EvaluationMeter {
    private static final long STEPS = 10_000_000;
    private static final long SIZE = 10_000_000;
    private static final int LEVELS = 1_000;
    /** Longest text, list or map that may be made at once. */
    private static final long LARGEST = 1_000_000;

    private static final ThreadLocal<@Nullable EvaluationMeter> CURRENT = new ThreadLocal<>();

    private @Nullable Object known;
    private long steps;
    private long size;
    private int levels;

    /** Makes a meter count what this thread does from now on; null for none. */
    public static void use(@Nullable EvaluationMeter meter) {
        if (meter == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(meter);
        }
    }

    /** The meter of this thread. */
    public static EvaluationMeter current() {
        EvaluationMeter meter = CURRENT.get();
        if (meter == null) {
            throw new IllegalStateException("nothing counts what this thread does");
        }
        return meter;
    }

    /** What this evaluation remembers, made when it is first asked for. */
    @SuppressWarnings("unchecked")
    public <T> T known(Supplier<T> made) {
        if (known == null) {
            known = made.get();
        }
        return (T) known;
    }

    public void step() {
        steps(1);
    }

    void steps(long count) {
        steps += count;
        if (steps > STEPS) {
            throw EvaluationException.limit("needs more than " + STEPS + " steps; does a loop never end?");
        }
    }

    /** Announces something of this size before it is made. */
    public void make(long elements) {
        if (elements > LARGEST) {
            throw EvaluationException.limit(
                    "would make a text or list of " + elements + " elements; at most " + LARGEST + " are allowed");
        }
        made(elements);
    }

    /** Counts something of this size that was made. */
    public void made(long elements) {
        size += elements;
        steps(elements / 8);
        if (size > SIZE) {
            throw EvaluationException.limit(
                    "makes more than " + SIZE + " elements of texts and lists in all; a loop adds to a"
                            + " list with << at less cost than with +");
        }
    }

    public void enter(int deeper) {
        levels += deeper;
        if (levels > LEVELS) {
            throw EvaluationException.limit(
                    "is nested more than " + LEVELS + " levels deep; does a closure call itself?");
        }
    }

    public void leave(int deeper) {
        levels -= deeper;
    }

    /** What was used so far, for whoever compares two evaluations. */
    @Override
    public String toString() {
        return steps + " steps, " + size + " elements";
    }
}
