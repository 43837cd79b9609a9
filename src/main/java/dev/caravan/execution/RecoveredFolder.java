package dev.caravan.execution;

import dev.caravan.cost.RunPrices;
import dev.caravan.repair.RunRecovery;
import dev.caravan.run.RecordIndex;
import dev.caravan.run.RunLog;
import dev.caravan.run.RunPacking;
import dev.caravan.run.RunStore;
import dev.caravan.settle.SettledFiles;
import dev.caravan.step.RunSteps;

/**
 * A run's folder that was brought in order before the run goes on: unpacked, replies booked that an earlier process had
 * not journalled, settled files whole, records indexed.
 *
 * @param log where what was mended is told
 * @param index where each unit's lines lie
 */
record RecoveredFolder(RunRecovery recovery, RunLog log, RecordIndex index) implements AutoCloseable {

    static RecoveredFolder of(RunStore store, RunSteps steps, RunPrices prices) {
        var log = new RunLog(store.folder().root(), store.clock());
        new RunPacking(store.folder(), store.disk()).unpack();
        var recovery = new RunRecovery(store, steps, prices::cost);
        int booked = recovery.bookTails();
        recovery.settleDoubts();
        new JobFiles(store).sweep();
        int mended = new SettledFiles(store, steps).mend();
        var folder = new RecoveredFolder(recovery, log, new RecordIndex(store.folder()));
        folder.reindex();
        folder.tell(store.recovery().cutBytes(), mended, booked);
        return folder;
    }

    private void tell(long cutBytes, int mended, int booked) {
        if (cutBytes > 0) {
            log.log("INIT", "journal: cut " + cutBytes + " bytes behind the last commit");
        }
        if (mended > 0) {
            log.log(
                    "INIT",
                    "made the settled files of " + mended + " chunks again: they did not hold what was settled");
        }
        recovery.mended().forEach(each -> log.log("WARN", each + " were taken out; what came in them is unknown"));
        if (booked > 0) {
            log.log("INIT", "booked " + booked + " replies that had reached their file but not the journal");
        }
    }

    /** Reads again where each unit's lines lie. */
    void reindex() {
        recovery.index(index);
    }

    @Override
    public void close() {
        index.close();
        log.close();
    }
}
