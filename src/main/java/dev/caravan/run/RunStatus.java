package dev.caravan.run;

import dev.caravan.base.Worded;
import java.util.EnumSet;
import java.util.Set;

/** Where a run stands, computed from its events and the outcomes of its units. */
public enum RunStatus implements Stage<RunStatus>, Worded {
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

    /** Whoever comes to a run that was completed in the meantime starts it, and completes it again. */
    @Override
    public Set<RunStatus> successors() {
        return switch (this) {
            case PENDING -> EnumSet.of(WAITING, RUNNING, PAUSED, KILLED);
            case WAITING -> EnumSet.of(PENDING, PAUSED, KILLED);
            case RUNNING -> EnumSet.of(RUNNING, WAITING, PAUSED, COMPLETE, KILLED);
            case INTERRUPTED -> EnumSet.noneOf(RunStatus.class);
            case PAUSED -> EnumSet.of(RUNNING, PAUSED, COMPLETE, KILLED);
            case COMPLETE -> EnumSet.of(RUNNING, PAUSED);
            // The last outcome was on its way.
            case KILLED -> EnumSet.of(COMPLETE);
        };
    }

    public boolean terminal() {
        return this == COMPLETE || this == KILLED;
    }

    @Override
    public String toString() {
        return word();
    }
}
