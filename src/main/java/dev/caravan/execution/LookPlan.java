package dev.caravan.execution;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * When each job of one account is looked at: about when the jobs before it were over, and never more often in all than by
 * a plain clock, which looks as soon as a job is there and then at each full interval. {@code docs/limits.md} tells the
 * law, and decision 35 why there is one.
 *
 * <p>A job may be looked at as often as the clock would have by its age. What a job that is over did not use of this,
 * others may spend on looks between. Times are nanoseconds, of {@link System#nanoTime}.
 */
final class LookPlan {
    /** When the first job is looked at of which nobody knows how long they take; the next one at twice this age, and so on. */
    static final long FIRST_NANOS = 2_000_000_000L;
    /** So many jobs that ended last say how long the next one takes: as long as the shortest of them. */
    private static final int RECENT = 5;
    /** While none of them was ever seen to run, it may have taken much less. */
    private static final int MUCH_LESS = 4;
    /** Of that time, after which a job that still runs is looked at again; twice as much after each further look. */
    private static final double STEP = 0.2;
    /** By how much later a job is looked at first for each that runs longer than those before it. */
    private static final double LATER = 1.5;
    /** So often a time is doubled at most. */
    private static final int DOUBLINGS = 30;

    /** A job that is over: the age at which it was last seen to run, 0 for never, and the one at which it did not. */
    private record Ended(long runningAt, long overAt) {}

    /** An open job, and how it was looked at. */
    private static final class Job {
        final long from;
        final boolean old;
        int looks;
        int extras;
        long lastAge;
        long runningAt;
        boolean troubled;

        Job(long from, boolean old) {
            this.from = from;
            this.old = old;
        }
    }

    private final long interval;
    private final Map<String, Job> open = new HashMap<>();
    private final Deque<Ended> recent = new ArrayDeque<>();
    private long saved;

    /** @param interval the most between two looks at a job */
    LookPlan(long interval) {
        this.interval = interval;
    }

    /**
     * Whether a job is to be looked at now; if so, it counts as looked at.
     *
     * @param old whether it was there before anybody watched: nobody knows for how long
     */
    synchronized boolean isDue(String job, boolean old, long now) {
        Job each = open.computeIfAbsent(job, key -> new Job(now, old));
        long age = now - each.from;
        if (age < next(each)) {
            return false;
        }
        if (each.looks < byClock(age)) {
            each.looks++;
        } else if (saved > 0 && !each.troubled) {
            saved--;
            each.extras++;
        } else {
            return false;
        }
        each.lastAge = age;
        return true;
    }

    /** The age at which a job is to be looked at next, be it by the clock or between. */
    private long next(Job job) {
        if (job.looks + job.extras == 0) {
            return job.old ? 0 : Math.min(interval, first());
        }
        long clock = interval == 0 ? job.lastAge : (job.lastAge / interval + 1) * interval;
        if (recent.isEmpty() || job.troubled) {
            return clock;
        }
        int again = Math.min(DOUBLINGS, job.looks + job.extras - 1);
        long step = (long) (shortest() * STEP * (1L << again));
        return Math.min(clock, job.lastAge + step);
    }

    private long first() {
        if (!recent.isEmpty()) {
            if (saved < open.size()) {
                return surely();
            }
            long shortest = shortest();
            long ran = recent.stream().mapToLong(Ended::runningAt).max().orElse(0);
            return ran == 0 ? shortest / MUCH_LESS : (Math.min(ran, shortest) + shortest) / 2;
        }
        long tried = open.values().stream()
                .filter(each -> !each.old && each.looks > 0)
                .count();
        return FIRST_NANOS << Math.min(DOUBLINGS, tried);
    }

    /**
     * No second look at all of them can be paid, so the one they have is made when they are over for sure: a few are tried,
     * and while those run on, the others are left alone for longer.
     */
    private long surely() {
        long longest = recent.stream().mapToLong(Ended::overAt).max().orElse(0);
        long tried = open.values().stream()
                .filter(each -> !each.old && each.looks > 0 && each.lastAge >= longest)
                .count();
        return (long) (longest * Math.pow(LATER, (double) Math.max(0, tried - saved)));
    }

    private long shortest() {
        return recent.stream().mapToLong(Ended::overAt).min().orElse(0);
    }

    /** How often the clock would have looked at a job of this age, which still ran. */
    private long byClock(long age) {
        return interval == 0 ? Long.MAX_VALUE : 1 + age / interval;
    }

    /** A job was looked at, and runs. */
    synchronized void running(String job) {
        Job each = open.get(job);
        if (each != null) {
            each.runningAt = each.lastAge;
            each.troubled = false;
        }
    }

    /** A job was asked for, and its provider was in trouble: it is asked again by the clock. */
    synchronized void troubled(String job) {
        Job each = open.get(job);
        if (each != null) {
            each.troubled = true;
        }
    }

    /**
     * A job was looked at, and is over.
     *
     * @param whole whether it ran to its end: others take as long
     */
    synchronized void ended(String job, boolean whole) {
        Job each = open.remove(job);
        if (each == null || each.old) {
            return;
        }
        if (interval > 0) {
            saved += 1 + byClock(each.runningAt) - each.looks;
        }
        if (whole) {
            recent.add(new Ended(each.runningAt, each.lastAge));
            if (recent.size() > RECENT) {
                recent.remove();
            }
        }
    }

    /** Forgets jobs that nobody asks about any more. */
    synchronized void keep(Collection<String> jobs) {
        open.keySet().retainAll(Set.copyOf(jobs));
    }

    /** All jobs count as not looked at. */
    synchronized void forget() {
        open.clear();
    }
}
