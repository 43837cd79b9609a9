package dev.caravan.run;

import java.util.List;

/** What came of a chunk's units at a step, as sets of units; see {@link RunEvent.ChunkSettled}. */
record ChunkSettlement(
        UnitSet done,
        UnitSet failed,
        UnitSet retried,
        UnitSet returned,
        UnitSet dropped,
        UnitSet skipped,
        UnitSet sentBack) {

    static ChunkSettlement of(RunEvent.ChunkSettled e) {
        return new ChunkSettlement(
                UnitSet.parse(e.done()),
                UnitSet.parse(e.failed()),
                UnitSet.parse(e.retried()),
                UnitSet.parse(e.returned()),
                UnitSet.parse(e.dropped()),
                UnitSet.parse(e.skipped()),
                UnitSet.parse(e.sentBack()));
    }

    /** Whether any unit got on: one that was only sent in vain did not. */
    boolean moved() {
        return !(done.isEmpty() && failed.isEmpty() && retried.isEmpty() && dropped.isEmpty() && sentBack.isEmpty());
    }

    /** Adds all of them to a set. */
    void addTo(UnitSet settled) {
        List.of(done, failed, retried, returned, dropped, sentBack).forEach(settled::or);
    }
}
