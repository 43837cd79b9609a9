package dev.caravan.estimate;

/**
 * A call that a unit of the sample would make, with a made-up answer.
 *
 * @param times how many calls it stands for
 * @param input tokens of its prompt by our own count; {@link #UNKNOWN} where it could not be rendered
 * @param bytes of its prompt, system prompt and schema included
 * @param output tokens of the made-up answer; {@link #UNKNOWN} where there is none
 * @param more tokens that the prompt could grow by, if earlier answers were as long as they may be
 */
record SampledCall(int step, Interval times, long input, long bytes, long output, long more) {
    static final long UNKNOWN = -1;

    /** Its prompt could not be rendered. */
    static SampledCall unseen(int step, Interval times, long more) {
        return new SampledCall(step, times, UNKNOWN, 0, UNKNOWN, more);
    }

    boolean rendered() {
        return input != UNKNOWN;
    }
}
