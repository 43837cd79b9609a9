package dev.caravan.base;

/**
 * Pauses that grow twofold from failure to failure.
 *
 * @param mostDoublings from so many on they stay the same
 */
public record Backoff(int mostDoublings) {

    /**
     * How long to wait.
     *
     * @param first the pause that is not doubled yet, in any unit
     * @param doublings how often it was
     */
    public long pause(long first, int doublings) {
        return first << Math.min(doublings, mostDoublings);
    }
}
