package dev.caravan.execution;

import dev.caravan.base.Disk;
import dev.caravan.base.InvalidFileException;
import dev.caravan.run.JsonLines;
import dev.caravan.run.Ranges;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import java.time.Clock;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Gives failed units another chance at the step where they failed. Starts nothing and buys nothing. What a step
 * computed would come to the same again, and what can never be sent stays failed unless it is asked for.
 */
public final class RetryFailures {
    private static final Set<String> HARD = Set.of(ReplyRow.REJECTED, ReplyRow.UNRENDERED);

    /**
     * What came of it.
     *
     * @param retried units by step
     * @param left failed units that stay so, by step
     */
    public record Done(Map<String, Integer> retried, Map<String, Integer> left) {}

    private final RunStore store;
    private final List<PreparedStep> steps;
    private final boolean hardToo;
    private final Map<String, Integer> retried = new TreeMap<>();
    private final Map<String, Integer> left = new TreeMap<>();

    private RetryFailures(RunStore store, List<PreparedStep> steps, boolean hardToo) {
        this.store = store;
        this.steps = steps;
        this.hardToo = hardToo;
    }

    /**
     * @param hardToo whether to send again what was refused as invalid or could not be rendered
     * @throws dev.caravan.run.LeaseHeldException when a process is at the run
     */
    public static Done of(RunFolder folder, Judging judging, boolean hardToo, Disk disk, Clock clock, String actor) {
        try (RunStore store = RunStore.open(folder, disk, clock, actor)) {
            if (store.onState(state -> state.status() == RunStatus.KILLED)) {
                throw new InvalidFileException(folder.root().toString(), "", "was killed; make another run");
            }
            List<PreparedStep> steps = judging.steps();
            // What an earlier process left half done first: lines of a stale file must not be taken for failures.
            new Recovery(store, steps, new RunPrices(store.facts())::picos).bookTails();
            new SettledFiles(store, judging).mend();
            var retry = new RetryFailures(store, steps, hardToo);
            for (int step = 0; step < steps.size(); step++) {
                retry.reopen(step);
            }
            new SettledFiles(store, judging).mend();
            return new Done(retry.retried, retry.left);
        }
    }

    private void reopen(int step) {
        String name = store.facts().steps().get(step);
        var answered = new BitSet();
        var unanswered = new BitSet();
        for (int chunk = 0; chunk < store.facts().chunks(); chunk++) {
            int here = chunk;
            long length = store.onState(state -> state.lengths(step, here))[2];
            if (length > 0) {
                JsonLines.scan(store.folder().failures(name, chunk), 0, length, (offset, node) -> {
                    int unit = node.get("_n").intValue();
                    String stage = node.path("failure_stage").asText();
                    if (stage.equals(ChunkPart.DROPPED)) {
                        return;
                    }
                    if (steps.get(step) instanceof PreparedStep.Local || (HARD.contains(stage) && !hardToo)) {
                        left.merge(name, 1, Integer::sum);
                    } else {
                        (stage.equals("transport") || HARD.contains(stage) ? unanswered : answered).set(unit);
                    }
                });
            }
        }
        int count = answered.cardinality() + unanswered.cardinality();
        if (count > 0) {
            store.recordAndWait(new RunEvent.UnitsReopened(step, Ranges.text(answered), Ranges.text(unanswered)));
            retried.put(name, count);
        }
    }
}
