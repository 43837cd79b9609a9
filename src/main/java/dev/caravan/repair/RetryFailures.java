package dev.caravan.repair;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Disk;
import dev.caravan.base.UserMistakeException;
import dev.caravan.cost.RunPrices;
import dev.caravan.journal.JsonLines;
import dev.caravan.pipeline.Manner;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunPacking;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.run.UnitRanges;
import dev.caravan.run.UnitStanding;
import dev.caravan.settle.ReplyOutcome;
import dev.caravan.settle.SettledFiles;
import dev.caravan.step.PreparedStep;
import dev.caravan.step.RunSteps;
import dev.caravan.validation.ExpressionRules;
import java.time.Clock;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Gives failed units another chance, at the step where they failed or at the one they go back to from there. Starts
 * nothing and buys nothing. What was computed without a model would come to the same again, and what can never be sent
 * stays failed unless it is asked for.
 */
public final class RetryFailures {
    private static final Set<String> HARD = Set.of(ReplyOutcome.REJECTED.stage(), ReplyOutcome.UNRENDERED.stage());

    /**
     * What came of it.
     *
     * @param retried units by step
     * @param left failed units that stay so, by step
     */
    public record Done(Map<String, Integer> retried, Map<String, Integer> left) {}

    /**
     * Which units are sent again though they were refused as invalid or could not be rendered.
     *
     * @param all whether those of every step
     * @param refusedAt steps that ask another model than the one that refused
     */
    public record HardToo(boolean all, Set<String> refusedAt) {
        /** Of none, unless of all. */
        public HardToo(boolean all) {
            this(all, Set.of());
        }

        boolean of(String step, String stage) {
            return all || (stage.equals(ReplyOutcome.REJECTED.stage()) && refusedAt.contains(step));
        }
    }

    private final RunStore store;
    private final List<PreparedStep> steps;
    private final HardToo hardToo;
    private final Map<String, Integer> retried = new TreeMap<>();
    private final Map<String, Integer> left = new TreeMap<>();

    private RetryFailures(RunStore store, List<PreparedStep> steps, HardToo hardToo) {
        this.store = store;
        this.steps = steps;
        this.hardToo = hardToo;
    }

    /**
     * @param hardToo what is sent again of that which was refused as invalid or could not be rendered
     * @throws dev.caravan.lease.LeaseHeldException when a process is at the run
     */
    public static Done of(RunFolder folder, RunSteps judging, HardToo hardToo, Disk disk, Clock clock, String actor) {
        try (RunStore store = RunStore.open(folder, disk, clock, actor)) {
            if (store.onState(state -> state.status() == RunStatus.KILLED)) {
                throw new UserMistakeException(folder.root().toString(), "", "was killed; make another run");
            }
            List<PreparedStep> steps = judging.steps();
            new RunPacking(folder, disk).unpack();
            // What an earlier process left half done first: lines of a stale file must not be taken for failures.
            new RunRecovery(store, judging, RunPrices.of(store)::cost).bookTails();
            new SettledFiles(store, judging).mend();
            var retry = new RetryFailures(store, steps, hardToo);
            for (int step = 0; step < steps.size(); step++) {
                retry.reopen(step);
            }
            new SettledFiles(store, judging).mend();
            int tasks = store.summary().failedTasks();
            if (tasks > 0) {
                store.recordAndWait(new RunEvent.TasksReopened());
                retry.retried.put("(tasks)", tasks);
            }
            return new Done(retry.retried, retry.left);
        }
    }

    /** Whether a line of a failures file is of a unit that failed there: not if it was dropped, or goes on meanwhile. */
    static boolean failed(RunStore store, int step, int unit) {
        return store.onState(state -> state.standing(unit, step)) == UnitStanding.FAILED;
    }

    /** Whether the unit's parent, if it has one, still waits for it or failed for it. */
    static boolean revivable(RunStore store, int unit) {
        return store.onState(state -> state.revivable(unit));
    }

    /** Whether what did not hold was made at an earlier step, which is to be asked again. */
    private boolean goesBack(int step, JsonNode failure) {
        PreparedStep prepared = steps.get(step);
        if (store.facts().retryFrom(step) < 0) {
            return false;
        }
        boolean byRule = false;
        for (JsonNode each : failure.path("errors")) {
            byRule |= ExpressionRules.hold(
                    prepared.step().validation(), each.path("code").asText());
        }
        return byRule || !prepared.manner().asksProvider();
    }

    private void reopen(int step) {
        String name = store.facts().steps().get(step);
        var found = new Reopened();
        int chunks = store.onState(RunState::chunks);
        int units = store.onState(state -> state.units().count());
        for (int chunk = 0; chunk < chunks; chunk++) {
            int here = chunk;
            long length = store.onState(state -> state.lengths(step, here)).failures();
            if (length > 0) {
                JsonLines.scan(store.folder().failures(name, chunk), 0, length, (offset, node) -> {
                    int unit = JsonLines.unit(node, units);
                    if (failed(store, step, unit)) {
                        reopen(step, unit, node, found);
                    }
                });
            }
        }
        if (found.count() > 0) {
            store.recordAndWait(found.event(step, store.facts().retryFrom(step)));
            retried.put(name, found.count());
        }
    }

    /** Gives a failed unit its chance, or leaves it. */
    private void reopen(int step, int unit, JsonNode line, Reopened found) {
        String name = store.facts().steps().get(step);
        Manner manner = steps.get(step).manner();
        String stage = line.path("failure_stage").asText();
        boolean hard = HARD.contains(stage);
        boolean back = goesBack(step, line);
        boolean again = back || manner.waitsForPerson() || manner.asksProvider();
        if (!again || (hard && !hardToo.of(name, stage)) || !revivable(store, unit)) {
            left.merge(name, 1, Integer::sum);
        } else if (back) {
            found.sentBack.set(unit);
        } else {
            boolean unanswered = manner.waitsForPerson() || hard || stage.equals("transport");
            (unanswered ? found.unanswered : found.answered).set(unit);
        }
    }

    /** Failed units of a step that get another chance, by what they are owed. */
    private static final class Reopened {
        private final BitSet answered = new BitSet();
        private final BitSet unanswered = new BitSet();
        private final BitSet sentBack = new BitSet();

        int count() {
            return answered.cardinality() + unanswered.cardinality() + sentBack.cardinality();
        }

        RunEvent event(int step, int retryFrom) {
            return new RunEvent.UnitsReopened(
                    step,
                    UnitRanges.text(answered),
                    UnitRanges.text(unanswered),
                    UnitRanges.text(sentBack),
                    sentBack.isEmpty() ? -1 : retryFrom);
        }
    }
}
