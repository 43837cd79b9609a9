package dev.caravan.octobatch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What is known of fields: from the first items, from schemas and from rules. */
final class Types {
    private Types() {}

    static Map<String, Type> of(ObjectNode record) {
        var types = new LinkedHashMap<String, Type>();
        record.properties().forEach(each -> types.put(each.getKey(), ofValue(each.getValue())));
        return types;
    }

    static Type ofValue(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> Type.TEXT;
            case NUMBER -> Type.NUMBER;
            case BOOLEAN -> Type.TRUTH;
            case ARRAY -> Type.LIST;
            case OBJECT -> Type.MAP;
            default -> Type.UNKNOWN;
        };
    }

    /** A type as schemas and rules name it. */
    static Type ofName(JsonNode name) {
        return switch (name.asText().toLowerCase(Locale.ROOT)) {
            case "string", "str" -> Type.TEXT;
            case "integer", "number", "float" -> Type.NUMBER;
            case "boolean" -> Type.TRUTH;
            case "array", "list" -> Type.LIST;
            case "object", "dict" -> Type.MAP;
            default -> Type.UNKNOWN;
        };
    }
}
