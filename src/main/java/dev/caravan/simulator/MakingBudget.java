package dev.caravan.simulator;

/** Bounds the making of one answer: a stranger's schema may ask for more than there is. */
final class MakingBudget {
    private long left;

    MakingBudget(long most) {
        left = most;
    }

    void spend(long amount) {
        left -= amount;
        if (left < 0) {
            throw new Spent();
        }
    }

    /** No answer of bearable size was found on this way. */
    static final class Spent extends RuntimeException {
        private static final long serialVersionUID = 1;

        Spent() {
            super("more work than one answer may take", null, false, false);
        }
    }
}
