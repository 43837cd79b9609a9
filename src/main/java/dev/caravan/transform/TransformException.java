package dev.caravan.transform;

/** A record that could not be mapped; the message is for the mapping's author. */
public final class TransformException extends Exception {
    TransformException(String message) {
        super(message);
    }
}
