package dev.caravan.run;

import java.util.BitSet;
import java.util.List;

/** What came of a chunk's units at a step, as sets of units; see {@link RunEvent.ChunkSettled}. */
record Settlement(
        BitSet done, BitSet failed, BitSet retried, BitSet returned, BitSet dropped, BitSet skipped, BitSet sentBack) {

    static Settlement of(RunEvent.ChunkSettled e) {
        return new Settlement(
                Ranges.parse(e.done()),
                Ranges.parse(e.failed()),
                Ranges.parse(e.retried()),
                Ranges.parse(e.returned()),
                Ranges.parse(e.dropped()),
                Ranges.parse(e.skipped()),
                Ranges.parse(e.sentBack()));
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
