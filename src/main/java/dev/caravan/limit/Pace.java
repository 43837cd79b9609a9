package dev.caravan.limit;

/**
 * The pace at which one account may be asked for one model, from what its provider says and does.
 *
 * <ul>
 *   <li>Slots: requests go out at an even pace (the generic cell rate algorithm: each takes the next slot, and up to
 *       {@link #CREDIT_MILLIS} of unused slots are kept). The pace is the slowest of the limits known from settings, from
 *       the provider's headers, and of one found by trying: what went through while requests were turned away, raised
 *       bit by bit while nobody complains.
 *   <li>Closing: after a 429 nothing goes out before the time that was asked for is over.
 *   <li>Rounds: when nothing was answered since the last closing, the next one lasts longer, and at its end one request
 *       goes first and the others wait for what becomes of it. Once this has gone on for a minute, closings last half a
 *       minute, one, two, five; a fifth is for somebody to look at.
 * </ul>
 *
 * <p>Times are milliseconds since 1970, of the machine: all its processes share them.
 */
public final class Pace {
    /** Of a known limit so much is used: clocks of both sides differ a little. */
    static final double USED = 0.99;

    static final long CREDIT_MILLIS = 500;
    private static final long SHORT_CLOSING = 500;
    private static final int MOST_DOUBLINGS = 4;
    private static final long[] LONG_CLOSINGS = {30, 60, 120, 300};
    /** Trouble that ended so long ago without an answer says nothing of today's. */
    private static final long FORGOTTEN_SECONDS = 600;

    private static final long PROBE_MILLIS = 120_000;
    private static final long PROBE_LOOK_MILLIS = 200;
    /** Longest time that anybody may be told to wait, should the clock have been set back. */
    private static final long LONGEST_MILLIS = 26L * 3600 * 1000;

    /** So many tenths of a second are looked back on to see what goes through. */
    private static final int RING = 32;

    private static final long RING_MILLIS = 250;

    private static final int SLOT = 0;
    private static final int CLOSED_AT = 1;
    private static final int CLOSED_UNTIL = 2;
    private static final int FOUND = 3;
    private static final int REQUESTS = 4;
    private static final int TOKENS = 5;
    private static final int MEAN_TOKENS = 6;
    private static final int ROUNDS = 7;
    private static final int PROBE_AT = 8;
    private static final int CUT_AT = 9;
    private static final int RAISED_AT = 10;
    private static final int PACED_AT = 11;
    private static final int ANSWERED = 12;
    private static final int TURNED_AWAY = 13;
    private static final int ANSWERED_AT_CUT = 14;
    private static final int TURNED_AWAY_AT_CUT = 15;
    private static final int TROUBLE_SINCE = 16;
    private static final int SUSTAINED = 17;
    private static final int SEEKING = 18;
    private static final int RING_AT = 19;
    private static final int RING_FIRST = 20;

    private static final double MICROS = 60e6;

    private final Cells cells;
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
    Pace(Cells cells, long secondMillis, long knownRequests, long knownTokens, int patience) {
        this.cells = cells;
        this.secondMillis = secondMillis;
        this.knownRequests = knownRequests;
        this.knownTokens = knownTokens;
        patienceMillis = patience * secondMillis;
    }

    /** Takes a slot, or says in how many milliseconds to ask again; 0 when it was taken. */
    public long take(long now) {
        return cells.alone(() -> {
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
        });
    }

    private long slot(long now) {
        raise(now);
        long interval = interval();
        if (interval == 0) {
            return 0;
        }
        long micros = now * 1000;
        long credit = Math.max(CREDIT_MILLIS * 1000, interval);
        // None is further away than this, unless the clock was set back.
        long slot = Math.max(Math.min(cells.get(SLOT), micros + interval), micros - credit);
        if (slot > micros) {
            cells.set(PACED_AT, now);
            return (slot - micros + 999) / 1000;
        }
        cells.set(SLOT, slot + interval);
        return 0;
    }

    /** A slot that was taken was not used. */
    public void giveBack() {
        cells.alone(() -> {
            cells.set(SLOT, cells.get(SLOT) - interval());
            cells.set(PROBE_AT, 0);
            return 0;
        });
    }

    private long closedFor(long now) {
        long until = cells.get(CLOSED_UNTIL);
        if (until <= now) {
            return 0;
        }
        // Whoever closed it did so in the future: the clock was set back since.
        boolean lies = cells.get(CLOSED_AT) > now + 60_000 || until - now > LONGEST_MILLIS;
        if (lies) {
            cells.set(CLOSED_UNTIL, 0);
            cells.set(CLOSED_AT, 0);
        }
        return lies ? 0 : until - now;
    }

