package dev.caravan.lease;

/** Another process, or another part of this one, is at work on the run. The message names it. */
public final class LeaseHeldException extends RuntimeException {
    LeaseHeldException(String message) {
        super(message);
    }
}
