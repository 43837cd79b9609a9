package dev.caravan.validation;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Types by JSON Schema's words: which ones schemas allow, and whether a value is of one. */
final class SchemaTypes {
    private SchemaTypes() {}

    /** Types that schemas allow beside null, as the first of them says that says any. */
    static Set<String> of(List<JsonNode> schemas) {
        var types = new LinkedHashSet<String>();
        for (JsonNode schema : schemas) {
            JsonNode type = schema.path("type");
            if (type.isTextual()) {
                types.add(type.textValue());
            }
            type.forEach(each -> types.add(each.asText()));
            if (!types.isEmpty()) {
                break;
            }
        }
        types.remove("null");
        return types;
    }

    /** Whether a value is of one of some types; null is of none. */
    static boolean isOf(JsonNode value, Collection<String> types) {
        return switch (value.getNodeType()) {
            case STRING -> types.contains("string");
            case BOOLEAN -> types.contains("boolean");
            case ARRAY -> types.contains("array");
            case OBJECT -> types.contains("object");
            case NUMBER -> types.contains("number") || (types.contains("integer") && value.isIntegralNumber());
            default -> false;
        };
    }
}
