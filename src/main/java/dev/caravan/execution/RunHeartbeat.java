package dev.caravan.execution;

import dev.caravan.cost.MoneyText;
import dev.caravan.run.RunLog;
import dev.caravan.run.RunStore;
import dev.caravan.run.RunSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** Says what a run is at: to its log each minute, and to other processes by the lease. */
final class RunHeartbeat {
    private static final Duration LOOK = Duration.ofSeconds(5);
    private static final Duration BEAT = Duration.ofMinutes(1);
    private static final Duration QUIET = Duration.ofMinutes(2);
    private static final Duration STUCK = Duration.ofMinutes(10);
    private static final Duration DETACHED = Duration.ofMinutes(5);

    private final RunStore store;
    private final RunLog log;
    private final JobWatch watch;
    private final RunTurnstiles turnstiles;
    private final OutstandingWork outstanding;
    private Instant lastLook;
    private Instant lastBeat;
    private boolean stuckTold;

    RunHeartbeat(RunStore store, RunLog log, JobWatch watch, RunTurnstiles turnstiles, OutstandingWork outstanding) {
        this.store = store;
        this.log = log;
        this.watch = watch;
        this.turnstiles = turnstiles;
        this.outstanding = outstanding;
        lastLook = store.clock().instant();
        lastBeat = lastLook;
    }

    void tick() {
        Instant now = store.clock().instant();
        if (now.isBefore(lastLook.plus(LOOK)) || store.isBroken()) {
            return;
        }
        lastLook = now;
        RunSummary summary = store.summary();
        String doing = doing(summary, now);
        store.doing(doing);
        if (!now.isBefore(lastBeat.plus(BEAT))) {
            lastBeat = now;
            beat(summary, doing, now);
        }
    }

    private void beat(RunSummary summary, String doing, Instant now) {
        log.log(
                "TICK",
                summary.progress().settled() + "/" + summary.progress().total() + " units settled, "
                        + summary.jobs().out().size() + " jobs at the provider, " + outstanding.calls()
                        + " calls in flight, last progress "
                        + Duration.between(summary.times().lastProgress(), now).toSeconds() + " s ago, "
                        + MoneyText.cost(summary) + " settled; " + doing);
    }

    /** Detached: a job cannot be seen. Throttled: held back. Waiting: for jobs only. Stuck: none of these, and no progress. */
    private String doing(RunSummary summary, Instant now) {
        Map<String, String> unseen = watch.unseen(now.minus(DETACHED));
        if (!unseen.isEmpty()) {
            return "detached from " + unseen;
        }
        Duration quiet = Duration.between(summary.times().lastProgress(), now);
        Instant held = store.onState(state -> state.heldBackUntil(now));
        if (held.isAfter(now)) {
            return "throttled: the provider is in trouble or asks to slow down, goes on at " + held;
        }
        if (summary.progress().settled() == summary.progress().total()
                && !summary.jobs().out().isEmpty()) {
            return "searching a last time for " + summary.jobs().out().size() + " jobs that were given up";
        }
        String pressure = turnstiles.pressure();
        if (!pressure.isEmpty()) {
            return "throttled: " + pressure;
        }
        if (quiet.compareTo(QUIET) < 0) {
            stuckTold = false;
            return "working";
        }
        long jobs = outstanding.jobsCreated();
        if (jobs > 0 && outstanding.isOnlyJobs()) {
            return "waiting for " + jobs + " jobs at the provider";
        }
        return quiet.compareTo(STUCK) < 0 ? "quiet" : stuck(quiet);
    }

    /** Tells once what the threads are at, for whoever looks for the cause. */
    private String stuck(Duration quiet) {
        if (!stuckTold) {
            stuckTold = true;
            log.log("WARN", "stuck: no progress for " + quiet.toMinutes() + " minutes; what the threads are at:");
            ThreadDump.write(log);
        }
        return "stuck for " + quiet.toMinutes() + " minutes";
    }
}
