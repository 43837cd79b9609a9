package dev.caravan.limit;

/**
 * Looks for the pace at which an account takes requests, where nobody tells it: what went through while requests were
 * turned away, raised bit by bit while nobody complains. Some providers turn requests away whatever the pace; so when
 * slowing down does not help, it is undone.
 */
final class PaceFinder {
    /** Share of requests turned away from which on the pace falls at once to what goes through. */
    private static final double MUCH = 0.5;
    /** Share of requests turned away below which no pace is looked for. */
    private static final double LITTLE = 0.04;
    /** So many must have been turned away before a first pace is looked for, and before it falls at once. */
    private static final int ENOUGH = 10;

    private static final int FEW = 3;
    private static final long CUT_SECONDS = 3;
    private static final long SHARES = 1_000_000;
    /** What each answer lets the pace be raised by at most. */
    private static final double PER_ANSWER = 0.003;

    /** So many quarters of a second are looked back on to see what goes through. */
    private static final int RING = 32;

    private static final long RING_MILLIS = 250;

    // Places among the account's numbers; others belong to Pace.
    private static final int FOUND = 3;
    private static final int CUT_AT = 9;
    private static final int RAISED_AT = 10;
    private static final int PACED_AT = 11;
    private static final int ANSWERED = 12;
    private static final int TURNED_AWAY = 13;
    private static final int SENT_AT_CUT = 14;
    private static final int TURNED_AWAY_AT_CUT = 15;
    private static final int SEEKING = 18;
    private static final int RING_AT = 19;
    private static final int RING_FIRST = 20;
    private static final int SENT = RING_FIRST + RING;
    private static final int MARK = SENT + 1;
    private static final int MARK_SHARE = SENT + 2;
    private static final int SENT_AT_MARK = SENT + 3;
    private static final int TURNED_AWAY_AT_MARK = SENT + 4;
    private static final int HELD_UNTIL = SENT + 5;
    private static final int ANSWERED_AT_RAISE = SENT + 6;

    private final SharedNumbers cells;
    private final long secondMillis;

    /** @param secondMillis by which pauses are counted */
    PaceFinder(SharedNumbers cells, long secondMillis) {
        this.cells = cells;
        this.secondMillis = secondMillis;
    }

    /** Microseconds between two requests, 0 while none was looked for. */
    long interval() {
        return cells.get(FOUND);
    }

    /** A request goes out. */
    void sent() {
        cells.set(SENT, cells.get(SENT) + 1);
    }

    /** A request did not go out after all. */
    void unsent() {
        cells.set(SENT, cells.get(SENT) - 1);
    }

    /** A request was held back. */
    void paced(long now) {
        cells.set(PACED_AT, now);
    }

    /** Whether requests were held back a moment ago. */
    boolean holdsBack(long now) {
        return isLately(PACED_AT, now, 5);
    }

    /** A time that lies ahead is of a clock that was set back since, and long ago for all that is known. */
    private boolean isLately(int place, long now, long seconds) {
        long past = now - cells.get(place);
        return past >= 0 && past < seconds * secondMillis;
    }

    /** A request was answered, well or not; only not turned away. */
    void answered(long now) {
        cells.set(ANSWERED, cells.get(ANSWERED) + 1);
        turnRing(now);
        int place = RING_FIRST + (int) Math.floorMod(now / RING_MILLIS, (long) RING);
        cells.set(place, cells.get(place) + 1);
    }

    /** A request was turned away. */
    void turnedAway() {
        cells.set(TURNED_AWAY, cells.get(TURNED_AWAY) + 1);
    }

    /** Forgets what lies further back than the ring is long. */
    private void turnRing(long now) {
        long tick = now / RING_MILLIS;
        long last = cells.get(RING_AT);
        if (tick == last) {
            return;
        }
        long from = last < tick - RING || last > tick ? tick - RING + 1 : last + 1;
        for (long each = from; each <= tick; each++) {
            cells.set(RING_FIRST + (int) Math.floorMod(each, (long) RING), 0);
        }
        cells.set(RING_AT, tick);
    }

