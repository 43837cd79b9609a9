package dev.caravan.limit;

import java.util.function.LongSupplier;

/**
 * What is known of how fast an account may be asked for one model: all of its numbers, each with its place in the file
 * that processes share ({@link SharedNumbersFile}). Times are milliseconds since 1970 unless said otherwise, intervals
 * microseconds between two requests. All begin as 0, which means: nothing is known.
 */
final class AccountNumbers {
    /** Quarters of a second of which the answers are counted. */
    static final int RECENT = 32;

    private static final int RECENT_FIRST = 20;

    /** When the next request may go out, in microseconds. */
    final Cell nextSlot = new Cell(0);
    /** When the account was closed last, and for how long. */
    final Cell closedAt = new Cell(1);

    final Cell closedUntil = new Cell(2);
    /** The interval that was found by trying. */
    final Cell foundInterval = new Cell(3);
    /** What the provider says that it allows, each minute. */
    final Cell toldRequests = new Cell(4);

    final Cell toldTokens = new Cell(5);
    /** Running mean of a request's tokens and its answer's, in sixteenths. */
    final Cell meanTokens = new Cell(6);
    /** Closings since anything was answered. */
    final Cell rounds = new Cell(7);
    /** When the one request went out that goes first. */
    final Cell probeAt = new Cell(8);
    /** When the found pace was slowed down, raised, and held anything back. */
    final Cell cutAt = new Cell(9);

    final Cell raisedAt = new Cell(10);
    final Cell pacedAt = new Cell(11);
    /** Requests that were answered, and that were turned away, since the beginning. */
    final Cell answered = new Cell(12);

    final Cell turnedAway = new Cell(13);
    /** The counts at the moment of the last cut. */
    final Cell sentAtCut = new Cell(14);

    final Cell turnedAwayAtCut = new Cell(15);
    /** Since when nothing but refusals has come. */
    final Cell troubleSince = new Cell(16);
    /** Long closings since anything was answered. */
    final Cell longClosings = new Cell(17);
    /** 1 while the found interval is a first guess, which was too long. */
    final Cell seeking = new Cell(18);
    /** The quarter of a second that was counted last, and the counts: one cell each. */
    final Cell recentAt = new Cell(19);

    /** Requests that went out since the beginning. */
    final Cell sent = new Cell(RECENT_FIRST + RECENT);
    /** Where it is seen from whether slowing down helps: the interval there, and the millionths turned away before. */
    final Cell markInterval = new Cell(RECENT_FIRST + RECENT + 1);

    final Cell markShare = new Cell(RECENT_FIRST + RECENT + 2);
    /** The counts at that moment. */
    final Cell sentAtMark = new Cell(RECENT_FIRST + RECENT + 3);

    final Cell turnedAwayAtMark = new Cell(RECENT_FIRST + RECENT + 4);
    /** Until so many were answered, the pace is not slowed down. */
    final Cell heldUntilAnswered = new Cell(RECENT_FIRST + RECENT + 5);
    /** The count at the last raise. */
    final Cell answeredAtRaise = new Cell(RECENT_FIRST + RECENT + 6);

    private final SharedNumbers shared;

    AccountNumbers(SharedNumbers shared) {
        this.shared = shared;
    }

    /** Answers in a quarter of a second, by its number since 1970; those of 8 s ago have the same place. */
    Cell recent(long quarter) {
        return new Cell(RECENT_FIRST + (int) Math.floorMod(quarter, (long) RECENT));
    }

    /** Carries something out while nobody else does. */
    long alone(LongSupplier work) {
        return shared.alone(work);
    }

    /** One of the numbers. */
    final class Cell {
        private final int place;

        private Cell(int place) {
            this.place = place;
        }

        long get() {
            return shared.get(place);
        }

        void set(long value) {
            shared.set(place, value);
        }

        void add(long more) {
            set(get() + more);
        }
    }
}
