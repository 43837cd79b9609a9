package dev.caravan.repair;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Disk;
import dev.caravan.base.UserMistakeException;
import dev.caravan.cost.RunPrices;
import dev.caravan.journal.JsonLines;
import dev.caravan.pipeline.CallOverrides;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.PipelineReader;
import dev.caravan.pipeline.PipelineSnapshot;
import dev.caravan.run.GivenFiles;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunPacking;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.run.UnitRanges;
import dev.caravan.settle.ReplyOutcome;
import dev.caravan.settle.ReplyRow;
import dev.caravan.settle.ReplyRowReader;
import dev.caravan.settle.SettledFiles;
import dev.caravan.step.PreparedStep;
import dev.caravan.step.RunSteps;
import dev.caravan.step.StepKind;
import dev.caravan.validation.ReadingRule;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Judges the stored answers of failed units again, by schemas and rules as they are in the pipeline's folder now: what
 * holds is promoted and goes on through the later steps. Buys nothing, starts nothing; twice is the same as once.
 */
public final class Revalidation {

    /**
     * What came of it.
     *
     * @param revised whether schemas or rules differed from those the run had
     * @param promoted units by step
     * @param still failed units by step
     */
    public record Done(boolean revised, Map<String, Integer> promoted, Map<String, Integer> still) {}

    private final RunStore store;
    private final RunFolder folder;
    private final RunSteps judging;
    private final SettledFiles files;
    private final List<PreparedStep> steps;
    private final Map<String, Integer> promoted = new TreeMap<>();
    private final Map<String, Integer> still = new TreeMap<>();

    private Revalidation(RunStore store, RunSteps judging) {
        this.store = store;
        this.folder = store.folder();
        this.judging = judging;
        this.steps = judging.steps();
        this.files = new SettledFiles(store, judging);
    }

    /**
     * @param source the pipeline's folder as it is now
     * @param only the one step to look at; empty for all
     * @throws dev.caravan.lease.LeaseHeldException when a process is at the run
     */
    public static Done of(
            RunFolder folder,
            Pipeline source,
            String only,
            PipelineReader reader,
            Map<String, StepKind> kinds,
            Disk disk,
            Clock clock,
            String actor) {
        try (RunStore store = RunStore.open(folder, disk, clock, actor)) {
            if (store.onState(state -> state.status() == RunStatus.KILLED)) {
                throw new UserMistakeException(folder.root().toString(), "", "was killed; make another run");
            }
            GivenFiles.check(store);
            new RunPacking(folder, disk).unpack();
            boolean revised = revise(store, source, reader, disk);
            RunSteps judging = RunSteps.of(folder, store.onState(RunSteps.Basis::of), reader, kinds);
            new RunRecovery(store, judging, RunPrices.of(store)::cost).bookTails();
            var work = new Revalidation(store, judging);
            work.files.mend();
            for (int step = 0; step < work.steps.size(); step++) {
                if (only.isEmpty() || only.equals(store.facts().steps().get(step))) {
                    work.promote(step);
                }
            }
            work.files.mend();
            return new Done(revised, work.promoted, work.still);
        }
    }

    /** Takes the folder's schemas and rules into the run, if they or the way replies are read differ from the run's. */
    private static boolean revise(RunStore store, Pipeline source, PipelineReader reader, Disk disk) {
        int known = store.onState(RunState::revisions);
        int reading = store.onState(RunState::readings).get(known);
        List<Pipeline> all = RunSteps.snapshots(store.folder(), store.onState(RunSteps.Basis::of), reader);
        Pipeline last = all.get(all.size() - 1);
        if (PipelineSnapshot.digest(source).equals(PipelineSnapshot.digest(last))
                && reading == ReadingRule.NEWEST.number()) {
            return false;
        }
        List<String> had = shape(all.get(0));
        if (!had.equals(shape(source))) {
            throw new UserMistakeException(
                    source.folder().toString(),
                    "pipeline.steps",
                    "are " + shape(source) + ", the run has " + had + "; only schemas and rules may differ");
        }
        Path target = store.folder().revision(known + 1);
        PipelineSnapshot.copy(source, CallOverrides.NONE, target, disk);
        store.recordAndWait(new RunEvent.JudgingRevised(
                known + 1,
                PipelineSnapshot.digest(source),
                ReadingRule.NEWEST.number(),
                GivenFiles.of(store.folder(), target)));
        return true;
    }

