package dev.caravan.run;

import java.time.Instant;
import java.util.BitSet;

/** One step's units: who waits, and how many got which outcome. */
public final class StepState {
    /** Arrived together with the rest of their chunk: bound into work as soon as there is room. */
    final BitSet fresh = new BitSet();
    /** Arrived alone, after a retry: they pool, so that retries never become many tiny jobs. */
    final BitSet pool = new BitSet();

    Instant pooledSince = Instant.EPOCH;
    Instant notBefore = Instant.EPOCH;
    int troubles;
    int arrived;
    int done;
    int failed;
    int openWorks;

    /** Units that ever reached this step. */
    public int arrived() {
        return arrived;
    }

    /** Units that passed it. */
    public int done() {
        return done;
    }

    /** Units that ended here. */
    public int failed() {
        return failed;
    }

    /** Units that wait to be bound into work. */
    public int waiting() {
        return fresh.cardinality() + pool.cardinality();
    }

    /** Units in work that is not settled. */
    public int inFlight() {
        return arrived - done - failed - waiting();
    }

    public int openWorks() {
        return openWorks;
    }
}