    /** Microseconds between two requests, 0 for none. */
    private long interval() {
        return Math.max(toldInterval(), cells.get(FOUND));
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
            cells.set(ANSWERED, cells.get(ANSWERED) + 1);
            if (tokens > 0) {
                long mean = cells.get(MEAN_TOKENS);
                cells.set(MEAN_TOKENS, mean == 0 ? tokens * 16 : mean + (tokens * 16 - mean) / 16);
            }
            turnRing(now);
            int place = RING_FIRST + (int) Math.floorMod(now / RING_MILLIS, (long) RING);
            cells.set(place, cells.get(place) + 1);
            return 0;
        });
    }

    /** A request came to nothing that tells of limits: lost, or the provider's own trouble. */
    public void ended() {
        cells.set(PROBE_AT, 0);
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
     * A request was turned away.
     *
     * @param sentAt when it went out: what was out before a closing belongs to its round
     * @param askedMillis how long the provider asks to wait, 0 where it does not say
     * @return how many long closings there were since anything was answered, this one included; {@link #sustained}
     *     tells when to give up
     */
    public int turnedAway(long sentAt, long now, long askedMillis) {
        return (int) cells.alone(() -> {
            cells.set(TURNED_AWAY, cells.get(TURNED_AWAY) + 1);
            long until = Math.min(now + askedMillis, now + LONGEST_MILLIS);
            if (sentAt > cells.get(CLOSED_AT)) {
                until = Math.max(until, now + closing(now, askedMillis));
                cells.set(PROBE_AT, 0);
                cells.set(CLOSED_AT, now);
                cut(now);
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
        if (cells.get(TROUBLE_SINCE) == 0) {
            cells.set(TROUBLE_SINCE, now);
        }
        if (now - cells.get(TROUBLE_SINCE) >= patienceMillis) {
            int level = (int) cells.get(SUSTAINED) + 1;
            cells.set(SUSTAINED, level);
            return LONG_CLOSINGS[Math.min(level, LONG_CLOSINGS.length) - 1] * secondMillis;
        }
        boolean enoughSaid = askedMillis > 0 && rounds == 1;
        return enoughSaid
                ? 0
                : Math.max(1, (SHORT_CLOSING << Math.min(rounds - 1, MOST_DOUBLINGS)) * secondMillis / 1000);
    }

    /** After so many long closings without any answer between them somebody should look. */
    public static boolean sustained(int closings) {
        return closings > LONG_CLOSINGS.length;
    }

    /** Slower: to what went through, where much was turned away; a little, where little was. */
    private void cut(long now) {
        if (now - cells.get(CUT_AT) < 3 * secondMillis && cells.get(FOUND) > 0) {
            return;
        }
        long good = cells.get(ANSWERED) - cells.get(ANSWERED_AT_CUT);
        long bad = cells.get(TURNED_AWAY) - cells.get(TURNED_AWAY_AT_CUT);
        long through = through(now);
        long found = cells.get(FOUND);
        long told = interval();
        if (found == 0 && told > 0) {
            // Others may use the account too, or requests came bunched.
            cells.set(FOUND, Math.round(told / 0.97));
        } else if (found == 0) {
            // Answers come late: what went through so far is less than what would.
            cells.set(FOUND, through);
            cells.set(SEEKING, 1);
        } else {
            double share = (double) bad / Math.max(1, good + bad);
            boolean much = share > 0.3;
            double less = Math.max(cells.get(SEEKING) > 0 ? 0.1 : 0.03, share / 2);
            long slower = Math.round(found / (1 - less));
            cells.set(SEEKING, 0);
            cells.set(FOUND, much ? Math.min(2 * found, Math.max(slower, through)) : slower);
        }
        cells.set(CUT_AT, now);
        cells.set(RAISED_AT, now);
        cells.set(ANSWERED_AT_CUT, cells.get(ANSWERED));
        cells.set(TURNED_AWAY_AT_CUT, cells.get(TURNED_AWAY));
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

    /** Faster again, by half of a hundredth each second and later more, as long as it is this that holds requests back. */
    private void raise(long now) {
        long found = cells.get(FOUND);
        long since = now - cells.get(RAISED_AT);
        if (found == 0 || since < secondMillis) {
            return;
        }
        cells.set(RAISED_AT, now);
        boolean seeking = cells.get(SEEKING) > 0;
        // The longer a closing lasts, the less often one should be risked.
        long closed = Math.min(cells.get(CLOSED_UNTIL) - cells.get(CLOSED_AT), 60 * secondMillis);
        boolean rested = seeking || now - cells.get(CUT_AT) > 10 * closed;
        if (rested && now - cells.get(PACED_AT) < 2 * secondMillis) {
            double calm = (double) (now - cells.get(CUT_AT)) / secondMillis;
            double step = seeking ? 1.15 : calm > 60 ? 1.05 : calm > 20 ? 1.02 : 1.005;
            cells.set(FOUND, Math.max(Math.max(1, toldInterval()), (long) Math.floor(found / step)));
        }
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
        return now - cells.get(PACED_AT) < 5 * secondMillis;
    }
}
