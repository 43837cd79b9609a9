package dev.caravan.run;

/**
 * Lets a run and its parts change only to what fits where they stand. Events of the past are taken as they are: a journal
 * of an earlier version opens, whatever that version let happen. What does not fit among the events that this process
 * writes itself is a bug.
 */
final class StageChanges {
    private String run = "";
    private boolean refusing;

    void of(String name) {
        run = name;
    }

    /** From here on events are this process's own. */
    void refuse() {
        refusing = true;
    }

    /**
     * The stage that follows.
     *
     * @param what stands there, for whoever reads of the bug; empty for the run itself
     * @throws IllegalStateException when it does not fit
     */
    <S extends Enum<S> & Stage<S>> S next(String what, S from, S to, Class<? extends RunEvent> event) {
        if (refusing && !from.canBecome(to)) {
            throw new IllegalStateException("run " + run + (what.isEmpty() ? "" : ", " + what) + ": is " + from.name()
                    + " and cannot become " + to.name() + " by " + EventNames.of(event));
        }
        return to;
    }
}
