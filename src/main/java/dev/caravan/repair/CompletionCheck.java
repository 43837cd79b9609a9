package dev.caravan.repair;

import dev.caravan.journal.JsonLines;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStore;
import dev.caravan.run.TaskState;
import dev.caravan.run.UnitOutcome;
import dev.caravan.settle.RecordReader;
import dev.caravan.settle.RunOutputs;
import dev.caravan.settle.SettledFiles;
import dev.caravan.step.RunSteps;
import java.util.EnumMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/** The check before "complete": every unit of the input has exactly one outcome, by the journal and by the files. */
public final class CompletionCheck {
    private final RunStore store;
    private final RunSteps judging;
    private final RecordReader records;
    private final Runnable reindex;
    private final BooleanSupplier closing;

    /**
     * @param reindex finds the records again, after files were made again
     * @param closing does what is to be done once; whether all of it has ended
     */
    public CompletionCheck(
            RunStore store, RunSteps judging, RecordReader records, Runnable reindex, BooleanSupplier closing) {
        this.closing = closing;
        this.reindex = reindex;
        this.store = store;
        this.judging = judging;
        this.records = records;
    }

    /** Writes the outputs and completes the run; if it does not add up, says what is wrong and changes nothing. */
    public String finish() {
        // Units that were sent back left lines behind that are void.
        if (new SettledFiles(store, judging).mendVoid() > 0) {
            reindex.run();
        }
        RunEvent.RunCompleted end = store.onState(CompletionCheck::counted);
        RunVerification.Report account =
                RunVerification.ofFiles(store.folder(), () -> store.onState(state -> RunStore.summary(state)));
        if (!account.whole()) {
            return account.trouble() + "; `caravan verify` lists all, `caravan repair` mends what it can";
        }
        boolean waiting = store.onState(
                state -> state.tasks().stream().allMatch(each -> each.phase() == TaskState.Phase.WAITING));
        if (waiting || !JsonLines.exists(store.folder().outputs().resolve("results.jsonl"))) {
            new RunOutputs(store, records).write();
        }
        if (closing.getAsBoolean()) {
            // Last, since a script may have made something of them.
            store.recordAndWait(new RunEvent.RunCompleted(
                    end.done(), end.failed(), end.dropped(), RunOutputs.checksums(store.folder())));
        }
        return "";
    }

    /** Counted unit by unit, not by what was added up on the way. */
    private static RunEvent.RunCompleted counted(RunState state) {
        var counts = new EnumMap<UnitOutcome, Integer>(UnitOutcome.class);
        for (int unit = 0; unit < state.units().count(); unit++) {
            UnitOutcome outcome = state.units().outcome(unit);
            if (!outcome.terminal()) {
                throw new IllegalStateException("unit " + unit + " has no final outcome but " + outcome);
            }
            counts.merge(outcome, 1, Integer::sum);
        }
        return new RunEvent.RunCompleted(
                counts.getOrDefault(UnitOutcome.DONE, 0),
                counts.getOrDefault(UnitOutcome.FAILED, 0),
                counts.getOrDefault(UnitOutcome.DROPPED, 0),
                new TreeMap<>());
    }
}
