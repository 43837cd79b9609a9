package dev.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** Collects what a request tells the model, whatever its wire calls the parts. */
final class PromptText {
    private final StringBuilder system = new StringBuilder();
    private final StringBuilder all = new StringBuilder();
    private String last = "";
    private long characters;
    private long bytes;

    /** @param content a text, or parts with a member {@code text} */
    void add(String role, JsonNode content) {
        var text = new StringBuilder();
        if (content.isTextual()) {
            text.append(content.textValue());
        }
        content.forEach(part -> text.append(part.path("text").asText("")));
        all.append(text).append('\n');
        count(text.toString());
        if (role.equals("system") || role.equals("developer")) {
            system.append(text);
        } else {
            last = text.toString();
        }
    }

    /** Counts what is sent along. */
    void more(JsonNode node) {
        if (!node.isMissingNode() && !node.isNull()) {
            count(Json.text(node));
        }
    }

    private void count(String text) {
        characters += text.length();
        bytes += text.getBytes(StandardCharsets.UTF_8).length;
    }

    boolean says(String word) {
        return all.toString().toLowerCase(Locale.ROOT).contains(word);
    }

    CompletionRequest asked(JsonNode body, String model, JsonNode schema, long maxTokens, List<String> stop) {
        return new CompletionRequest(
                model,
                Json.text(body),
                system.toString(),
                last,
                characters,
                bytes,
                schema.isObject() ? schema : null,
                maxTokens,
                stop);
    }
}
