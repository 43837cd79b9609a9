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
 * @param characters of everything it is told, schema and tools included
 * @param bytes of the same in UTF-8
 * @param schema the answer must follow, or null
 * @param maxTokens most tokens of the answer, reasoning included; 0 for no limit
 */
record CompletionRequest(
        String model,
        String body,
        String system,
        String prompt,
        long characters,
        long bytes,
        @Nullable JsonNode schema,
        long maxTokens,
        List<String> stop) {
    CompletionRequest {
        stop = List.copyOf(stop);
    }
}
