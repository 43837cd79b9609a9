package dev.caravan.run;

import java.util.BitSet;
import java.util.List;

/** What came of a chunk's units at a step, as sets of units; see {@link RunEvent.ChunkSettled}. */
record ChunkSettlement(
        BitSet done, BitSet failed, BitSet retried, BitSet returned, BitSet dropped, BitSet skipped, BitSet sentBack) {

    static ChunkSettlement of(RunEvent.ChunkSettled e) {
        return new ChunkSettlement(
                UnitRanges.parse(e.done()),
                UnitRanges.parse(e.failed()),
                UnitRanges.parse(e.retried()),
                UnitRanges.parse(e.returned()),
                UnitRanges.parse(e.dropped()),
                UnitRanges.parse(e.skipped()),
                UnitRanges.parse(e.sentBack()));
    }

    /** Whether any unit got on: one that was only sent in vain did not. */
    boolean moved() {
        return !(done.isEmpty() && failed.isEmpty() && retried.isEmpty() && dropped.isEmpty() && sentBack.isEmpty());
    }

    /** Adds all of them to a set. */
    void addTo(BitSet settled) {
        List.of(done, failed, retried, returned, dropped, sentBack).forEach(settled::or);
    }
}
