package dev.caravan.octobatch;

/**
 * A value in a template of ours.
 *
 * @param text of a reference its path without the dollar sign
 * @param prelude directives that have to stand before it
 */
record VelocityExpr(Kind kind, String text, boolean quiet, String prelude) {
    /** Stands between the directives of a prelude. */
    static final String NEXT = "\u0001";

    enum Kind {
        REFERENCE,
        LITERAL,
        FORMULA
    }

    static VelocityExpr reference(String path, boolean quiet, String prelude) {
        return new VelocityExpr(Kind.REFERENCE, path, quiet, prelude);
    }

    static VelocityExpr literal(String text) {
        return new VelocityExpr(Kind.LITERAL, text, false, "");
    }

    static VelocityExpr formula(String text, String prelude) {
        return new VelocityExpr(Kind.FORMULA, text, false, prelude);
    }

    static String preludes(String first, String second) {
        return first.isEmpty() ? second : second.isEmpty() ? first : first + NEXT + second;
    }

    /** As it stands inside of a directive. */
    String inside() {
        return kind == Kind.REFERENCE ? (quiet ? "$!" : "$") + text : text;
    }

    /** As an operand of something else. */
    String operand() {
        return kind == Kind.FORMULA ? "(" + text + ")" : inside();
    }
}
