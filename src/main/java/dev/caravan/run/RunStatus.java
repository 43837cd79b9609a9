package dev.caravan.run;

import dev.caravan.base.Worded;

/** Where a run stands, computed from its events and the outcomes of its units. */
public enum RunStatus implements Worded {
    /** Made, never started. */
    PENDING,
    /** Made, and nothing is sent before somebody approves what it costs. */
    WAITING,
    /** Started, and not all units have their outcome. */
    RUNNING,
    /** Running by its journal, and no process is at it. Only ever shown, by {@link RunView}: no journal says so. */
    INTERRUPTED,
    /** Stopped with a reason; goes on when someone resumes it. */
    PAUSED,
    /** Every unit has its one outcome and the outputs are written. */
    COMPLETE,
    /** Ended by a person before every unit had its outcome. */
    KILLED;

    public boolean terminal() {
        return this == COMPLETE || this == KILLED;
    }

    @Override
    public String toString() {
        return word();
    }
}
