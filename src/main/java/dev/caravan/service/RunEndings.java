package dev.caravan.service;

import dev.caravan.cost.MoneyText;
import dev.caravan.execution.LiveRun;
import dev.caravan.report.JobDeadline;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunSummary;
import dev.caravan.run.UnitReview;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** How runs go on and end, in words, and how calls in flight are awaited. */
final class RunEndings {
    private static final long LOOK_MILLIS = 50;

    private RunEndings() {}

    static ServiceNotice.What what(RunSummary run) {
        return switch (run.status()) {
            case COMPLETE -> ServiceNotice.What.COMPLETE;
            case KILLED -> ServiceNotice.What.KILLED;
            case WAITING -> ServiceNotice.What.WAITING;
            default -> ServiceNotice.What.PAUSED;
        };
    }

    static String of(RunSummary run) {
        if (run.status() == RunStatus.COMPLETE) {
            return run.progress().done() + " done, " + run.progress().failed() + " failed, " + MoneyText.cost(run)
                    + (run.simulated() ? " simulated" : "");
        }
        return run.reason() + (run.detail().isEmpty() ? "" : ": " + run.detail());
    }

    /** Who let a run go on, last; empty when nobody was asked. */
    static String allowedBy(RunState state) {
        List<UnitReview> reviews = state.reviews();
        Optional<UnitReview.Word> last = reviews.isEmpty()
                ? Optional.empty()
                : reviews.get(reviews.size() - 1).word();
        return last.map(each -> (each.approved() ? "approved by " : "rejected by ") + each.actor())
                .orElse(state.approvedBy().isEmpty() ? "" : "approved by " + state.approvedBy());
    }

    /** Waits until no run has a call in flight; no longer than the grace, and not when somebody is in a hurry. */
    static void await(List<LiveRun> runs, long graceMillis, BooleanSupplier hurry) {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(graceMillis);
        while (System.nanoTime() < until
                && !hurry.getAsBoolean()
                && runs.stream().anyMatch(each -> each.callsInFlight() > 0)) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
        }
    }

    /** Says what a run that is given back leaves at its provider. */
    static void leftBehind(LiveRun run, NoticeSink notices) {
        List<RunSummary.JobLine> jobs = run.jobsOut();
        int calls = run.callsInFlight();
        run.log().log("STOP", calls + " calls in flight and " + jobs.size() + " jobs at the provider were left behind");
        if (calls > 0) {
            notices.tell(
                    ServiceNotice.What.TROUBLE,
                    run.folder().name(),
                    calls + " calls without an answer; they stay at risk");
        }
        for (RunSummary.JobLine each : jobs) {
            notices.tell(
                    ServiceNotice.What.JOB,
                    run.folder().name(),
                    (each.providerJob().isEmpty() ? each.work() + " (not confirmed)" : each.providerJob()) + ", "
                            + each.requests() + " requests, due by "
                            + JobDeadline.of(each) + ", goes on by itself and is collected later");
        }
    }
}
