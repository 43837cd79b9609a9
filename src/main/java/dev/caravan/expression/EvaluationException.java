package dev.caravan.expression;

/** An expression that could not be evaluated for one unit; the message is for its author. */
public final class EvaluationException extends RuntimeException {

    /** What sort of trouble it is; tells a check before the run which of them can be told from made-up values. */
    public enum Kind {
        /** A name, method or property that does not exist. */
        UNKNOWN,
        /** Values of kinds that do not go together. */
        TYPE,
        /** A value outside of what is possible here: a null, an index, text that is no number. */
        VALUE,
        /** Too much work, too deep or too large. */
        LIMIT
    }

    private final Kind kind;

    EvaluationException(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    static EvaluationException unknown(String message) {
        return new EvaluationException(Kind.UNKNOWN, message);
    }

    static EvaluationException type(String message) {
        return new EvaluationException(Kind.TYPE, message);
    }

    static EvaluationException value(String message) {
        return new EvaluationException(Kind.VALUE, message);
    }

    static EvaluationException limit(String message) {
        return new EvaluationException(Kind.LIMIT, message);
    }
}
