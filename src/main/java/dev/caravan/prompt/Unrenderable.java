package dev.caravan.prompt;

import org.apache.velocity.util.introspection.Info;

/** Carries a unit's rendering error through Velocity; never leaves this package. */
final class Unrenderable extends RuntimeException {
    Unrenderable(String message) {
        super(message);
    }

    Unrenderable(String message, Info info) {
        super("line " + info.getLine() + ": " + message);
    }
}
