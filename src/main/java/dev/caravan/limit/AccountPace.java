package dev.caravan.limit;

import dev.caravan.base.Backoff;

/**
 * The pace at which one account may be asked for one model, from what its provider says and does.
 *
 * <ul>
 *   <li>Slots: requests go out at an even pace (the generic cell rate algorithm: each takes the next slot, and up to
 *       {@link #CREDIT_MILLIS} of unused slots are kept). The pace is the slowest of the limits known from settings, from
 *       the provider's headers, and of one found by trying (a {@link PaceFinder}).
 *   <li>Closing: after a 429 nothing goes out before the time that was asked for is over.
 *   <li>Rounds: when nothing was answered since the last closing, the next one lasts longer, and at its end one request
 *       goes first and the others wait for what becomes of it. Once this has gone on for a minute, closings last half a
 *       minute, one, two, five; a fifth is for somebody to look at.
 * </ul>
 *
 * <p>Times are milliseconds since 1970, of the machine: all its processes share them.
 */
public final class AccountPace {
    /** Of a known limit so much is used: clocks of both sides differ a little. */
    static final double USED = 0.99;

    static final long CREDIT_MILLIS = 500;
    private static final long SHORT_CLOSING = 500;
    private static final Backoff BACKOFF = new Backoff(4);
    private static final long[] LONG_CLOSINGS = {30, 60, 120, 300};
    /** Trouble that ended so long ago without an answer says nothing of today's. */
    private static final long FORGOTTEN_SECONDS = 600;

    private static final long PROBE_MILLIS = 120_000;
    private static final long PROBE_LOOK_MILLIS = 200;
    /** Longest time that anybody may be told to wait, should the clock have been set back. */
    private static final long LONGEST_MILLIS = 26L * 3600 * 1000;

    // Places among the account's numbers; others belong to Search.
    private static final int SLOT = 0;
    private static final int CLOSED_AT = 1;
    private static final int CLOSED_UNTIL = 2;
    private static final int REQUESTS = 4;
    private static final int TOKENS = 5;
    private static final int MEAN_TOKENS = 6;
    private static final int ROUNDS = 7;
    private static final int PROBE_AT = 8;
    private static final int TROUBLE_SINCE = 16;
    private static final int SUSTAINED = 17;

    private static final double MICROS = 60e6;

    private final SharedNumbers cells;
    private final PaceFinder search;
    private final long secondMillis;
    private final long knownRequests;
    private final long knownTokens;
    private final long patienceMillis;

    /**
     * @param secondMillis by which pauses are counted: 1,000, or less in simulated runs
     * @param knownRequests requests each minute, 0 for not known
     * @param knownTokens tokens each minute, 0 for not known
     * @param patience seconds of being turned away before closings last long
     */
    AccountPace(SharedNumbers cells, long secondMillis, long knownRequests, long knownTokens, int patience) {
        this.cells = cells;
        search = new PaceFinder(cells, secondMillis);
        this.secondMillis = secondMillis;
        this.knownRequests = knownRequests;
        this.knownTokens = knownTokens;
        patienceMillis = patience * secondMillis;
    }

    /** Takes a slot, or says in how many milliseconds to ask again; 0 when it was taken. */
    public long take(long now) {
        return cells.alone(() -> {
            long wait = turn(now);
            if (wait == 0) {
                search.sent();
            }
            return wait;
        });
    }

    private long turn(long now) {
        long closed = closedFor(now);
        if (closed > 0) {
            return closed;
        }
        if (cells.get(ROUNDS) > 1 || cells.get(SUSTAINED) > 0) {
            long probed = now - cells.get(PROBE_AT);
            if (probed >= 0 && probed < PROBE_MILLIS) {
                return Math.max(1, PROBE_LOOK_MILLIS * secondMillis / 1000);
            }
            cells.set(PROBE_AT, now);
            return 0;
        }
        return slot(now);
    }

    private long slot(long now) {
        search.raise(now, toldInterval(), cells.get(CLOSED_UNTIL) - cells.get(CLOSED_AT));
        long interval = interval();
        if (interval == 0) {
            return 0;
        }
        long micros = now * 1000;
        long credit = Math.max(CREDIT_MILLIS * 1000, interval);
        // None is further away than this, unless the clock was set back.
        long slot = Math.max(Math.min(cells.get(SLOT), micros + interval), micros - credit);
        if (slot > micros) {
            search.paced(now);
            return (slot - micros + 999) / 1000;
        }
        cells.set(SLOT, slot + interval);
        return 0;
    }

    /** A slot that was taken was not used. */
    public void giveBack() {
        cells.alone(() -> {
            cells.set(SLOT, cells.get(SLOT) - interval());
            search.unsent();
            cells.set(PROBE_AT, 0);
            return 0;
        });
    }

    private long closedFor(long now) {
        openIfClockWasSetBack(now);
        return Math.max(0, cells.get(CLOSED_UNTIL) - now);
    }

