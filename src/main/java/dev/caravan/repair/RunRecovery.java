package dev.caravan.repair;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.UnitRecord;
import dev.caravan.base.UserMistakeException;
import dev.caravan.journal.JsonLines;
import dev.caravan.money.Money;
import dev.caravan.run.ChunkPlace;
import dev.caravan.run.FileLengths;
import dev.caravan.run.ModelChoice;
import dev.caravan.run.OpenWork;
import dev.caravan.run.RecordIndex;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFacts;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStore;
import dev.caravan.run.UnitRanges;
import dev.caravan.run.UnitStanding;
import dev.caravan.settle.BookingTotals;
import dev.caravan.settle.RecordReader;
import dev.caravan.settle.ReplyRow;
import dev.caravan.settle.ResultsTail;
import dev.caravan.settle.ResultsWriter;
import dev.caravan.step.RunSteps;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Brings a run's folder in order before it goes on: books replies that reached their file but not the journal, writes
 * down what the end of the last process left in doubt, and makes the index of records anew.
 */
public final class RunRecovery {
    private final RunStore store;
    private final RunFolder folder;
    private final RunFacts facts;
    private final RunSteps judging;
    private final int steps;
    private final ResultsWriter.Pricing pricing;
    private final List<String> mended = new ArrayList<>();

    public RunRecovery(RunStore store, RunSteps judging, ResultsWriter.Pricing pricing) {
        this.store = store;
        this.folder = store.folder();
        this.facts = store.facts();
        this.judging = judging;
        this.steps = facts.steps().size();
        this.pricing = pricing;
    }

    /** Results files out of which lines were taken that were damaged or stood twice, and what was wrong with each. */
    public List<String> mended() {
        return List.copyOf(mended);
    }

    /** @return how many replies were booked that the journal did not know */
    public int bookTails() {
        int booked = 0;
        int chunks = store.onState(RunState::chunks);
        Map<ChunkPlace, FileLengths> lengths = store.onState(RunState::allLengths);
        for (int chunk = 0; chunk < chunks; chunk++) {
            for (int step = 0; step < steps; step++) {
                Path file = folder.results(facts.steps().get(step), chunk);
                long known = lengths.getOrDefault(new ChunkPlace(step, chunk), FileLengths.NONE)
                        .results();
                if (known > 0 || Files.exists(file)) {
                    booked += bookTail(file, step, chunk, known);
                }
            }
        }
        return booked;
    }

    /** What is booked in one line: of one piece of work, and of one model. */
    private record Bought(String work, ModelChoice asked) {}

    /** @param known bytes of the file that are booked */
    private int bookTail(Path file, int step, int chunk, long known) {
        long size = size(file);
        if (size < known) {
            throw new UserMistakeException(
                    file.toString(),
                    "",
                    "holds " + size + " bytes, but replies of " + known
                            + " were booked: paid answers are missing. Restore the file from a copy");
        }
        if (size == known) {
            return 0;
        }
        var tail = new ResultsTail(file, known);
        if (!tail.whole()) {
            mended.add(folder.root().relativize(file) + ": " + tail.trouble());
            tail.mend(store.disk());
            tail = new ResultsTail(file, known);
        }
        return book(tail, step, chunk);
    }

    private int book(ResultsTail tail, int step, int chunk) {
        var byWork = new LinkedHashMap<Bought, Bookings>();
        for (ResultsTail.Row each : tail.rows()) {
            ReplyRow row = each.row();
            ModelChoice asked = row.choice(step);
            byWork.computeIfAbsent(new Bought(row.work(), asked), key -> new Bookings(each.offset()))
                    .add(row, asked, each.end());
        }
        int count = 0;
        for (var each : byWork.entrySet()) {
            Bookings bought = each.getValue();
            store.recordAndWait(bought.booking.event(
                    each.getKey().work(),
                    step,
                    chunk,
                    bought.from,
                    bought.to,
                    judging.asked(each.getKey().asked())));
            count += bought.booking.count();
        }
        return count;
    }

