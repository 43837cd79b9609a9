package dev.caravan.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import java.math.BigDecimal;

/** Makes up a value that a JSON Schema allows, for checks before a run; null where the schema says too little. */
final class MadeUp {
    private static final JsonNodeFactory NODES = Json.mapper().getNodeFactory();
    private static final int DEEPEST = 10;
    private static final int MOST_ITEMS = 60;

    private final JsonNode root;

    private MadeUp(JsonNode root) {
        this.root = root;
    }

    static JsonNode of(JsonNode schema) {
        return new MadeUp(schema).value(schema, 0);
    }

    private JsonNode value(JsonNode schema, int depth) {
        if (depth > DEEPEST || !schema.isObject()) {
            return NODES.nullNode();
        }
        String ref = schema.path("$ref").asText();
        if (!ref.isEmpty()) {
            return ref.startsWith("#/") ? value(root.at(ref.substring(1)), depth + 1) : NODES.nullNode();
        }
        if (schema.has("const")) {
            return schema.get("const");
        }
        if (schema.path("enum").size() > 0) {
            return schema.get("enum").get(0);
        }
        for (String each : new String[] {"anyOf", "oneOf", "allOf"}) {
            if (schema.path(each).size() > 0) {
                return value(schema.get(each).get(0), depth + 1);
            }
        }
        return ofType(schema, type(schema), depth);
    }

    private static String type(JsonNode schema) {
        JsonNode type = schema.path("type");
        if (type.isArray()) {
            for (JsonNode each : type) {
                if (!each.asText().equals("null")) {
                    return each.asText();
                }
            }
        }
        return type.asText(schema.has("properties") ? "object" : "");
    }

    private JsonNode ofType(JsonNode schema, String type, int depth) {
        return switch (type) {
            case "integer" -> NODES.numberNode(middle(schema).intValue());
            case "number" ->
                NODES.numberNode(middle(schema).add(new BigDecimal("0.5")).min(most(schema)));
            case "string" -> NODES.textNode("sample");
            case "boolean" -> NODES.booleanNode(true);
            case "array" -> {
                ArrayNode array = NODES.arrayNode();
                int count =
                        Math.max(2, Math.min(MOST_ITEMS, schema.path("minItems").asInt(2)));
                for (int i = 0; i < count; i++) {
                    array.add(value(schema.path("items"), depth + 1));
                }
                yield array;
            }
            case "object" -> {
                ObjectNode object = NODES.objectNode();
                schema.path("properties")
                        .properties()
                        .forEach(each -> object.set(each.getKey(), value(each.getValue(), depth + 1)));
                yield object;
            }
            default -> NODES.nullNode();
        };
    }

    private static BigDecimal most(JsonNode schema) {
        return schema.path("maximum").isNumber() ? schema.get("maximum").decimalValue() : BigDecimal.valueOf(1_000_000);
    }

    private static BigDecimal middle(JsonNode schema) {
        JsonNode low = schema.path("minimum");
        JsonNode high = schema.path("maximum");
        if (low.isNumber() && high.isNumber()) {
            return low.decimalValue().add(high.decimalValue()).divide(BigDecimal.valueOf(2));
        }
        return low.isNumber() ? low.decimalValue() : BigDecimal.valueOf(5).min(most(schema));
    }
}
