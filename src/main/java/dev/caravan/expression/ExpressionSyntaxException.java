package dev.caravan.expression;

/** Text that is no expression, or one that asks for more than expressions may do. */
public final class ExpressionSyntaxException extends RuntimeException {
    private final int line;
    private final int column;

    /** @param line from 1, inside the expression; 0 when the trouble has no place */
    ExpressionSyntaxException(int line, int column, String message) {
        super(message);
        this.line = line;
        this.column = column;
    }

    public int line() {
        return line;
    }

    public int column() {
        return column;
    }

    /** The message with its place in the expression in front. */
    public String told() {
        return (line > 0 ? "line " + line + ", column " + column + ": " : "") + getMessage();
    }
}
