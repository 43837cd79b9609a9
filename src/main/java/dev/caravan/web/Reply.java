package dev.caravan.web;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import java.io.InputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is answered.
 *
 * @param headers besides the type
 * @param stream in place of the text where that would be long; whoever sends it closes it
 */
public record Reply(
        int status,
        String type,
        Map<String, String> headers,
        String text,
        @Nullable InputStream stream) {
    public static final String JSON = "application/json";

    static Reply of(JsonNode node) {
        return of(200, node, Map.of());
    }

    static Reply of(int status, JsonNode node, Map<String, String> headers) {
        return new Reply(status, JSON, headers, Json.text(node) + "\n", null);
    }

    static Reply of(Problem problem, Map<String, String> headers) {
        return new Reply(problem.status(), Problem.TYPE, headers, problem.text(), null);
    }

    static Reply text(String type, String text) {
        return new Reply(200, type, Map.of(), text, null);
    }

    static Reply stream(String type, Map<String, String> headers, InputStream stream) {
        return new Reply(200, type, headers, "", stream);
    }
}
