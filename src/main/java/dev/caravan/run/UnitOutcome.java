package dev.caravan.run;

/** Where a unit stands. A closed set. */
public enum UnitOutcome {
    /** Waits at its step to be bound into a piece of work. */
    PENDING(0),
    /** Belongs to a piece of work that is not settled yet. */
    IN_FLIGHT(1),
    /** Passed the last step. */
    DONE(2),
    /** Gave up, with a reason on record. */
    FAILED(3),
    /** Left the run at a step, as the pipeline says: no failure. */
    DROPPED(4),
    /** Goes on in other units: in its children, or, as a child, in what its parent gathered. */
    SUPERSEDED(5),
    /** Waits at its gather for its children. */
    WAITING(6);

    private final byte code;

    UnitOutcome(int code) {
        this.code = (byte) code;
    }

    byte code() {
        return code;
    }

    static UnitOutcome of(byte code) {
        return switch (code) {
            case 0 -> PENDING;
            case 1 -> IN_FLIGHT;
            case 2 -> DONE;
            case 3 -> FAILED;
            case 4 -> DROPPED;
            case 5 -> SUPERSEDED;
            case 6 -> WAITING;
            default -> throw new IllegalArgumentException("no outcome has the code " + code);
        };
    }

    public boolean terminal() {
        return this == DONE || this == FAILED || this == DROPPED || this == SUPERSEDED;
    }
}
