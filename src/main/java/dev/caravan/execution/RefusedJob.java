package dev.caravan.execution;

import dev.caravan.provider.JobStatus;
import dev.caravan.run.PauseReason;
import dev.caravan.run.RunEvent;
import dev.caravan.run.UnitRanges;
import dev.caravan.run.WorkOrder;
import dev.caravan.run.WorkOrder.Member;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A job that its provider refused whole, without a row and without naming a line. What is wrong with all of it is told
 * and pauses the run; a full queue is waited for; else one request spoils the rest, and halving finds it.
 */
final class RefusedJob {
    /** The provider's queue is full: the same job goes again when others have ended. */
    private static final Set<String> FULL = Set.of("token_limit_exceeded", "rate_limit_exceeded");
    /** Every line is wrong in the same way: halves would be refused like the whole. */
    private static final Set<String> ALL_WRONG = Set.of(
            "model_not_found",
            "model_mismatch",
            "url_mismatch",
            "invalid_url",
            "invalid_method",
            "empty_file",
            "insufficient_quota",
            "billing_hard_limit_reached");

    /** So often is a job halved while no answer of the run has ever been received. */
    private static final int DEEPEST_WITHOUT_SUCCESS = 4;

    private final RunContext run;
    private final RunControl control;
    private final WorkOrder order;
    private final String code;
    private final String message;

    RefusedJob(RunContext run, RunControl control, WorkOrder order, JobStatus status) {
        this.run = run;
        this.control = control;
        this.order = order;
        boolean named = !status.errors().isEmpty();
        code = named ? status.errors().get(0).code() : "job_failed";
        message = named ? status.errors().get(0).message() : "the provider refused the whole job and gave no reason";
    }

    /** Whether the job failed as a whole: no line of it is named. */
    static boolean whole(JobStatus status) {
        return status.state() == JobStatus.State.FAILED
                && status.errors().stream().allMatch(each -> each.line() == null);
    }

    /** What to do about it; empty when one unit is left and the fault is its own. */
    Optional<RunEvent> answer() {
        if (FULL.contains(code)) {
            return Optional.of(again(order.pause(run.pauseMillis())));
        }
        boolean hopeless = depth() >= DEEPEST_WITHOUT_SUCCESS
                && run.store().summary().cost().calls() == 0;
        if (ALL_WRONG.contains(code) || hopeless) {
            if (!run.requests().isOutdated(order)) {
                control.pause(PauseReason.PROVIDER, "a job was refused whole: " + code + ": " + message);
            }
            return Optional.of(again(0));
        }
        return order.unanswered().size() < 2 ? Optional.empty() : Optional.of(halves());
    }

    private int depth() {
        return (int) order.work().chars().filter(c -> c == 'a' || c == 'b').count();
    }

    private RunEvent again(long pauseMillis) {
        return new RunEvent.JobNotCreated(order.work(), code, message, pauseMillis);
    }

    private RunEvent halves() {
        run.settler().settle(order.answered());
        List<Member> left = order.unanswered();
        int middle = left.size() / 2;
        var parts = new TreeMap<String, String>();
        parts.put(order.work() + "a", units(left.subList(0, middle)));
        parts.put(order.work() + "b", units(left.subList(middle, left.size())));
        return new RunEvent.WorkSplit(order.work(), code, message, parts);
    }

    private static String units(List<Member> members) {
        var set = new BitSet();
        members.forEach(each -> set.set(each.unit()));
        return UnitRanges.text(set);
    }
}
