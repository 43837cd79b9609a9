package dev.caravan.run;

/**
 * What never changes of one step of a run.
 *
 * @param local whether it works in process: it asks no provider and costs nothing
 * @param retryFrom place of the step that units go back to when they do not hold here, or {@link #NOWHERE}
 * @param escalating whether it asks another model when it asks again
 */
public record StepFact(String name, Role role, boolean local, int retryFrom, boolean escalating) {
    /** For a step that sends no unit back. */
    public static final int NOWHERE = -1;

    /** What becomes of the units that come to it. */
    public enum Role {
        /** Each goes on by itself. */
        PLAIN,
        /** Each goes on in many. */
        FAN_OUT,
        /** Many go on in the one they came of. */
        GATHER,
        /** Each waits for a person's word. */
        APPROVAL
    }
}
