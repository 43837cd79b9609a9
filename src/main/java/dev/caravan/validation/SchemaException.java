package dev.caravan.validation;

/** A file that is no usable JSON Schema. */
public final class SchemaException extends RuntimeException {
    private final String place;

    SchemaException(String place, String message) {
        super(message);
        this.place = place;
    }

    public String place() {
        return place;
    }
}
