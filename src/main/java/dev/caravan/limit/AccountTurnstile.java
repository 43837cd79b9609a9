package dev.caravan.limit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Where those wait who want to ask one model of one account. How many may be in flight begins at one, so that a key that
 * is refused is refused once, grows with each answer, or to all at once when
 * the provider says what it allows, and is halved when requests are turned away; when each may
 * go is the account's {@link AccountPace}. Runs take turns.
 */
public final class AccountTurnstile {
    /** Of a long wait, so much is added by chance, so that those who wait do not all come back at once. */
    private static final double JITTER = 0.1;

    private static final long MOST_JITTER_MILLIS = 2_000;

    /** By how many each answer lets more be in flight: threefold with each round. */
    private static final int GROWTH = 2;

    /** Asks to go through. */
    public interface Candidate {
        /** May go: the candidate owes a {@link AccountTurnstile#release}. */
        void admitted();

        /** Will not be let through: the run stops. */
        void refused();

        /** Asked again just before it is let through. */
        boolean wanted();
    }

    private final ProcessCeiling ceiling;
    private final Runnable letThrough;
    private final AccountPace pace;
    private final int most;
    private final boolean counted;
    /** By run. The first one's turn is next. */
    private final Map<Object, Deque<Candidate>> waiting = new LinkedHashMap<>();

    private int limit = 1;
    private int inUse;
    private long wakeAt;
    private long halvedAt;

    /**
     * @param letThrough lets everybody through who may go, here and elsewhere; called without the lock
     * @param most at one time
     * @param counted whether it counts as a call in flight
     */
    AccountTurnstile(ProcessCeiling ceiling, Runnable letThrough, AccountPace pace, int most, boolean counted) {
        this.ceiling = ceiling;
        this.letThrough = letThrough;
        this.pace = pace;
        this.most = most;
        this.counted = counted;
    }

    /** @param owner whose turns are counted together */
    public void acquire(Object owner, Candidate candidate) {
        synchronized (ceiling) {
            waiting.computeIfAbsent(owner, key -> new ArrayDeque<>()).add(candidate);
        }
        letThrough.run();
    }

    /** Who went through is back. */
    public void release() {
        synchronized (ceiling) {
            inUse--;
            ceiling.taken(counted ? -1 : 0);
        }
        letThrough.run();
    }

    /** As {@link #release}, and nothing was asked. */
    public void unused() {
        pace.giveBack();
        release();
    }

    /** What comes next here, or null. Called with the lock of the ceiling. */
    @Nullable Runnable next() {
        while (!waiting.isEmpty()) {
            Map.Entry<Object, Deque<Candidate>> turn =
                    waiting.entrySet().iterator().next();
            Candidate first = turn.getValue().element();
            if (!first.wanted()) {
                take(turn);
                return first::refused;
            }
            long now = ceiling.now();
            boolean full = inUse >= limit || (counted && !ceiling.hasRoom());
            if (full || now < wakeAt) {
                return null;
            }
            long wait = pace.take(now);
            if (wait > 0) {
                sleep(now, wait);
                return null;
            }
            take(turn);
            inUse++;
            ceiling.taken(counted ? 1 : 0);
            return first::admitted;
        }
        return null;
    }

    /** The run's next candidate goes, and it is the next run's turn. */
    private void take(Map.Entry<Object, Deque<Candidate>> turn) {
        Object owner = turn.getKey();
        Deque<Candidate> queue = turn.getValue();
        queue.remove();
        waiting.remove(owner);
        if (!queue.isEmpty()) {
            waiting.put(owner, queue);
        }
    }

    private void sleep(long now, long wait) {
        double jitter = Math.min(MOST_JITTER_MILLIS, wait * JITTER);
        long millis = wait + (long) (jitter * ThreadLocalRandom.current().nextDouble());
        wakeAt = now + millis;
        ceiling.later(this::wake, millis);
    }

    private void wake() {
        synchronized (ceiling) {
            wakeAt = 0;
        }
        letThrough.run();
    }

    /** Called with the lock of the ceiling: takes out who is no longer wanted. */
    void sweep(List<Runnable> told) {
        for (Iterator<Deque<Candidate>> queues = waiting.values().iterator(); queues.hasNext(); ) {
            Deque<Candidate> queue = queues.next();
            queue.removeIf(each -> {
                boolean gone = !each.wanted();
                if (gone) {
                    told.add(each::refused);
                }
                return gone;
            });
            if (queue.isEmpty()) {
                queues.remove();
            }
        }
    }

    /**
     * The provider answered, well or not.
     *
     * @param tokens of request and answer together, 0 where nothing is known
     */
    public void answered(long tokens) {
        pace.answered(ceiling.now(), tokens);
        grow();
    }

    /** It came to nothing that tells of limits. */
    public void ended() {
        pace.ended();
        grow();
    }

    /** The account is refused: nobody else should find out for themselves. */
    public void failed() {
        pace.ended();
    }

    private void grow() {
        synchronized (ceiling) {
            limit = Math.min(most, limit + GROWTH);
        }
    }

    /** What the provider says that it allows, each minute; 0 where it says nothing. */
    public void allowed(long requests, long tokens) {
        pace.allowed(requests, tokens);
        if (requests > 0) {
            synchronized (ceiling) {
                limit = most;
            }
        }
    }

    /**
     * A request was turned away.
     *
     * @param sentAt when it went out, milliseconds since 1970
     * @param asked how long to wait, where the provider says so
     * @return whether this has gone on for so long that somebody should look
     */
    public boolean turnedAway(long sentAt, @Nullable Duration asked) {
        int closings = pace.turnedAway(sentAt, ceiling.now(), asked == null ? 0 : asked.toMillis());
        synchronized (ceiling) {
            if (sentAt > halvedAt) {
                halvedAt = ceiling.now();
                limit = Math.max(1, Math.min(limit, inUse) / 2);
            }
        }
        return AccountPace.sustained(closings);
    }

    /** Milliseconds before anything may go through. */
    public long closedMillis() {
        long now = ceiling.now();
        return Math.max(0, pace.closedUntil(now) - now);
    }

    /** What it is at, for people; empty when nobody is held back. */
    public String pressure() {
        long now = ceiling.now();
        long until = pace.closedUntil(now);
        boolean anyone;
        synchronized (ceiling) {
            anyone = !waiting.isEmpty();
        }
        if (until > 0) {
            return "the provider asks to slow down, goes on at " + Instant.ofEpochMilli(until);
        }
        return anyone && pace.holdsBack(now) ? "held to " + pace.perMinute() + " requests a minute" : "";
    }
}
