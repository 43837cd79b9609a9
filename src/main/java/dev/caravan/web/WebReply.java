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
public record WebReply(
        int status,
        String type,
        Map<String, String> headers,
        String text,
        @Nullable InputStream stream) {
    public static final String JSON = "application/json";

    static WebReply of(JsonNode node) {
        return of(200, node, Map.of());
    }

    static WebReply of(int status, JsonNode node, Map<String, String> headers) {
        return new WebReply(status, JSON, headers, Json.text(node) + "\n", null);
    }

    static WebReply of(HttpProblem problem, Map<String, String> headers) {
        return new WebReply(problem.status(), HttpProblem.TYPE, headers, problem.text(), null);
    }

    static WebReply text(String type, String text) {
        return new WebReply(200, type, Map.of(), text, null);
    }

    static WebReply stream(String type, Map<String, String> headers, InputStream stream) {
        return new WebReply(200, type, headers, "", stream);
    }
}