    /**
     * Slower: to what went through, where much was turned away; a little, where little was.
     *
     * @param told microseconds between two requests by what is told, 0 where nothing is
     */
    void cut(long now, long told) {
        long found = cells.get(FOUND);
        if (found > 0 && isLately(CUT_AT, now, CUT_SECONDS)) {
            return;
        }
        long bad = cells.get(TURNED_AWAY) - cells.get(TURNED_AWAY_AT_CUT);
        double share = (double) bad / Math.max(1, cells.get(SENT) - cells.get(SENT_AT_CUT));
        if (found > 0) {
            if (share > MUCH && bad < FEW) {
                return;
            }
            slower(now, found, share);
        } else if (told > 0) {
            // Others may use the account too, or requests came bunched.
            begin(Math.round(told / 0.97), false);
        } else if (bad >= ENOUGH && share >= LITTLE) {
            // Answers come late: what went through so far is less than what would.
            begin(through(now), true);
        } else {
            return;
        }
        cells.set(CUT_AT, now);
        cells.set(RAISED_AT, now);
        cells.set(SENT_AT_CUT, cells.get(SENT));
        cells.set(TURNED_AWAY_AT_CUT, cells.get(TURNED_AWAY));
    }

    private void begin(long interval, boolean seeking) {
        cells.set(FOUND, interval);
        cells.set(SEEKING, seeking ? 1 : 0);
        mark(0);
    }

    private void slower(long now, long found, double share) {
        if (share > MUCH) {
            cells.set(FOUND, Math.min(2 * found, Math.max(found * 4 / 3, through(now))));
            mark(0);
        } else if (cells.get(ANSWERED) >= cells.get(HELD_UNTIL)) {
            if (found * 10 < cells.get(MARK) * 7) {
                mark(cells.get(MARK_SHARE));
            }
            double less = Math.max(cells.get(SEEKING) > 0 ? 0.1 : 0.03, share / 2);
            cells.set(FOUND, Math.round(found / (1 - less)));
            doubt();
        }
        cells.set(SEEKING, 0);
    }

    /** From here on it is seen whether slowing down helps. */
    private void mark(long share) {
        cells.set(MARK, cells.get(FOUND));
        cells.set(MARK_SHARE, share);
        cells.set(SENT_AT_MARK, cells.get(SENT));
        cells.set(TURNED_AWAY_AT_MARK, cells.get(TURNED_AWAY));
    }

    /**
     * Whether it is the pace that requests are turned away for: when it fell to seven tenths, twice, and about as many
     * are turned away as before, it is not. Then it is twice as fast again, and not slowed down for a while.
     */
    private void doubt() {
        long found = cells.get(FOUND);
        if (found * 7 < cells.get(MARK) * 10) {
            return;
        }
        long bad = cells.get(TURNED_AWAY) - cells.get(TURNED_AWAY_AT_MARK);
        long share = Math.max(1, bad * SHARES / Math.max(1, cells.get(SENT) - cells.get(SENT_AT_MARK)));
        long before = cells.get(MARK_SHARE);
        if (before > 0 && share * 10 > before * 6) {
            cells.set(FOUND, found / 2);
            cells.set(HELD_UNTIL, cells.get(ANSWERED) + Math.max(200, 10 * SHARES / share));
        }
        mark(share);
    }

    /** Microseconds between two answers of late. */
    private long through(long now) {
        turnRing(now);
        long count = 0;
        int first = RING;
        long tick = now / RING_MILLIS;
        for (int back = 0; back < RING; back++) {
            long here = cells.get(RING_FIRST + (int) Math.floorMod(tick - back, (long) RING));
            count += here;
            first = here > 0 ? back : first;
        }
        if (count == 0) {
            return 1_000_000;
        }
        return Math.max(1, (first + 1) * RING_MILLIS * 1000 / count);
    }

    /**
     * Faster again, by half of a hundredth each second and later more, as long as it is this that holds requests back.
     *
     * @param told microseconds between two requests by what is told: no faster than that
     * @param lastClosing how long the last one lasted, milliseconds
     */
    void raise(long now, long told, long lastClosing) {
        long found = cells.get(FOUND);
        if (found == 0 || isLately(RAISED_AT, now, 1)) {
            return;
        }
        cells.set(RAISED_AT, now);
        long answers = cells.get(ANSWERED) - cells.get(ANSWERED_AT_RAISE);
        cells.set(ANSWERED_AT_RAISE, cells.get(ANSWERED));
        boolean seeking = cells.get(SEEKING) > 0;
        boolean held = cells.get(ANSWERED) < cells.get(HELD_UNTIL);
        long calm = now - cells.get(CUT_AT);
        // The longer a closing lasts, the less often one should be risked.
        boolean rested = calm > 10 * Math.min(lastClosing, 60 * secondMillis);
        if ((seeking || held || rested) && now - cells.get(PACED_AT) < 2 * secondMillis) {
            double step = calm > 60 * secondMillis ? 0.05 : calm > 20 * secondMillis ? 0.02 : 0.005;
            double more = seeking ? 0.15 : held ? 0.05 : Math.min(step, answers * PER_ANSWER);
            cells.set(FOUND, Math.max(Math.max(1, told), (long) Math.floor(found / (1 + more))));
        }
    }
}
