package dev.caravan.validation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Problems;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds in a schema that is valid by the letter what its author cannot have meant: that no answer can hold, that every
 * answer does, that a word is misspelt. Made before a run buys anything; never of the schemas of a stored run.
 */
public final class SchemaCheck {
    private static final int DEEPEST = 500;

    /** Words that are no keywords, and harmless: of tools, and of OpenAPI for what only describes. */
    private static final Set<String> OTHERS = Set.of(
            "example",
            "discriminator",
            "xml",
            "externalDocs",
            "propertyOrdering",
            "propertyOrder",
            "enumNames",
            "enumDescriptions",
            "markdownDescription",
            "errorMessage",
            "strict",
            "name",
            "optional");

    private static final Map<String, String> TYPE_WORDS = Map.ofEntries(
            Map.entry("str", "string"),
            Map.entry("text", "string"),
            Map.entry("int", "integer"),
            Map.entry("long", "integer"),
            Map.entry("float", "number"),
            Map.entry("double", "number"),
            Map.entry("decimal", "number"),
            Map.entry("bool", "boolean"),
            Map.entry("list", "array"),
            Map.entry("tuple", "array"),
            Map.entry("dict", "object"),
            Map.entry("map", "object"),
            Map.entry("none", "null"),
            Map.entry("nil", "null"));

    /** How much a remark weighs: with all but a hint no run may be made. */
    public enum Weight {
        HINT,
        WRONG,
        /** What is there is no schema at all, or one that cannot be compiled. */
        NO_SCHEMA
    }

    /** What is wrong with a schema, or may surprise. */
    public record Remark(String place, String message, Weight weight) {}

    private final JsonNode root;
    private final Predicate<JsonNode> elsewhere;
    private final SchemaRefs refs;
    private final List<Remark> remarks = new ArrayList<>();
    private final IdentityHashMap<JsonNode, Boolean> admitting = new IdentityHashMap<>();

    private SchemaCheck(JsonNode root, Predicate<JsonNode> elsewhere) {
        this.root = root;
        this.elsewhere = elsewhere;
        refs = new SchemaRefs(root);
    }

    /** Of anything but an object there is nothing to say. */
    public static List<Remark> of(JsonNode schema) {
        return of(schema, list -> false);
    }

    /**
     * As the other.
     *
     * @param elsewhere whether the members of an enum were checked where they are written
     */
    public static List<Remark> of(JsonNode schema, Predicate<JsonNode> elsewhere) {
        var check = new SchemaCheck(schema, elsewhere);
        if (schema.isObject() && !check.isWrapped()) {
            check.numbers("$", schema);
            check.words("$", schema, 0);
            check.root();
        }
        return check.remarks;
    }

    private void refuse(String place, String message) {
        remarks.add(new Remark(place, message, Weight.WRONG));
    }

    private void hint(String place, String message) {
        remarks.add(new Remark(place, message, Weight.HINT));
    }

    private void noSchema(String place, String message) {
        remarks.add(new Remark(place, message, Weight.NO_SCHEMA));
    }

    /** A whole document of another kind in whose middle the schema lies. */
    private boolean isWrapped() {
        for (String each : SchemaWords.BINDING) {
            if (root.has(each) && !each.equals("type")) {
                return false;
            }
        }
        String wrapping = wrapping();
        if (wrapping == null) {
            return false;
        }
        noSchema("$", wrapping);
        return true;
    }

    /** What stands around a schema here; null where nothing known does. */
    private @Nullable String wrapping() {
        if (holdsMap("/json_schema/schema", "/schema")) {
            return "is the response_format around a schema; keep only what stands in its 'schema'";
        }
        if (root.has("openapi") || root.has("swagger") || holdsMap("/components/schemas")) {
            return "is an OpenAPI document; take the one schema out of it, with type: object and properties";
        }
        if (holdsMap("/input_schema")) {
            return "is the definition of a tool; keep only what stands in its 'input_schema'";
        }
        return holdsMap("/parameters", "/function/parameters")
                ? "is the definition of a function; keep only what stands in its 'parameters'"
                : null;
    }

