package dev.caravan.validation;

/**
 * One thing a judge found in a reply.
 *
 * @param code stable and machine-readable: {@code parse_error}, {@code schema_type}, {@code required_urgency}, …
 * @param place JSON path of the value, {@code $} for the whole reply
 * @param message for people, and for the next prompt as {@code $errors}
 */
public record Finding(String code, Severity severity, String place, String message) {

    /** Whether the finding fails the unit. */
    public enum Severity {
        ERROR,
        WARNING
    }

    public static Finding error(String code, String place, String message) {
        return new Finding(code, Severity.ERROR, place, message);
    }

    public static Finding warning(String code, String place, String message) {
        return new Finding(code, Severity.WARNING, place, message);
    }

    public boolean fails() {
        return severity == Severity.ERROR;
    }
}
