package dev.caravan.octobatch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What is known of fields: from the first items, from schemas and from rules. */
final class FieldTypes {
    private FieldTypes() {}

    static Map<String, ValueType> of(ObjectNode record) {
        var types = new LinkedHashMap<String, ValueType>();
        record.properties().forEach(each -> types.put(each.getKey(), ofValue(each.getValue())));
        return types;
    }

    static ValueType ofValue(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> ValueType.TEXT;
            case NUMBER -> ValueType.NUMBER;
            case BOOLEAN -> ValueType.TRUTH;
            case ARRAY -> ValueType.LIST;
            case OBJECT -> ValueType.MAP;
            default -> ValueType.UNKNOWN;
        };
    }

    /** A type as schemas and rules name it. */
    static ValueType ofName(JsonNode name) {
        return switch (name.asText().toLowerCase(Locale.ROOT)) {
            case "string", "str" -> ValueType.TEXT;
            case "integer", "number", "float" -> ValueType.NUMBER;
            case "boolean" -> ValueType.TRUTH;
            case "array", "list" -> ValueType.LIST;
            case "object", "dict" -> ValueType.MAP;
            default -> ValueType.UNKNOWN;
        };
    }
}
