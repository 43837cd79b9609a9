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
 * <p>Times are milliseconds since 1970, of the machine: all its processes share them. The law and the reason of each
 * number: {@code docs/limits.md}.
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

    private static final double MICROS = 60e6;

    private final AccountNumbers numbers;
    private final PaceFinder finder;
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
    AccountPace(SharedNumbers shared, long secondMillis, long knownRequests, long knownTokens, int patience) {
        numbers = new AccountNumbers(shared);
        finder = new PaceFinder(numbers, secondMillis);
        this.secondMillis = secondMillis;
        this.knownRequests = knownRequests;
        this.knownTokens = knownTokens;
        patienceMillis = patience * secondMillis;
    }

    /** Takes a slot, or says in how many milliseconds to ask again; 0 when it was taken. */
    public long take(long now) {
        return numbers.alone(() -> {
            long wait = turn(now);
            if (wait == 0) {
                finder.sent();
            }
            return wait;
        });
    }

    private long turn(long now) {
        long closed = closedFor(now);
        if (closed > 0) {
            return closed;
        }
        if (numbers.rounds.get() > 1 || numbers.longClosings.get() > 0) {
            long probed = now - numbers.probeAt.get();
            if (probed >= 0 && probed < PROBE_MILLIS) {
                return Math.max(1, PROBE_LOOK_MILLIS * secondMillis / 1000);
            }
            numbers.probeAt.set(now);
            return 0;
        }
        return slot(now);
    }

    private long slot(long now) {
        finder.raise(now, toldInterval(), numbers.closedUntil.get() - numbers.closedAt.get());
        long interval = interval();
        if (interval == 0) {
            return 0;
        }
        long micros = now * 1000;
        long credit = Math.max(CREDIT_MILLIS * 1000, interval);
        // None is further away than this, unless the clock was set back.
        long slot = Math.max(Math.min(numbers.nextSlot.get(), micros + interval), micros - credit);
        if (slot > micros) {
            finder.paced(now);
            return (slot - micros + 999) / 1000;
        }
        numbers.nextSlot.set(slot + interval);
        return 0;
    }

    /** A slot that was taken was not used. */
    public void giveBack() {
        numbers.alone(() -> {
            numbers.nextSlot.set(numbers.nextSlot.get() - interval());
            finder.unsent();
            numbers.probeAt.set(0);
            return 0;
        });
    }

    private long closedFor(long now) {
        openIfClockWasSetBack(now);
        return Math.max(0, numbers.closedUntil.get() - now);
    }

    /** Whoever closed it did so in the future. To be asked before a closing is written down over another one. */
    private void openIfClockWasSetBack(long now) {
        long until = numbers.closedUntil.get();
        if (until > now && (numbers.closedAt.get() > now + 60_000 || until - now > LONGEST_MILLIS)) {
            numbers.closedUntil.set(0);
            numbers.closedAt.set(0);
        }
    }

    /** Microseconds between two requests, 0 for none. */
    private long interval() {
        return Math.max(toldInterval(), finder.interval());
    }

    /** The same, by what is known from settings and from the provider. */
    private long toldInterval() {
        double interval = 0;
        long requests = knownRequests > 0 ? knownRequests : numbers.toldRequests.get();
        if (requests > 0) {
            interval = MICROS / (requests * USED);
        }
        long tokens = knownTokens > 0 ? knownTokens : numbers.toldTokens.get();
        if (tokens > 0) {
            interval = Math.max(interval, MICROS * Math.max(1, numbers.meanTokens.get() / 16.0) / (tokens * USED));
        }
        return Math.round(interval);
    }

    /** What the provider says that it allows, each minute; 0 where it says nothing. */
    public void allowed(long requests, long tokens) {
        if (requests > 0 && requests != numbers.toldRequests.get()) {
            numbers.toldRequests.set(requests);
        }
        if (tokens > 0 && tokens != numbers.toldTokens.get()) {
            numbers.toldTokens.set(tokens);
        }
    }

    /**
     * A request was answered, well or not; only not turned away.
     *
     * @param tokens of request and answer together, 0 where nothing is known
     */
    public void answered(long now, long tokens) {
        numbers.alone(() -> {
            numbers.rounds.set(0);
            numbers.longClosings.set(0);
            numbers.troubleSince.set(0);
            numbers.probeAt.set(0);
            finder.answered(now);
            if (tokens > 0) {
                long mean = numbers.meanTokens.get();
                numbers.meanTokens.set(mean == 0 ? tokens * 16 : mean + (tokens * 16 - mean) / 16);
            }
            return 0;
        });
    }

    /** A request came to nothing that tells of limits: lost, or the provider's own trouble. */
    public void ended() {
        numbers.probeAt.set(0);
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
        return (int) numbers.alone(() -> {
            finder.turnedAway();
            openIfClockWasSetBack(now);
            long until = Math.min(now + askedMillis, now + LONGEST_MILLIS);
            if (sentAt > numbers.closedAt.get()) {
                until = Math.max(until, now + closing(now, askedMillis));
                numbers.probeAt.set(0);
                numbers.closedAt.set(now);
                finder.cut(now, toldInterval());
            }
            numbers.closedUntil.set(Math.max(numbers.closedUntil.get(), until));
            return numbers.longClosings.get();
        });
    }

    /** How long the next closing lasts at least. */
    private long closing(long now, long askedMillis) {
        if (now - numbers.closedUntil.get() > FORGOTTEN_SECONDS * secondMillis) {
            numbers.rounds.set(0);
            numbers.longClosings.set(0);
            numbers.troubleSince.set(0);
        }
        int rounds = (int) numbers.rounds.get() + 1;
        numbers.rounds.set(rounds);
        if (numbers.troubleSince.get() == 0 || numbers.troubleSince.get() > now) {
            numbers.troubleSince.set(now);
        }
        if (now - numbers.troubleSince.get() >= patienceMillis) {
            int level = (int) numbers.longClosings.get() + 1;
            numbers.longClosings.set(level);
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
        return closedFor(now) > 0 ? numbers.closedUntil.get() : 0;
    }

    /** Requests each minute at the present pace, 0 while nothing limits them. */
    public long perMinute() {
        long interval = interval();
        return interval == 0 ? 0 : Math.round(MICROS / interval);
    }

    /** Whether requests were held back a moment ago. */
    public boolean holdsBack(long now) {
        return finder.holdsBack(now);
    }
}
