package dev.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request for an answer, in no provider's words.
 *
 * @param body the request as it was sent, compact; answers and faults depend on it
 * @param system what the model is told first
 * @param prompt the last thing it is told
 * @param characters of everything it is told
 * @param schema the answer must follow, or null
 * @param maxTokens most tokens of the answer, reasoning included; 0 for no limit
 */
record Asked(
        String model,
        String body,
        String system,
        String prompt,
        long characters,
        @Nullable JsonNode schema,
        long maxTokens,
        List<String> stop) {
    private static final int CHARACTERS_A_TOKEN = 4;
    private static final int WRAPPING_TOKENS = 3;

    Asked {
        stop = List.copyOf(stop);
    }

    long inputTokens() {
        return WRAPPING_TOKENS + characters / CHARACTERS_A_TOKEN;
    }

    static long tokens(String text) {
        return 1L + text.length() / CHARACTERS_A_TOKEN;
    }

    /** At most so many tokens of a text. */
    static String cut(String text, long tokens) {
        int length = (int) Math.max(0, Math.min(text.length(), (tokens - 1L) * CHARACTERS_A_TOKEN));
        return text.substring(0, length);
    }
}
