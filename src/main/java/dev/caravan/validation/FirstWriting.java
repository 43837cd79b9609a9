package dev.caravan.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.caravan.base.Json;
import dev.caravan.base.LoneSurrogates;
import java.util.List;
import java.util.Map;

/**
 * Frozen, as it was in the first rule ({@link ReadingRule#FIRST}), by which stored runs are judged: never mend it.
 *
 * <p>Half of a surrogate pair went to disk as a question mark. It still does where such a run is made again.
 */
final class FirstWriting {
    private FirstWriting() {}

    static Verdict of(Verdict verdict) {
        ObjectNode output = verdict.output();
        List<Finding> findings = verdict.findings().stream()
                .map(each ->
                        new Finding(plain(each.code()), each.severity(), plain(each.place()), plain(each.message())))
                .toList();
        return new Verdict(output == null || !halved(output) ? output : (ObjectNode) plain(output), findings);
    }

    private static String plain(String text) {
        return LoneSurrogates.replaced(text, '?');
    }

    private static boolean halved(JsonNode node) {
        if (node.isTextual()) {
            return LoneSurrogates.in(node.textValue());
        }
        for (Map.Entry<String, JsonNode> each : node.properties()) {
            if (LoneSurrogates.in(each.getKey())) {
                return true;
            }
        }
        for (JsonNode each : node) {
            if (halved(each)) {
                return true;
            }
        }
        return false;
    }

    private static JsonNode plain(JsonNode node) {
        if (node.isTextual()) {
            return TextNode.valueOf(plain(node.textValue()));
        }
        if (node.isArray()) {
            ArrayNode array = Json.mapper().createArrayNode();
            node.forEach(each -> array.add(plain(each)));
            return array;
        }
        if (!node.isObject()) {
            return node;
        }
        ObjectNode object = Json.object();
        node.properties().forEach(each -> object.set(plain(each.getKey()), plain(each.getValue())));
        return object;
    }
}
