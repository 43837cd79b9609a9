package dev.caravan.octobatch;

/** Something of the original that has no equal here, or cannot be read. Its message says what, in a few words. */
class UntranslatableException extends RuntimeException {
    UntranslatableException(String why) {
        super(why, null, false, false);
    }

    final String why() {
        return String.valueOf(getMessage());
    }
}
