package dev.caravan.execution;

import dev.caravan.run.Outcome;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunStore;

/** The check before "complete": every unit of the input has exactly one outcome, by the journal and by the files. */
final class Completion {
    private final RunStore store;
    private final Records records;

    Completion(RunStore store, Records records) {
        this.store = store;
        this.records = records;
    }

    /** Writes the outputs and completes the run; if it does not add up, says what is wrong and changes nothing. */
    String finish() {
        Outcome[] outcomes = Outputs.outcomes(store);
        int done = 0;
        int failed = 0;
        int dropped = 0;
        for (int unit = 0; unit < outcomes.length; unit++) {
            if (!outcomes[unit].terminal()) {
                throw new IllegalStateException("unit " + unit + " has no final outcome but " + outcomes[unit]);
            }
            done += outcomes[unit] == Outcome.DONE ? 1 : 0;
            failed += outcomes[unit] == Outcome.FAILED ? 1 : 0;
            dropped += outcomes[unit] == Outcome.DROPPED ? 1 : 0;
        }
        Verification.Report account = Verification.ofFiles(store.folder());
        if (!account.whole()) {
            return account.trouble() + "; `caravan verify` lists all, `caravan repair` mends what it can";
        }
        new Outputs(store.folder(), store.facts(), store.disk(), records).write(outcomes);
        store.recordAndWait(new RunEvent.RunCompleted(done, failed, dropped));
        return "";
    }
}
