package dev.caravan.execution;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Disk;
import dev.caravan.base.InvalidFileException;
import dev.caravan.pipeline.Overrides;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.Snapshot;
import dev.caravan.run.GivenFiles;
import dev.caravan.run.JsonLines;
import dev.caravan.run.Packing;
import dev.caravan.run.Ranges;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.validation.Reading;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

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

    /** Reads the run's own snapshots, so many revisions of them. */
    @FunctionalInterface
    public interface Snapshots extends Function<Integer, List<Pipeline>> {}

    private final RunStore store;
    private final RunFolder folder;
    private final SettledFiles files;
    private final List<PreparedStep> steps;
    private final Map<String, Integer> promoted = new TreeMap<>();
    private final Map<String, Integer> still = new TreeMap<>();

    private Revalidation(RunStore store, Judging judging) {
        this.store = store;
        this.folder = store.folder();
        this.steps = judging.steps();
        this.files = new SettledFiles(store, judging);
    }

    /**
     * @param source the pipeline's folder as it is now
     * @param only the one step to look at; empty for all
     * @throws dev.caravan.run.LeaseHeldException when a process is at the run
     */
    public static Done of(
            RunFolder folder,
            Pipeline source,
            String only,
            Snapshots snapshots,
            Map<String, StepKind> kinds,
            Disk disk,
            Clock clock,
            String actor) {
        try (RunStore store = RunStore.open(folder, disk, clock, actor)) {
            if (store.onState(state -> state.status() == RunStatus.KILLED)) {
                throw new InvalidFileException(folder.root().toString(), "", "was killed; make another run");
            }
            GivenFiles.check(store);
            new Packing(folder, disk).unpack();
            boolean revised = revise(store, source, snapshots, disk);
            int revisions = store.onState(RunState::revisions);
            Judging judging = Judging.of(
                    snapshots.apply(revisions),
                    store.onState(RunState::readings),
                    store.facts().rendering(),
                    kinds);
            new Recovery(store, judging.steps(), new RunPrices(store.facts())::picos).bookTails();
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
    private static boolean revise(RunStore store, Pipeline source, Snapshots snapshots, Disk disk) {
        int known = store.onState(RunState::revisions);
        int reading = store.onState(RunState::readings).get(known);
        List<Pipeline> all = snapshots.apply(known);
        Pipeline last = all.get(all.size() - 1);
        if (Snapshot.digest(source).equals(Snapshot.digest(last)) && reading == Reading.NEWEST.number()) {
            return false;
        }
        List<String> had = shape(all.get(0));
        if (!had.equals(shape(source))) {
            throw new InvalidFileException(
                    source.folder().toString(),
                    "pipeline.steps",
                    "are " + shape(source) + ", the run has " + had + "; only schemas and rules may differ");
        }
        Path target = store.folder().revision(known + 1);
        Snapshot.copy(source, Overrides.NONE, target, disk);
        store.recordAndWait(new RunEvent.JudgingRevised(
                known + 1, Snapshot.digest(source), Reading.NEWEST.number(), GivenFiles.of(store.folder(), target)));
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
            long length = store.onState(state -> state.lengths(step, here))[2];
            if (length > 0) {
                judge(step, chunk, failed(step, chunk, length), passing);
            }
        }
        if (!passing.isEmpty()) {
            store.recordAndWait(new RunEvent.UnitsPromoted(step, Ranges.text(passing)));
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
        Map<Integer, ReplyRow> paid = now instanceof PreparedStep.Asking ? paid(step, chunk) : new HashMap<>();
        for (int unit : failed) {
            ObjectNode record = before.get(unit);
            ReplyRow row = paid.get(unit);
            boolean holds = record != null
                    && (now instanceof PreparedStep.Asking asking
                            ? row != null
                                    && row.outcome().equals(ReplyRow.COMPLETED)
                                    && asking.judge(row.text(), record).output() != null
                            : now instanceof PreparedStep.Local local && performed(local, unit, record));
            if (holds) {
                passing.set(unit);
            } else {
                still.merge(store.facts().steps().get(step), 1, Integer::sum);
            }
        }
    }

    private boolean performed(PreparedStep.Local step, int unit, ObjectNode record) {
        int attempts = store.onState(state -> state.units().attempts(unit));
        return step.perform(record, attempts).verdict().output() != null;
    }

    private Map<Integer, ReplyRow> paid(int step, int chunk) {
        var paid = new HashMap<Integer, ReplyRow>();
        long length = store.onState(state -> state.lengths(step, chunk))[0];
        if (length > 0) {
            ReplyRows.scan(folder.results(store.facts().steps().get(step), chunk), 0, length, (offset, row) -> {
                if (row.paid()) {
                    paid.put(row.unit(), row);
                }
            });
        }
        return paid;
    }
}
