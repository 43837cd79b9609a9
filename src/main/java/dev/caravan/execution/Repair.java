package dev.caravan.execution;

import dev.caravan.base.Disk;
import dev.caravan.run.GivenFiles;
import dev.caravan.run.Packing;
import dev.caravan.run.RecordIndex;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import java.time.Clock;
import java.util.List;

/**
 * Makes again what is derived and damaged: settled files from units, replies and config, the index, the outputs of a
 * finished run. Truth (journal, replies, input) is never touched. Twice is the same as once.
 */
public final class Repair {

    /**
     * What was done.
     *
     * @param booked replies that had reached their file but not the journal
     * @param rebuilt settled files of so many chunks and steps
     * @param outputs whether the outputs were written
     */
    public record Done(int booked, int rebuilt, boolean outputs) {}

    private Repair() {}

    /** @throws dev.caravan.run.LeaseHeldException when a process is at the run */
    public static Done of(RunFolder folder, Judging judging, Disk disk, Clock clock, String actor) {
        try (RunStore store = RunStore.open(folder, disk, clock, actor)) {
            GivenFiles.check(store);
            List<PreparedStep> steps = judging.steps();
            new Packing(folder, disk).unpack();
            var recovery = new Recovery(store, judging, RunPrices.of(store)::picos);
            int booked = recovery.bookTails();
            int rebuilt = new SettledFiles(store, judging).mend();
            boolean complete = store.onState(state -> state.status() == RunStatus.COMPLETE);
            if (complete) {
                try (var index = new RecordIndex(store.folder())) {
                    recovery.index(index);
                    new Outputs(store, new Records(store, steps, index)).write();
                }
            }
            return new Done(booked, rebuilt, complete);
        }
    }
}