    /** Whoever closed it did so in the future. To be asked before a closing is written down over another one. */
    private void openIfClockWasSetBack(long now) {
        long until = cells.get(CLOSED_UNTIL);
        if (until > now && (cells.get(CLOSED_AT) > now + 60_000 || until - now > LONGEST_MILLIS)) {
            cells.set(CLOSED_UNTIL, 0);
            cells.set(CLOSED_AT, 0);
        }
    }

    /** Microseconds between two requests, 0 for none. */
    private long interval() {
        return Math.max(toldInterval(), search.interval());
    }

    /** The same, by what is known from settings and from the provider. */
    private long toldInterval() {
        double interval = 0;
        long requests = knownRequests > 0 ? knownRequests : cells.get(REQUESTS);
        if (requests > 0) {
            interval = MICROS / (requests * USED);
        }
        long tokens = knownTokens > 0 ? knownTokens : cells.get(TOKENS);
        if (tokens > 0) {
            interval = Math.max(interval, MICROS * Math.max(1, cells.get(MEAN_TOKENS) / 16.0) / (tokens * USED));
        }
        return Math.round(interval);
    }

    /** What the provider says that it allows, each minute; 0 where it says nothing. */
    public void allowed(long requests, long tokens) {
        if (requests > 0 && requests != cells.get(REQUESTS)) {
            cells.set(REQUESTS, requests);
        }
        if (tokens > 0 && tokens != cells.get(TOKENS)) {
            cells.set(TOKENS, tokens);
        }
    }

    /**
     * A request was answered, well or not; only not turned away.
     *
     * @param tokens of request and answer together, 0 where nothing is known
     */
    public void answered(long now, long tokens) {
        cells.alone(() -> {
            cells.set(ROUNDS, 0);
            cells.set(SUSTAINED, 0);
            cells.set(TROUBLE_SINCE, 0);
            cells.set(PROBE_AT, 0);
            search.answered(now);
            if (tokens > 0) {
                long mean = cells.get(MEAN_TOKENS);
                cells.set(MEAN_TOKENS, mean == 0 ? tokens * 16 : mean + (tokens * 16 - mean) / 16);
            }
            return 0;
        });
    }

    /** A request came to nothing that tells of limits: lost, or the provider's own trouble. */
    public void ended() {
        cells.set(PROBE_AT, 0);
    }

    /**
     * A request was turned away.
     *
     * @param sentAt when it went out: what was out before a closing belongs to its round
     * @param askedMillis how long the provider asks to wait, 0 where it does not say
     * @return how many long closings there were since anything was answered, this one included; {@link #sustained}
     *     tells when to give up
     */
    public int turnedAway(long sentAt, long now, long askedMillis) {
        return (int) cells.alone(() -> {
            search.turnedAway();
            openIfClockWasSetBack(now);
            long until = Math.min(now + askedMillis, now + LONGEST_MILLIS);
            if (sentAt > cells.get(CLOSED_AT)) {
                until = Math.max(until, now + closing(now, askedMillis));
                cells.set(PROBE_AT, 0);
                cells.set(CLOSED_AT, now);
                search.cut(now, toldInterval());
            }
            cells.set(CLOSED_UNTIL, Math.max(cells.get(CLOSED_UNTIL), until));
            return cells.get(SUSTAINED);
        });
    }

    /** How long the next closing lasts at least. */
    private long closing(long now, long askedMillis) {
        if (now - cells.get(CLOSED_UNTIL) > FORGOTTEN_SECONDS * secondMillis) {
            cells.set(ROUNDS, 0);
            cells.set(SUSTAINED, 0);
            cells.set(TROUBLE_SINCE, 0);
        }
        int rounds = (int) cells.get(ROUNDS) + 1;
        cells.set(ROUNDS, rounds);
        if (cells.get(TROUBLE_SINCE) == 0 || cells.get(TROUBLE_SINCE) > now) {
            cells.set(TROUBLE_SINCE, now);
        }
        if (now - cells.get(TROUBLE_SINCE) >= patienceMillis) {
            int level = (int) cells.get(SUSTAINED) + 1;
            cells.set(SUSTAINED, level);
            return LONG_CLOSINGS[Math.min(level, LONG_CLOSINGS.length) - 1] * secondMillis;
        }
        boolean enoughSaid = askedMillis > 0 && rounds == 1;
        return enoughSaid ? 0 : Math.max(1, BACKOFF.pause(SHORT_CLOSING, rounds - 1) * secondMillis / 1000);
    }

    /** After so many long closings without any answer between them somebody should look. */
    public static boolean sustained(int closings) {
        return closings > LONG_CLOSINGS.length;
    }

    /** Until when nothing goes out; 0 when it may. */
    public long closedUntil(long now) {
        return closedFor(now) > 0 ? cells.get(CLOSED_UNTIL) : 0;
    }

    /** Requests each minute at the present pace, 0 while nothing limits them. */
    public long perMinute() {
        long interval = interval();
        return interval == 0 ? 0 : Math.round(MICROS / interval);
    }

    /** Whether requests were held back a moment ago. */
    public boolean holdsBack(long now) {
        return search.holdsBack(now);
    }
}
