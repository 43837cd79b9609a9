package dev.caravan.prompt;

/** A template that cannot be compiled. The message says what is wrong; line and column where. */
public final class TemplateSyntaxException extends RuntimeException {
    private final int line;
    private final int column;

    TemplateSyntaxException(int line, int column, String message) {
        super(message);
        this.line = line;
        this.column = column;
    }

    /** From 1. */
    public int line() {
        return line;
    }

    /** From 1. */
    public int column() {
        return column;
    }
}
