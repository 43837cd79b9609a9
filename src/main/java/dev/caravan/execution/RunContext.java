package dev.caravan.execution;

import dev.caravan.cost.RunBudget;
import dev.caravan.cost.RunPrices;
import dev.caravan.pipeline.Step;
import dev.caravan.provider.Account;
import dev.caravan.run.ChunkPlace;
import dev.caravan.run.FileLengths;
import dev.caravan.run.RunFacts;
import dev.caravan.run.RunLog;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStore;
import dev.caravan.settle.RecordReader;
import dev.caravan.settle.ResultsWriter;
import dev.caravan.settle.Settler;
import dev.caravan.step.RunSteps;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * What a run has while a process is at it: its journal, its steps, its books. Put together once its folder is in order;
 * what may change of a run, its {@link RunControl} says.
 *
 * @param log for people
 * @param steps what each step does, in all revisions
 * @param access how providers are asked
 * @param services what other runs of the process use too
 * @param records what is known of a unit before a step
 * @param results the files of replies
 * @param settler judges outcomes and settles units
 * @param budget what may still be spent
 * @param requests what a unit is asked at a step
 * @param turnstiles where calls and jobs wait for their turn
 */
record RunContext(
        RunStore store,
        RunLog log,
        RunSteps steps,
        ProviderAccess access,
        ProcessServices services,
        RunPrices prices,
        RecordReader records,
        ResultsWriter results,
        Settler settler,
        RunBudget budget,
        StepRequests requests,
        RunTurnstiles turnstiles) {

    /** Of a run whose folder is in order. */
    static RunContext of(
            RunStore store,
            RunSteps steps,
            ProviderAccess access,
            ProcessServices services,
            RunPrices prices,
            RecoveredFolder folder) {
        var records = new RecordReader(store, steps.steps(), folder.index());
        Map<ChunkPlace, FileLengths> lengths = store.onState(RunState::allLengths);
        return new RunContext(
                store,
                folder.log(),
                steps,
                access,
                services,
                prices,
                records,
                new ResultsWriter(store.folder(), steps, store, store.disk(), prices::picos, lengths),
                new Settler(
                        store,
                        steps,
                        records,
                        folder.index(),
                        lengths,
                        access.tempo().pauseMillis()),
                new RunBudget(store),
                new StepRequests(steps, records, prices),
                new RunTurnstiles(store.facts().simulated(), steps, access, services.turnstiles()));
    }

    RunFacts facts() {
        return store.facts();
    }

    Step step(int index) {
        return steps.steps().get(index).step();
    }

    Account account(int step) {
        return access.account(step);
    }

    Executor workers() {
        return services.workers();
    }

    /** First pause when a provider is in trouble. */
    long pauseMillis() {
        return access.tempo().pauseMillis();
    }

    /** Requests that a job has at least under a cap, but for the last of a step. */
    int minJob() {
        return steps.pipeline().minJob();
    }
}
