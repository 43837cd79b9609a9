package dev.caravan.provider;

import dev.caravan.base.SaturatedMath;

/**
 * Tokens of one received reply, in one convention for all providers.
 *
 * @param input all prompt tokens, those read from or written to a cache included
 * @param cached the part of {@code input} that was read from the provider's cache
 * @param output all generated tokens, reasoning included
 * @param reasoning the part of {@code output} that was reasoning
 * @param written the part of {@code input} that was written to the provider's cache
 */
public record Usage(long input, long cached, long output, long reasoning, long written) {
    public static final Usage NONE = new Usage(0, 0, 0, 0, 0);

    public Usage {
        if (input < 0 || output < 0 || cached < 0 || reasoning < 0 || written < 0) {
            throw new IllegalArgumentException("negative tokens: " + input + ", " + cached + ", " + output);
        }
    }

    public Usage plus(Usage other) {
        return new Usage(
                SaturatedMath.plus(input, other.input),
                SaturatedMath.plus(cached, other.cached),
                SaturatedMath.plus(output, other.output),
                SaturatedMath.plus(reasoning, other.reasoning),
                SaturatedMath.plus(written, other.written));
    }
}
