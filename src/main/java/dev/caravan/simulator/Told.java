package dev.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import java.util.List;
import java.util.Locale;

/** Collects what a request tells the model, whatever its wire calls the parts. */
final class Told {
    private final StringBuilder system = new StringBuilder();
    private final StringBuilder all = new StringBuilder();
    private String last = "";
    private long characters;

    /** @param content a text, or parts with a member {@code text} */
    void add(String role, JsonNode content) {
        var text = new StringBuilder();
        if (content.isTextual()) {
            text.append(content.textValue());
        }
        content.forEach(part -> text.append(part.path("text").asText("")));
        all.append(text).append('\n');
        characters += text.length();
        if (role.equals("system") || role.equals("developer")) {
            system.append(text);
        } else {
            last = text.toString();
        }
    }

    /** Counts what is sent along. */
    void more(JsonNode node) {
        characters +=
                node.isMissingNode() || node.isNull() ? 0 : Json.text(node).length();
    }

    boolean says(String word) {
        return all.toString().toLowerCase(Locale.ROOT).contains(word);
    }

    Asked asked(JsonNode body, String model, JsonNode schema, long maxTokens, List<String> stop) {
        return new Asked(
                model,
                Json.text(body),
                system.toString(),
                last,
                characters,
                schema.isObject() ? schema : null,
                maxTokens,
                stop);
    }
}
