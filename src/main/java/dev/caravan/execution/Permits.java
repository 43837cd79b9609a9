package dev.caravan.execution;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The one limit on realtime calls in flight, shared by all runs of the process. Nobody waits in a thread: whoever must
 * wait is called when a permit is free.
 *
 * <p>It adapts: a throttled call halves the limit, at most once in a while; a full round of good calls raises it by one,
 * up to the ceiling. The first call goes alone: a key that is refused is refused once.
 */
public final class Permits {
    private static final long HALVING_PAUSE_NANOS = 1_000_000_000L;

    /** Asks for a permit. */
    public interface Candidate {
        /** A permit was given: the candidate owes a {@link Permits#release()}. */
        void admitted();

        /** No permit will be given: the run stops. */
        void refused();

        /** Asked again just before a permit is given. */
        boolean wanted();
    }

    private final int ceiling;
    private final Deque<Candidate> waiting = new ArrayDeque<>();
    private int limit;
    private int inUse;
    private int goodCalls;
    private boolean opened;
    private long halvedAt = System.nanoTime() - HALVING_PAUSE_NANOS;

    public Permits(int ceiling) {
        this.ceiling = ceiling;
        this.limit = 1;
    }

    public void acquire(Candidate candidate) {
        synchronized (this) {
            waiting.add(candidate);
        }
        serve();
    }

    public void release() {
        synchronized (this) {
            inUse--;
            if (!opened) {
                opened = true;
                limit = ceiling;
            }
        }
        serve();
    }

    /** Serves everyone who is no longer wanted, at once; called when a run stops. */
    public void sweep() {
        var unwanted = new ArrayDeque<Candidate>();
        synchronized (this) {
            waiting.removeIf(each -> {
                boolean gone = !each.wanted();
                if (gone) {
                    unwanted.add(each);
                }
                return gone;
            });
        }
        unwanted.forEach(Candidate::refused);
    }

    public synchronized void throttled() {
        long now = System.nanoTime();
        if (opened && now - halvedAt >= HALVING_PAUSE_NANOS) {
            limit = Math.max(1, limit / 2);
            halvedAt = now;
            goodCalls = 0;
        }
    }

    public synchronized void went() {
        goodCalls++;
        if (goodCalls >= limit && limit < ceiling) {
            limit++;
            goodCalls = 0;
        }
    }

    public synchronized int inUse() {
        return inUse;
    }

    /** Whether someone waits because the limit was lowered. */
    public synchronized boolean throttling() {
        return opened && limit < ceiling && inUse >= limit && !waiting.isEmpty();
    }

    public synchronized int limit() {
        return limit;
    }

    private void serve() {
        while (true) {
            Candidate next;
            boolean wanted;
            synchronized (this) {
                if (waiting.isEmpty()) {
                    return;
                }
                wanted = waiting.element().wanted();
                if (wanted && inUse >= limit) {
                    return;
                }
                next = waiting.remove();
                if (wanted) {
                    inUse++;
                }
            }
            if (wanted) {
                next.admitted();
            } else {
                next.refused();
            }
        }
    }
}
