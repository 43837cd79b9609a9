package dev.caravan.run;

import dev.caravan.base.Worded;

/**
 * What a step route has to do next, as it lies in the queue folder: small JSON that names its work and no more.
 *
 * @param epoch of the lease under which it was written; a stale ticket is refused
 */
public record Ticket(String run, int step, String work, Action action, long epoch) {

    /** Names the need for this ticket: while it is met, no second one is laid. */
    public String need() {
        return work + "-" + action.word();
    }

    /** What to do. */
    public enum Action implements Worded {
        /** Render a request file and create a job. */
        SUBMIT,
        /** Look whether an intended job exists. */
        FIND,
        /** Download a job's results, book and judge them. */
        COLLECT,
        /** Call the provider for each unit, book and judge the answers. */
        CALL,
        /** Carry the step out in process. */
        PERFORM;

        /** Whether it brings in what may have been paid for, and so goes on where nothing new is begun. */
        public boolean bringsIn() {
            return this == FIND || this == COLLECT;
        }
    }
}
