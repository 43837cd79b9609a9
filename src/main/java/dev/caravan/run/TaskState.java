package dev.caravan.run;

/** A task of a run: what is done once when every unit has its outcome. */
public final class TaskState {
    /** How far it has come. */
    public enum Phase {
        WAITING,
        /** Begun; should the process be gone, it begins anew. */
        BEGUN,
        DONE,
        FAILED
    }

    private final String name;
    Phase phase = Phase.WAITING;
    int attempts;
    String detail = "";

    TaskState(String name) {
        this.name = name;
    }

    public String name() {
        return name;
    }

    public Phase phase() {
        return phase;
    }

    /** How often it was begun. */
    public int attempts() {
        return attempts;
    }

    /** Why it failed; empty when it did not. */
    public String detail() {
        return detail;
    }

    public boolean ended() {
        return phase == Phase.DONE || phase == Phase.FAILED;
    }
}
