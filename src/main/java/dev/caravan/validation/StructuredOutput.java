package dev.caravan.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A step's schema in the subset of JSON Schema that its provider takes for structured answers, and the way back.
 *
 * <p>What a subset lacks is not lost: it stands in the {@code description} of the place, for the model to read, and the
 * answer is judged by the whole schema. OpenAI's strict form wants every property to be required; those that are not
 * become nullable, and a null that only this allowed is taken out again before judging.
 */
public final class StructuredOutput {
    /** No structured answer is asked for. */
    public static final StructuredOutput NONE = new StructuredOutput(null, false, null);

    private static final String HINT = "Constraints: ";
    private static final int DEEPEST = 100;

    /** Keywords that every subset knows. */
    private static final Set<String> COMMON = Set.of(
            "type",
            "enum",
            "properties",
            "required",
            "items",
            "anyOf",
            "$ref",
            "$defs",
            "definitions",
            "description",
            "title");

    private static final Map<String, Set<String>> MORE = Map.of(
            "openai",
            Set.of(
                    "minimum",
                    "maximum",
                    "exclusiveMinimum",
                    "exclusiveMaximum",
                    "multipleOf",
                    "pattern",
                    "minItems",
                    "maxItems"),
            "anthropic",
            Set.of("format"),
            "gemini",
            Set.of("minimum", "maximum", "minItems", "maxItems", "prefixItems", "additionalProperties"));

    /** Keywords that cannot be left out without changing what the rest means. */
    private static final List<String> HOLDING_SCHEMAS = List.of("properties", "$defs", "definitions", "anyOf", "oneOf");

    private static final Set<String> BEYOND =
            Set.of("allOf", "not", "if", "patternProperties", "dependentSchemas", "unevaluatedProperties");

    private final @Nullable JsonNode schema;
    private final boolean strict;
    private final @Nullable JsonNode original;
    /** Of the original. */
    private final SchemaRefs refs;

    private StructuredOutput(@Nullable JsonNode schema, boolean strict, @Nullable JsonNode original) {
        this.schema = schema;
        this.strict = strict;
        this.original = original;
        refs = new SchemaRefs(original == null ? MissingNode.getInstance() : original);
    }

    /**
     * @param kind {@code openai}, {@code anthropic}, {@code gemini}, {@code plain} for a server that takes any schema, or
     *     {@code none}
     */
    public static StructuredOutput of(JsonNode schema, String kind) {
        if (kind.equals("none") || !schema.isObject()) {
            return NONE;
        }
        if (kind.equals("plain")) {
            return new StructuredOutput(schema, false, null);
        }
        boolean closable = closable(schema, 0) && schema.path("type").asText().equals("object");
        return switch (kind) {
            case "openai" ->
                closable
                        ? new StructuredOutput(adapted(schema, "openai"), true, schema)
                        : new StructuredOutput(schema, false, null);
            case "anthropic" -> closable ? new StructuredOutput(adapted(schema, "anthropic"), true, null) : NONE;
            case "gemini" -> new StructuredOutput(adapted(schema, "gemini"), true, null);
            default -> throw new IllegalArgumentException("no such kind of schemas: " + kind);
        };
    }

    /** What is sent, or null for nothing. */
    public @Nullable JsonNode schema() {
        return schema;
    }

    /** Whether the provider may hold the answer to it letter by letter. */
    public boolean strict() {
        return strict;
    }

    /** Whether objects can be closed: each says what it holds, and nothing decides over that from beside it. */
    private static boolean closable(JsonNode schema, int depth) {
        if (depth > DEEPEST || schema.isBoolean() || BEYOND.stream().anyMatch(schema::has)) {
            return false;
        }
        JsonNode more = schema.path("additionalProperties");
        boolean open = more.isObject() || (more.isBoolean() && more.booleanValue());
        if (open || (isObject(schema) && !schema.has("properties"))) {
            return false;
        }
        for (String key : HOLDING_SCHEMAS) {
            for (JsonNode each : schema.path(key)) {
                if (!closable(each, depth + 1)) {
                    return false;
                }
            }
        }
        return !schema.has("items") || (schema.get("items").isObject() && closable(schema.get("items"), depth + 1));
    }

    private static boolean isObject(JsonNode schema) {
        JsonNode type = schema.path("type");
        boolean named = type.asText().equals("object");
        for (JsonNode each : type) {
            named |= each.asText().equals("object");
        }
        return named || schema.has("properties");
    }

    private static ObjectNode adapted(JsonNode schema, String kind) {
        ObjectNode adapted = Json.object();
        ObjectNode left = Json.object();
        for (Map.Entry<String, JsonNode> each : schema.properties()) {
            keyword(each.getKey(), each.getValue(), kind, adapted, left);
        }
        if (isObject(schema) && !kind.equals("gemini")) {
            adapted.put("additionalProperties", false);
        }
        if (kind.equals("openai") && schema.has("properties")) {
            everyOneRequired(schema, adapted);
        }
        if (!left.isEmpty()) {
            String said = adapted.path("description").asText("");
            adapted.put("description", (said.isEmpty() ? "" : said + " ") + HINT + Json.text(left));
        }
        return adapted;
    }

