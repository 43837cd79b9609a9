package dev.caravan.repair;

import dev.caravan.base.Disk;
import dev.caravan.cost.RunPrices;
import dev.caravan.run.GivenFiles;
import dev.caravan.run.RecordIndex;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunPacking;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.settle.RecordReader;
import dev.caravan.settle.RunOutputs;
import dev.caravan.settle.SettledFiles;
import dev.caravan.step.PreparedStep;
import dev.caravan.step.RunSteps;
import java.time.Clock;
import java.util.List;

/**
 * Makes again what is derived and damaged: settled files from units, replies and config, the index, the outputs of a
 * finished run. Truth (journal, replies, input) is never touched. Twice is the same as once.
 */
public final class RunRepair {

    /**
     * What was done.
     *
     * @param booked replies that had reached their file but not the journal
     * @param rebuilt settled files of so many chunks and steps
     * @param outputs whether the outputs were written
     */
    public record Done(int booked, int rebuilt, boolean outputs) {}

    private RunRepair() {}

    /** @throws dev.caravan.lease.LeaseHeldException when a process is at the run */
    public static Done of(RunFolder folder, RunSteps judging, Disk disk, Clock clock, String actor) {
        try (RunStore store = RunStore.open(folder, disk, clock, actor)) {
            GivenFiles.check(store);
            List<PreparedStep> steps = judging.steps();
            new RunPacking(folder, disk).unpack();
            var recovery = new RunRecovery(store, judging, RunPrices.of(store)::cost);
            int booked = recovery.bookTails();
            int rebuilt = new SettledFiles(store, judging).mend();
            boolean complete = store.onState(state -> state.status() == RunStatus.COMPLETE);
            if (complete) {
                try (var index = new RecordIndex(store.folder())) {
                    recovery.index(index);
                    new RunOutputs(store, new RecordReader(store, steps, index)).write();
                }
            }
            return new Done(booked, rebuilt, complete);
        }
    }
}