    private static List<String> shape(Pipeline pipeline) {
        return pipeline.steps().stream()
                .map(each -> each.name() + " (" + each.kind() + ")")
                .toList();
    }

    private void promote(int step) {
        String name = store.facts().steps().get(step);
        var passing = new BitSet();
        int chunks = store.onState(RunState::chunks);
        for (int chunk = 0; chunk < chunks; chunk++) {
            int here = chunk;
            long length = store.onState(state -> state.lengths(step, here)).failures();
            if (length > 0) {
                judge(step, chunk, failed(step, chunk, length), passing);
            }
        }
        if (!passing.isEmpty()) {
            store.recordAndWait(new RunEvent.UnitsPromoted(step, UnitRanges.text(passing)));
            promoted.put(name, passing.cardinality());
        }
    }

    private List<Integer> failed(int step, int chunk, long length) {
        var units = new ArrayList<Integer>();
        int count = store.onState(state -> state.units().count());
        JsonLines.scan(folder.failures(store.facts().steps().get(step), chunk), 0, length, (offset, node) -> {
            int unit = JsonLines.unit(node, count);
            if (RetryFailures.failed(store, step, unit) && RetryFailures.revivable(store, unit)) {
                units.add(unit);
            }
        });
        return units;
    }

    private void judge(int step, int chunk, List<Integer> failed, BitSet passing) {
        PreparedStep now = steps.get(step);
        Map<Integer, ObjectNode> before = files.before(step, chunk);
        Map<Integer, ReplyRow> paid = now.manner().asksProvider() ? paid(step, chunk) : new HashMap<>();
        for (int unit : failed) {
            ObjectNode record = before.get(unit);
            ReplyRow row = paid.get(unit);
            if (record != null && now.visit(new Again(step, unit, record, row))) {
                passing.set(unit);
            } else {
                still.merge(store.facts().steps().get(step), 1, Integer::sum);
            }
        }
    }

    /** Whether what a unit failed by holds now. */
    private final class Again implements PreparedStep.Visitor<Boolean> {
        private final int place;
        private final int unit;
        private final ObjectNode record;
        private final @Nullable ReplyRow row;

        Again(int place, int unit, ObjectNode record, @Nullable ReplyRow row) {
            this.place = place;
            this.unit = unit;
            this.record = record;
            this.row = row;
        }

        @Override
        public Boolean asking(PreparedStep.Asking step) {
            if (row == null || row.outcome() != ReplyOutcome.COMPLETED) {
                return false;
            }
            PreparedStep.Asking asked =
                    judging.step(place, row.revision()).asking().orElseThrow();
            return asked.judge(row.text(), record).output() != null;
        }

        @Override
        public Boolean local(PreparedStep.Local step) {
            int attempts = store.onState(state -> state.units().attempts(unit));
            return step.perform(record, attempts).verdict().output() != null;
        }

        @Override
        public Boolean fanning(PreparedStep.Fanning step) {
            return false;
        }

        @Override
        public Boolean gathering(PreparedStep.Gathering step) {
            return false;
        }

        @Override
        public Boolean reviewing(PreparedStep.Reviewing step) {
            return false;
        }
    }

    private Map<Integer, ReplyRow> paid(int step, int chunk) {
        var paid = new HashMap<Integer, ReplyRow>();
        long length = store.onState(state -> state.lengths(step, chunk)).results();
        if (length > 0) {
            ReplyRowReader.scan(folder.results(store.facts().steps().get(step), chunk), 0, length, (offset, row) -> {
                if (row.paid()) {
                    paid.put(row.unit(), row);
                }
            });
        }
        return paid;
    }
}
