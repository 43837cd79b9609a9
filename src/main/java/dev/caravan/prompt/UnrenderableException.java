package dev.caravan.prompt;

import org.apache.velocity.util.introspection.Info;

/** Carries a unit's rendering error through Velocity; never leaves this package. */
final class UnrenderableException extends RuntimeException {
    private final int line;

    UnrenderableException(String message) {
        super(message);
        line = 0;
    }

    UnrenderableException(String message, Info info) {
        super(message);
        line = info.getLine();
    }

    /** Of the template as it was parsed; 0 where nobody knows. */
    int line() {
        return line;
    }
}
