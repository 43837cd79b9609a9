package dev.caravan.prompt;

/** A template that cannot be compiled. The message says what is wrong; line and column where. */
public final class TemplateSyntaxException extends RuntimeException {
    private final String file;
    private final int line;
    private final int column;

    TemplateSyntaxException(String file, int line, int column, String message) {
        super(message);
        this.file = file;
        this.line = line;
        this.column = column;
    }

    /** The template, or the shared part of it that is wrong. */
    public String file() {
        return file;
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
