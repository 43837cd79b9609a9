package dev.caravan.validation;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The keywords of JSON Schema, of all drafts in use, and which of them hold schemas. */
final class SchemaWords {
    /** Hold one schema. */
    private static final Set<String> ONE = Set.of(
            "items",
            "additionalItems",
            "additionalProperties",
            "contains",
            "contentSchema",
            "propertyNames",
            "unevaluatedItems",
            "unevaluatedProperties",
            "not",
            "if",
            "then",
            "else");
    /** Hold a list of schemas. */
    private static final Set<String> LISTS = Set.of("allOf", "anyOf", "oneOf", "prefixItems", "items");
    /** Hold schemas by names that an author chose. */
    private static final Set<String> NAMED =
            Set.of("properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies");

    /** Hold nothing to anything: they name, describe or give examples. */
    private static final Set<String> TELLING = Set.of(
            "$schema",
            "$id",
            "id",
            "$anchor",
            "$dynamicAnchor",
            "$recursiveAnchor",
            "$comment",
            "$vocabulary",
            "title",
            "description",
            "default",
            "deprecated",
            "readOnly",
            "writeOnly",
            "examples",
            "format",
            "contentEncoding",
            "contentMediaType");

    private static final Set<String> HOLDING = Set.of(
            "type",
            "enum",
            "const",
            "multipleOf",
            "maximum",
            "exclusiveMaximum",
            "minimum",
            "exclusiveMinimum",
            "maxLength",
            "minLength",
            "pattern",
            "maxItems",
            "minItems",
            "uniqueItems",
            "maxContains",
            "minContains",
            "maxProperties",
            "minProperties",
            "required",
            "dependentRequired",
            "$ref",
            "$dynamicRef",
            "$recursiveRef");

    /** Every keyword that an answer may be held to. */
    static final Set<String> BINDING = all(ONE, LISTS, NAMED, HOLDING);

    static final Set<String> KNOWN = all(BINDING, TELLING);

    static final Set<String> TYPES =
            new TreeSet<>(List.of("array", "boolean", "integer", "null", "number", "object", "string"));

    private SchemaWords() {}

    /** Takes a schema and its place. */
    interface Sub {
        void take(String place, JsonNode schema);
    }

    /** The schemas that lie directly in a schema; nothing in values, such as those of {@code enum}, is one. */
    static void each(JsonNode schema, String place, Sub sub) {
        schema.properties().forEach(each -> {
            String key = each.getKey();
            JsonNode value = each.getValue();
            String at = place + "." + key;
            if (ONE.contains(key) && !value.isArray()) {
                sub.take(at, value);
            } else if (LISTS.contains(key) && value.isArray()) {
                for (int i = 0; i < value.size(); i++) {
                    sub.take(at + "[" + i + "]", value.get(i));
                }
            } else if (NAMED.contains(key) && value.isObject()) {
                value.properties().forEach(named -> sub.take(at + "." + named.getKey(), named.getValue()));
            }
        });
    }

    @SafeVarargs
    private static Set<String> all(Set<String>... sets) {
        var all = new TreeSet<String>();
        for (Set<String> each : sets) {
            all.addAll(each);
        }
        return all;
    }
}
