package dev.caravan.run;

/**
 * The units of a run as a table of bytes: at which step each stands, with which outcome, after how many tries. About ten
 * bytes a unit, so that a million units fit beside everything else.
 */
public final class Units {
    private byte[] step = {};
    private byte[] outcome = {};
    private byte[] attempts = {};
    private byte[] forgiven = {};
    private short[] tries = {};
    private int[] troubleSince = {};

    void allocate(int count) {
        step = new byte[count];
        outcome = new byte[count];
        attempts = new byte[count];
        forgiven = new byte[count];
        tries = new short[count];
        troubleSince = new int[count];
    }

    public int count() {
        return step.length;
    }

    public int step(int unit) {
        return step[unit];
    }

    public Outcome outcome(int unit) {
        return Outcome.of(outcome[unit]);
    }

    /** Paid answers that did not hold at the unit's present step. */
    public int attempts(int unit) {
        return attempts[unit] & 0xff;
    }

    /** How many of them are forgiven: they were before the unit was given another chance. */
    public int forgiven(int unit) {
        return forgiven[unit] & 0xff;
    }

    /** How often the present attempt came back without an answer. */
    public int tries(int unit) {
        return tries[unit];
    }

    /** When the present attempt first came back without an answer, in seconds since 1970; 0 when it never did. */
    public long troubleSince(int unit) {
        return troubleSince[unit] & 0xffffffffL;
    }

    /** Names one call for provider, simulator and books: the same in every mode, for any chunk size. */
    public String callKey(String stepName, int unit) {
        String key = stepName + "-" + unit + "-" + (attempts(unit) + 1);
        return tries(unit) == 0 ? key : key + "-t" + (tries(unit) + 1);
    }

    void outcome(int unit, Outcome now) {
        outcome[unit] = now.code();
    }

    void moveTo(int unit, int index) {
        step[unit] = (byte) index;
        outcome[unit] = Outcome.PENDING.code();
        attempts[unit] = 0;
        forgiven[unit] = 0;
        calm(unit);
    }

    /** Another chance, under a call key that was never used. */
    void reopen(int unit, boolean answered) {
        if (answered) {
            countAttempt(unit);
        } else {
            countTry(unit, 0);
            troubleSince[unit] = 0;
        }
        forgiven[unit] = attempts[unit];
        outcome[unit] = Outcome.PENDING.code();
    }

    void countAttempt(int unit) {
        attempts[unit] = (byte) Math.min(255, attempts(unit) + 1);
        calm(unit);
    }

    private void calm(int unit) {
        tries[unit] = 0;
        troubleSince[unit] = 0;
    }

    void countTry(int unit, long second) {
        tries[unit] = (short) Math.min(Short.MAX_VALUE, tries[unit] + 1);
        if (troubleSince[unit] == 0) {
            troubleSince[unit] = (int) second;
        }
    }

    void restore(int unit, int atStep, Outcome now, int attempted, int forgave, int tried, long since) {
        step[unit] = (byte) atStep;
        outcome[unit] = now.code();
        attempts[unit] = (byte) attempted;
        forgiven[unit] = (byte) forgave;
        tries[unit] = (short) tried;
        troubleSince[unit] = (int) since;
    }
}
