package dev.caravan.simulator;

import org.jspecify.annotations.Nullable;

/**
 * A made-up answer.
 *
 * @param refusal text of a refusal, or null
 * @param stopped the stop sequence that ended it, or null
 * @param input all tokens of the prompt
 * @param cached those of them that were read from a cache
 * @param written those of them that were written to a cache
 * @param output all tokens made, reasoning included
 * @param reasoning those of them that were reasoning
 * @param odd how its usage is told, or null for as it is
 */
record CompletionAnswer(
        String content,
        Finish finish,
        @Nullable String refusal,
        @Nullable String stopped,
        long input,
        long cached,
        long written,
        long output,
        long reasoning,
        @Nullable OddUsage odd) {

    /** Why the model ended. */
    enum Finish {
        STOP,
        LENGTH,
        REFUSAL,
        /** The prompt was blocked, there is no answer. */
        BLOCKED
    }
}
