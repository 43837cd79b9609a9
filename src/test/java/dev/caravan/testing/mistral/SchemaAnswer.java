package dev.caravan.testing.mistral;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.caravan.base.Json;

/** The plainest value that a JSON Schema allows: what a model answers that is held to it. */
final class SchemaAnswer {
    private SchemaAnswer() {}

    static JsonNode of(JsonNode schema) {
        if (schema.path("enum").size() > 0) {
            return schema.path("enum").get(0);
        }
        if (schema.path("anyOf").size() > 0) {
            return of(schema.path("anyOf").get(0));
        }
        JsonNode type = schema.path("type");
        return switch (type.isArray() ? type.get(0).asText() : type.asText()) {
            case "object" -> object(schema);
            case "array" -> Json.mapper().createArrayNode().add(of(schema.path("items")));
            case "integer", "number" -> schema.path("minimum").isNumber() ? schema.get("minimum") : Json.parse("1");
            case "boolean" -> Json.parse("true");
            default -> TextNode.valueOf("a plain answer");
        };
    }

    private static ObjectNode object(JsonNode schema) {
        ObjectNode object = Json.object();
        schema.path("properties").properties().forEach(each -> object.set(each.getKey(), of(each.getValue())));
        return object;
    }
}