    private boolean holdsMap(String... places) {
        return Stream.of(places).anyMatch(each -> root.at(each).isObject());
    }

    /** Numbers that no provider and no validator can hold: they would be infinite, or nothing. */
    private void numbers(String place, JsonNode node) {
        double near = node.isNumber() ? node.doubleValue() : 1;
        if (Double.isInfinite(near) || (near == 0 && node.decimalValue().signum() != 0)) {
            noSchema(place, node + " is beyond what numbers can be; write one from 1e-300 to 1e300");
        }
        node.properties().forEach(each -> numbers(place + "." + each.getKey(), each.getValue()));
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            numbers(place + "[" + i + "]", node.get(i));
        }
    }

    private void words(String place, JsonNode schema, int depth) {
        if (!schema.isObject() || depth > DEEPEST) {
            return;
        }
        schema.fieldNames().forEachRemaining(each -> word(place + "." + each, each, schema.get(each)));
        type(place + ".type", schema.path("type"));
        if (schema.path("enum").isArray() && schema.get("enum").isEmpty()) {
            refuse(place + ".enum", "is empty, so nothing can ever hold; list the values that may be given");
        }
        if (!elsewhere.test(schema.path("enum"))) {
            MixedMembers.of(schema.path("enum"), true, (at, message) -> hint(place + ".enum[" + at + "]", message));
        }
        if (isCircular(schema)) {
            noSchema(place + ".$ref", "refers to itself in a circle, and so says nothing; let it refer to a schema");
            return;
        }
        SchemaWords.each(schema, place, (at, each) -> words(at, each, depth + 1));
    }

    private void type(String place, JsonNode type) {
        if (type.isTextual() && !SchemaWords.TYPES.contains(type.textValue())) {
            noSchema(place, "is no valid JSON Schema: " + unknownType(type.textValue()));
        }
        for (int i = 0; i < type.size(); i++) {
            if (type.isArray()) {
                type(place + "[" + i + "]", type.get(i));
            }
        }
    }

    private void word(String place, String word, JsonNode value) {
        if (SchemaWords.KNOWN.contains(word) || OTHERS.contains(word) || word.startsWith("x-")) {
            return;
        }
        if (word.equals("nullable")) {
            hint(place, "is no word of JSON Schema, and ignored; write type: [\"string\", \"null\"] and the like");
            return;
        }
        Problems.nearest(word, SchemaWords.KNOWN).ifPresent(near -> {
            boolean binding = SchemaWords.BINDING.contains(near);
            if (binding && isLike(near, value)) {
                refuse(place, "is no keyword of JSON Schema, and holds nothing; did you mean '" + near + "'?");
            } else if (binding) {
                hint(place, "is no keyword of JSON Schema, and ignored; did you mean '" + near + "'?");
            }
        });
    }

    /** Whether a value has the form of a keyword's: what looks like another thing is one of some tool's own. */
    private static boolean isLike(String keyword, JsonNode value) {
        return switch (keyword) {
            case "required", "enum", "allOf", "anyOf", "oneOf", "prefixItems" -> value.isArray();
            case "type" -> value.isTextual() || value.isArray();
            case "pattern", "$ref", "$dynamicRef", "$recursiveRef" -> value.isTextual();
            case "additionalProperties", "additionalItems", "unevaluatedProperties", "unevaluatedItems" ->
                value.isBoolean() || value.isObject();
            case "uniqueItems" -> value.isBoolean();
            case "const" -> true;
            default ->
                (keyword.startsWith("m") || keyword.startsWith("exclusive")) ? value.isNumber() : value.isObject();
        };
    }

    /** Whether a schema holds for a value only if it holds for it. */
    private boolean isCircular(JsonNode schema) {
        Set<JsonNode> start = Collections.newSetFromMap(new IdentityHashMap<>());
        start.add(schema);
        return reaches(schema, start, Collections.newSetFromMap(new IdentityHashMap<>()), 0);
    }

    private boolean reaches(JsonNode schema, Set<JsonNode> start, Set<JsonNode> seen, int depth) {
        if (depth > DEEPEST) {
            return false;
        }
        for (JsonNode each : inPlace(schema)) {
            if (start.contains(each) || (each.isObject() && seen.add(each) && reaches(each, start, seen, depth + 1))) {
                return true;
            }
        }
        return false;
    }

    /** The schemas that are held against the same value. */
    private List<JsonNode> inPlace(JsonNode schema) {
        var all = new ArrayList<JsonNode>();
        all.add(refs.target(schema));
        for (String key : new String[] {"allOf", "anyOf", "oneOf", "dependentSchemas"}) {
            schema.path(key).forEach(all::add);
        }
        for (String key : new String[] {"not", "if", "then", "else"}) {
            all.add(schema.path(key));
        }
        return all;
    }

    private void root() {
        if (remarks.stream().noneMatch(each -> each.weight() == Weight.NO_SCHEMA) && !admitsObject(root, 0)) {
            refuse(
                    "$",
                    "admits no object, but a step's answer is one, so none could ever hold; let its type be object,"
                            + " and put a list or a value into a property of it");
        }
        boolean bound = false;
        for (String each : SchemaWords.BINDING) {
            bound |= root.has(each) && !each.equals("$defs") && !each.equals("definitions");
        }
        if (!bound && (root.has("$defs") || root.has("definitions"))) {
            hint("$", "only defines schemas and uses none, so any answer holds; add a $ref to the one that is meant");
        }
    }

    /** Whether some object can hold; where that takes more than a look, yes. */
    private boolean admitsObject(JsonNode schema, int depth) {
        Boolean known = admitting.get(schema);
        if (known == null) {
            known = admits(schema, depth);
            admitting.put(schema, known);
        }
        return known;
    }

    private boolean admits(JsonNode schema, int depth) {
        if (!schema.isObject() || depth > DEEPEST / 10) {
            return !schema.isBoolean() || schema.booleanValue();
        }
        if (!isOfObjects(schema) || forbidsObjects(schema.path("not"))) {
            return false;
        }
        JsonNode target = refs.target(schema);
        return all(schema.path("allOf"), each -> admitsObject(each, depth + 1))
                && someAdmits(schema.path("anyOf"), depth)
                && someAdmits(schema.path("oneOf"), depth)
                && (target.isMissingNode() || admitsObject(target, depth + 1));
    }

    /** Whether its type and its values, where it has such, are those of objects. */
    private static boolean isOfObjects(JsonNode schema) {
        JsonNode type = schema.path("type");
        boolean typed = type.isMissingNode()
                || type.asText().equals("object")
                || !all(type, each -> !each.asText().equals("object"));
        boolean listed = !schema.path("enum").isArray() || !all(schema.get("enum"), each -> !each.isObject());
        return typed && listed && (!schema.has("const") || schema.get("const").isObject());
    }

    private boolean someAdmits(JsonNode choices, int depth) {
        return !choices.isArray() || !all(choices, each -> !admitsObject(each, depth + 1));
    }

    private static boolean all(JsonNode members, Predicate<JsonNode> question) {
        for (JsonNode each : members) {
            if (!question.test(each)) {
                return false;
            }
        }
        return true;
    }

    private static boolean forbidsObjects(JsonNode not) {
        return not.isBoolean() ? not.booleanValue() : not.isObject() && (not.isEmpty() || onlyObjects(not));
    }

    private static boolean onlyObjects(JsonNode not) {
        return not.size() == 1 && not.path("type").asText().equals("object");
    }

    /** What is wrong with a type's name. */
    static String unknownType(String name) {
        String plain = name.toLowerCase(Locale.ROOT);
        String meant = TYPE_WORDS.get(plain);
        return "unknown type '" + name + "'; "
                + (meant == null ? Problems.suggestion(name, SchemaWords.TYPES) : "did you mean '" + meant + "'?");
    }
}
