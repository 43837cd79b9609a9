package dev.caravan.transform;

/** A mapping that cannot be used, and where; line and column are 0 where the place is unknown. */
public final class TransformSyntaxException extends Exception {
    private final int line;
    private final int column;

    TransformSyntaxException(String message, int line, int column) {
        super(message);
        this.line = line;
        this.column = column;
    }

    public String place() {
        return line == 0 ? "" : "line " + line + ", column " + column;
    }
}