    private static void keyword(String key, JsonNode value, String kind, ObjectNode adapted, ObjectNode left) {
        switch (key) {
            case "properties", "$defs", "definitions" -> {
                ObjectNode named = adapted.putObject(key);
                value.properties().forEach(each -> named.set(each.getKey(), sub(each.getValue(), kind)));
            }
            case "items" -> adapted.set("items", sub(value, kind));
            case "anyOf", "oneOf" -> {
                ArrayNode either = adapted.putArray("anyOf");
                value.forEach(each -> either.add(sub(each, kind)));
            }
            case "const" -> adapted.putArray("enum").add(value);
            case "$schema", "$id", "$comment", "examples", "default" -> {}
            case "additionalProperties" -> more(value, kind, adapted);
            default -> {
                boolean known = COMMON.contains(key)
                        || MORE.getOrDefault(kind, Set.of()).contains(key);
                (known ? adapted : left).set(key, value);
            }
        }
    }

    /** Only gemini knows maps. */
    private static void more(JsonNode value, String kind, ObjectNode adapted) {
        if (kind.equals("gemini")) {
            adapted.set("additionalProperties", value.isObject() ? sub(value, kind) : value);
        }
    }

    private static JsonNode sub(JsonNode schema, String kind) {
        return schema.isObject() ? adapted(schema, kind) : schema;
    }

    private static void everyOneRequired(JsonNode schema, ObjectNode adapted) {
        Set<String> required = required(schema);
        ArrayNode all = adapted.putArray("required");
        ObjectNode properties = (ObjectNode) adapted.get("properties");
        for (String name : new LinkedHashSet<>(
                schema.get("properties").propertyStream().map(Map.Entry::getKey).toList())) {
            all.add(name);
            JsonNode property = properties.get(name);
            if (!required.contains(name) && property.isObject() && !allowsNull(property)) {
                properties.set(name, orNull((ObjectNode) property));
            }
        }
    }

    private static Set<String> required(JsonNode schema) {
        var required = new HashSet<String>();
        schema.path("required").forEach(each -> required.add(each.asText()));
        return required;
    }

    private static boolean allowsNull(JsonNode schema) {
        JsonNode type = schema.path("type");
        boolean allowed = type.asText().equals("null") || schema.isEmpty();
        for (JsonNode each : type) {
            allowed |= each.asText().equals("null");
        }
        for (JsonNode each : schema.path("enum")) {
            allowed |= each.isNull();
        }
        for (String key : new String[] {"anyOf", "oneOf"}) {
            for (JsonNode each : schema.path(key)) {
                allowed |= allowsNull(each);
            }
        }
        return allowed;
    }

    private static ObjectNode orNull(ObjectNode schema) {
        JsonNode type = schema.path("type");
        if (!type.isTextual() && !type.isArray()) {
            ObjectNode either = Json.object();
            ArrayNode list = either.putArray("anyOf");
            list.add(schema);
            list.addObject().put("type", "null");
            return either;
        }
        ObjectNode nullable = schema.deepCopy();
        ArrayNode types = nullable.putArray("type");
        if (type.isTextual()) {
            types.add(type.textValue());
        }
        type.forEach(types::add);
        types.add("null");
        if (schema.path("enum").isArray()) {
            ((ArrayNode) nullable.get("enum")).addNull();
        }
        return nullable;
    }

    /** Takes out of an answer the nulls that only the adapted schema allowed. */
    public void undo(ObjectNode answer) {
        if (original != null) {
            undo(answer, original, refs, new Visited(), 0);
        }
    }

    /** Which values were held against which schemas: branches that meet again below would be gone through twice each time. */
    private static final class Visited {
        private final IdentityHashMap<JsonNode, Set<JsonNode>> pairs = new IdentityHashMap<>();

        boolean isNew(JsonNode value, JsonNode schema) {
            return pairs.computeIfAbsent(value, key -> Collections.newSetFromMap(new IdentityHashMap<>()))
                    .add(schema);
        }
    }

    private static void undo(JsonNode value, JsonNode schema, SchemaRefs refs, Visited visited, int depth) {
        if (depth > DEEPEST || !visited.isNew(value, schema)) {
            return;
        }
        if (schema.has("$ref")) {
            undo(value, refs.target(schema), refs, visited, depth + 1);
            return;
        }
        schema.path("anyOf").forEach(each -> undo(value, each, refs, visited, depth + 1));
        schema.path("oneOf").forEach(each -> undo(value, each, refs, visited, depth + 1));
        if (value instanceof ObjectNode object && schema.has("properties")) {
            undoProperties(object, schema, refs, visited, depth);
        } else if (value.isArray() && schema.path("items").isObject()) {
            value.forEach(each -> undo(each, schema.get("items"), refs, visited, depth + 1));
        }
    }

    private static void undoProperties(
            ObjectNode object, JsonNode schema, SchemaRefs refs, Visited visited, int depth) {
        Set<String> required = required(schema);
        for (Map.Entry<String, JsonNode> each : schema.get("properties").properties()) {
            String name = each.getKey();
            JsonNode member = object.path(name);
            if (member.isNull() && !required.contains(name) && !allowsNull(resolved(each.getValue(), refs))) {
                object.remove(name);
            } else if (member.isContainerNode()) {
                undo(member, each.getValue(), refs, visited, depth + 1);
            }
        }
    }

    private static JsonNode resolved(JsonNode schema, SchemaRefs refs) {
        return schema.has("$ref") ? refs.target(schema) : schema;
    }
}
