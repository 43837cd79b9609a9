package dev.caravan.arrival;

/** What one look may still hash and unpack, in bytes; the piece of work that uses it up is finished. */
final class LookBudget {
    private long left;

    LookBudget(long bytes) {
        left = bytes;
    }

    boolean isLeft() {
        return left > 0;
    }

    void did(long bytes) {
        left -= bytes;
    }
}
