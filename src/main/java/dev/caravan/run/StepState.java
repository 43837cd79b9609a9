package dev.caravan.run;

import dev.caravan.money.Money;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** One step's units: who waits, and how many got which outcome. */
public final class StepState {
    /** Arrived together with the rest of their chunk: bound into work as soon as there is room. */
    final UnitBits fresh = new UnitBits();
    /** Arrived alone, after a retry: they pool, so that retries never become many tiny jobs. */
    final UnitBits pool = new UnitBits();

    /** At an approval step: those of both that somebody decided on. The others are bound into nothing. */
    final UnitBits cleared = new UnitBits();

    Instant pooledSince = Instant.EPOCH;
    Instant notBefore = Instant.EPOCH;
    int troubles;
    int arrived;
    int done;
    int failed;
    int dropped;
    final UnitBits skipped = new UnitBits();
    /** How often units were sent back from here to an earlier step. */
    int sentBack;
    /** At a fan-out: units born of those that passed. */
    int born;
    /** At a gather: units that wait for their children. */
    int held;

    int openWorks;
    /** Requests that were made ready, those again that were not sent after all, and what they could cost at worst. */
    long readied;

    Money readiedWorst = Money.ZERO;
    /** Outcomes that were judged, and how many of them did not hold. */
    int answered;

    int rejected;
    /** Whether the brake has looked at this step: it does so once. */
    boolean braked;
    /** Whether it asks another model than when the run was last at work. */
    boolean revised;
    /** How often each kind of finding was seen. */
    final Map<String, Integer> notes = new TreeMap<>();

    /** Whether units wait here, fresh or again. */
    boolean hasWaiting() {
        return !fresh.isEmpty() || !pool.isEmpty();
    }

    /** Outcomes of first tries were judged. */
    void judged(int held, int bad) {
        answered += held + bad;
        rejected += bad;
    }

    /** The run is at work again. */
    void started() {
        notBefore = Instant.EPOCH;
        revised = false;
    }

    /** It asks another model: what requests of the former one could cost, and what trouble it was in, tells nothing. */
    void revised() {
        revised = true;
        readied = 0;
        readiedWorst = Money.ZERO;
        troubles = 0;
        notBefore = Instant.EPOCH;
    }

    /** Requests were made ready; with an unknown price they tell nothing. */
    void readied(long requests, Money worst) {
        if (!worst.isUnknown()) {
            readied += requests;
            readiedWorst = readiedWorst.plus(worst);
        }
    }

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

    /** Units that left the run here, by {@code drop_if}. */
    public int dropped() {
        return dropped;
    }

    /** How many of those that passed did so without the step's work, by {@code skip_if}. */
    public int skipped() {
        return skipped.cardinality();
    }

    /** Units that wait to be bound into work. */
    public int waiting() {
        return fresh.cardinality() + pool.cardinality();
    }

    /** Units in work that is not settled. */
    public int inFlight() {
        return arrived - done - failed - dropped - held - waiting();
    }

    /** How often units were sent back from here, to be asked again at an earlier step. */
    public int sentBack() {
        return sentBack;
    }

    /** At a fan-out: children of the units that passed it. */
    public int born() {
        return born;
    }

    /** At a gather: units that wait for their children. */
    public int held() {
        return held;
    }

    /** Whether it asks another model than when the run was last at work. */
    public boolean isRevised() {
        return revised;
    }

    /** Outcomes that were judged: paid answers, or computations. */
    public int answered() {
        return answered;
    }

    /** How many of them did not hold. */
    public int rejected() {
        return rejected;
    }

    public Map<String, Integer> notes() {
        return Collections.unmodifiableMap(notes);
    }

    public int openWorks() {
        return openWorks;
    }
}
