package dev.caravan.octobatch;

/**
 * An expression in our words.
 *
 * @param strength how closely its parts hold together; one of the constants
 */
record OurExpr(String text, int strength, ValueType type) {
    static final int CHOICE = 1;
    static final int OR = 2;
    static final int AND = 3;
    static final int BIT_OR = 4;
    static final int BIT_XOR = 5;
    static final int BIT_AND = 6;
    static final int EQUAL = 7;
    static final int RELATION = 8;
    static final int SHIFT = 9;
    static final int SUM = 10;
    static final int PRODUCT = 11;
    static final int SIGN = 12;
    static final int POWER = 13;
    static final int WHOLE = 14;

    private static final int LONGEST = 20_000;

    OurExpr {
        if (text.length() > LONGEST) {
            throw new UntranslatableException("comes to more than " + LONGEST + " characters here");
        }
    }

    static OurExpr whole(String text, ValueType type) {
        return new OurExpr(text, WHOLE, type);
    }

    /** In brackets, unless it holds together at least so closely. */
    String within(int least) {
        return strength >= least ? text : "(" + text + ")";
    }

    /** Ready to take a point and a method. */
    String part() {
        return within(WHOLE);
    }
}
