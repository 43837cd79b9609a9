package dev.caravan.execution;

import dev.caravan.run.JsonLines;
import dev.caravan.run.Outcome;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStore;
import dev.caravan.run.TaskState;
import java.util.EnumMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/** The check before "complete": every unit of the input has exactly one outcome, by the journal and by the files. */
final class Completion {
    private final RunStore store;
    private final Judging judging;
    private final Records records;
    private final Runnable reindex;
    private final BooleanSupplier closing;

    /**
     * @param reindex finds the records again, after files were made again
     * @param closing does what is to be done once; whether all of it has ended
     */
    Completion(RunStore store, Judging judging, Records records, Runnable reindex, BooleanSupplier closing) {
        this.closing = closing;
        this.reindex = reindex;
        this.store = store;
        this.judging = judging;
        this.records = records;
    }

    /** Writes the outputs and completes the run; if it does not add up, says what is wrong and changes nothing. */
    String finish() {
        // Units that were sent back left lines behind that are void.
        if (new SettledFiles(store, judging).mendVoid() > 0) {
            reindex.run();
        }
        RunEvent.RunCompleted end = store.onState(Completion::counted);
        Verification.Report account =
                Verification.ofFiles(store.folder(), () -> store.onState(state -> RunStore.summary(state)));
        if (!account.whole()) {
            return account.trouble() + "; `caravan verify` lists all, `caravan repair` mends what it can";
        }
        boolean waiting = store.onState(
                state -> state.tasks().stream().allMatch(each -> each.phase() == TaskState.Phase.WAITING));
        if (waiting || !JsonLines.exists(store.folder().outputs().resolve("results.jsonl"))) {
            new Outputs(store, records).write();
        }
        if (closing.getAsBoolean()) {
            // Last, since a script may have made something of them.
            store.recordAndWait(new RunEvent.RunCompleted(
                    end.done(), end.failed(), end.dropped(), Outputs.checksums(store.folder())));
        }
        return "";
    }

    /** Counted unit by unit, not by what was added up on the way. */
    private static RunEvent.RunCompleted counted(RunState state) {
        var counts = new EnumMap<Outcome, Integer>(Outcome.class);
        for (int unit = 0; unit < state.units().count(); unit++) {
            Outcome outcome = state.units().outcome(unit);
            if (!outcome.terminal()) {
                throw new IllegalStateException("unit " + unit + " has no final outcome but " + outcome);
            }
            counts.merge(outcome, 1, Integer::sum);
        }
        return new RunEvent.RunCompleted(
                counts.getOrDefault(Outcome.DONE, 0),
                counts.getOrDefault(Outcome.FAILED, 0),
                counts.getOrDefault(Outcome.DROPPED, 0),
                new TreeMap<>());
    }
}
