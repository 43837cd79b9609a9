package dev.caravan.run;

/** Where a unit stands as one step sees it. */
public enum UnitStanding {
    /** It has not come to the step, or never will: the step is its parent's, or its children's. */
    ABSENT,
    /** It is at the step, without an outcome. */
    OPEN,
    PASSED,
    FAILED,
    DROPPED;

    /** Whether the unit ever came to the step. */
    public boolean reached() {
        return this != ABSENT;
    }
}