    private static long size(Path file) {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private final class Bookings {
        final long from;
        long to;
        final BookingTotals booking = new BookingTotals();
        /** Whether the bound of the whole job stands for a row that has none of its own. */
        private boolean jobCounted;

        Bookings(long from) {
            this.from = from;
        }

        void add(ReplyRow row, ModelChoice asked, long end) {
            to = end;
            Money price = pricing.cost(asked, row.lane(), row.usage());
            booking.add(row, price, row.untold() ? row.worst().orElseGet(() -> bound(row)) : Money.ZERO);
        }

        /** An earlier version kept no bound with what it could not book: then the call's intent has it, or the job's. */
        private Money bound(ReplyRow row) {
            boolean counted = jobCounted;
            jobCounted = true;
            return store.onState(state -> {
                OpenWork work = state.openWork(row.work());
                RunEvent.JobIntended job = work == null ? null : work.intent();
                if (job != null) {
                    return counted ? Money.ZERO : job.worstPicos();
                }
                return work == null ? Money.UNKNOWN : work.openCalls().getOrDefault(row.unit(), Money.UNKNOWN);
            });
        }
    }

    /** Calls and creates that were under way when the last process ended: nobody will hear of them again. */
    public void settleDoubts() {
        var open = store.onState(RunRecovery::openCalls);
        open.forEach((work, prices) -> {
            var units = new BitSet();
            prices.keySet().forEach(units::set);
            Money worst = prices.values().stream().reduce(Money.ZERO, Money::plus);
            store.recordAndWait(new RunEvent.CallsLost(work, UnitRanges.text(units), "killed", prices.size(), worst));
        });
        List<String> intended = store.onState(state -> state.works().stream()
                .filter(each -> each.phase() == OpenWork.Phase.INTENDED && !each.doubted())
                .map(OpenWork::id)
                .toList());
        intended.forEach(each -> store.recordAndWait(
                new RunEvent.JobInDoubt(each, "restarted", "the process ended before the provider's answer", 0)));
    }

    private static Map<String, Map<Integer, Money>> openCalls(RunState state) {
        var open = new TreeMap<String, Map<Integer, Money>>();
        state.works().forEach(each -> {
            if (!each.openCalls().isEmpty()) {
                open.put(each.id(), new TreeMap<>(each.openCalls()));
            }
        });
        return open;
    }

    /** Fills the index from units and settled files. */
    public void index(RecordIndex index) {
        int[] unit = {0};
        JsonLines.scanBytes(folder.units(), 0, size(folder.units()), (offset, bytes, length, whole) -> {
            index.input(unit[0]++, offset);
        });
        int chunks = store.onState(RunState::chunks);
        Map<ChunkPlace, FileLengths> lengths = store.onState(RunState::allLengths);
        for (int step = 0; step < steps; step++) {
            for (int chunk = 0; chunk < chunks; chunk++) {
                FileLengths length = lengths.getOrDefault(new ChunkPlace(step, chunk), FileLengths.NONE);
                if (length.validated() > 0) {
                    records(index, step, chunk, length.validated());
                }
                if (length.findings() > 0) {
                    findings(index, step, chunk, length.findings());
                }
            }
        }
    }

    /** Takes the lines of units whose record is this step's: not of those that were sent back before it, or went on. */
    private void records(RecordIndex index, int step, int chunk, long length) {
        int first = chunk * facts.chunkSize();
        BitSet wanted = store.onState(state -> {
            var set = new BitSet();
            for (int unit = first; unit < state.chunkEnd(chunk); unit++) {
                set.set(unit - first, isRecordOf(state, unit, step));
            }
            return set;
        });
        if (wanted.isEmpty()) {
            return;
        }
        int units = store.onState(state -> state.units().count());
        UnitLine.scan(folder.validated(facts.steps().get(step), chunk), length, units, (offset, unit) -> {
            if (unit >= first && wanted.get(unit - first)) {
                index.record(unit, offset);
            }
        });
    }

    /** Whether a unit passed a step and has no record of the one behind it. */
    private boolean isRecordOf(RunState state, int unit, int step) {
        boolean wentOn = step + 1 < steps
                && !facts.shape().isFanOut(step + 1)
                && state.standing(unit, step + 1) == UnitStanding.PASSED;
        return !wentOn && state.standing(unit, step) == UnitStanding.PASSED;
    }

    /** Takes the findings that the units' next prompts tell of, and no older ones. */
    private void findings(RecordIndex index, int step, int chunk, long length) {
        var lines = new LinkedHashMap<Long, JsonNode>();
        int units = store.onState(state -> state.units().count());
        JsonLines.scan(folder.findings(facts.steps().get(step), chunk), 0, length, (offset, node) -> {
            JsonLines.unit(node, units);
            lines.put(offset, node);
        });
        store.onState(state -> {
            lines.values().removeIf(line -> {
                int unit = line.get(UnitRecord.NUMBER).intValue();
                int at = state.units().step(unit);
                return !RecordReader.concerns(line, step, at, state.units().attempts(unit), facts);
            });
            return true;
        });
        lines.forEach(
                (offset, line) -> index.findings(line.get(UnitRecord.NUMBER).intValue(), step, offset));
    }
}
