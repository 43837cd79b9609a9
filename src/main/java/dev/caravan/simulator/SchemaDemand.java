package dev.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import dev.caravan.base.Json;
import dev.caravan.validation.SchemaFit;
import dev.caravan.validation.SchemaRefs;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What all schemas that hold at one place want together: references followed, branches chosen, so that a value can be
 * made of it at once.
 */
final class SchemaDemand {
    private static final int DEEPEST = 60;
    /** Branches of a oneOf that are kept out one by one. */
    private static final int MOST_KEPT_OUT = 12;

    private static final int MOST_CONTAINED = 100_000;

    /** Decides where a schema leaves a choice. */
    interface Chooser {
        JsonNode of(JsonNode branches);

        boolean condition();
    }

    private final SchemaRefs refs;
    private final MakingBudget work;
    private final Chooser chooser;
    private int depth;

    boolean impossible;

    @Nullable Set<String> types;

    @Nullable List<JsonNode> members;

    final NumberInterval interval = new NumberInterval();
    final Span length = new Span();
    final List<String> patterns = new ArrayList<>();

    @Nullable String format;

    final Span items = new Span();
    boolean unique;
    final List<Contained> contained = new ArrayList<>();
    final Span properties = new Span();
    final Set<String> required = new LinkedHashSet<>();
    final Map<String, Set<String>> dependent = new LinkedHashMap<>();
    final List<JsonNode> names = new ArrayList<>();
    boolean closed;
    /** Schemas that must not hold. */
    final List<JsonNode> kept = new ArrayList<>();
    /** Schemas that say something of an object's or a list's members; each decides by itself what is beside its own. */
    private final List<JsonNode> speakers = new ArrayList<>();

    private final Set<String> told = new LinkedHashSet<>();

    SchemaDemand(SchemaRefs refs, MakingBudget work, Chooser chooser) {
        this.refs = refs;
        this.work = work;
        this.chooser = chooser;
    }

    /** So many and no more. */
    static final class Span {
        long least;
        long most = Long.MAX_VALUE;

        void add(JsonNode schema, String kind) {
            least = Math.max(least, count(schema.path("min" + kind), 0));
            most = Math.min(most, count(schema.path("max" + kind), Long.MAX_VALUE));
        }

        static long count(JsonNode value, long otherwise) {
            return value.isNumber() && SchemaFit.measured(value.decimalValue())
                    ? Math.max(0, value.decimalValue().longValue())
                    : otherwise;
        }
    }

    /** So many items of a list are of a kind. */
    record Contained(JsonNode schema, long least) {}

    void add(JsonNode schema) {
        work.spend(1);
        if (!schema.isObject()) {
            impossible |= schema.isMissingNode() || (schema.isBoolean() && !schema.booleanValue());
            return;
        }
        if (++depth > DEEPEST) {
            throw new MakingBudget.Spent();
        }
        if (SchemaRefs.refers(schema)) {
            add(refs.target(schema));
        }
        value(schema);
        list(schema);
        object(schema);
        combined(schema);
        depth--;
    }

    private void value(JsonNode schema) {
        types(schema.path("type"));
        if (schema.has("const")) {
            members(Json.mapper().createArrayNode().add(schema.get("const")));
        }
        if (schema.path("enum").isArray()) {
            members(schema.get("enum"));
        }
        interval.add(schema);
        length.add(schema, "Length");
        if (schema.path("pattern").isTextual()) {
            patterns.add(schema.get("pattern").textValue());
        }
        if (schema.path("format").isTextual() && format == null) {
            format = schema.get("format").textValue();
        }
    }

    private void types(JsonNode type) {
        var wanted = new LinkedHashSet<String>();
        if (type.isTextual()) {
            wanted.add(type.textValue());
        }
        type.forEach(each -> wanted.add(each.asText()));
        if (wanted.isEmpty()) {
            return;
        }
        Set<String> known = types;
        if (known == null) {
            types = wanted;
            return;
        }
        var both = new LinkedHashSet<String>();
        for (String each : known) {
            if (wanted.contains(each) || (each.equals("integer") && wanted.contains("number"))) {
                both.add(each);
            } else if (each.equals("number") && wanted.contains("integer")) {
                both.add("integer");
            }
        }
        types = both;
        impossible |= both.isEmpty();
    }

    private void members(JsonNode list) {
        var both = new ArrayList<JsonNode>();
        for (JsonNode each : list) {
            if (members == null || members.stream().anyMatch(known -> same(known, each))) {
                both.add(each);
            }
        }
        members = both;
        impossible |= both.isEmpty();
    }

    /** As JSON Schema sees numbers: 1 is 1.0. */
    static boolean same(JsonNode one, JsonNode other) {
        return one.equals(other)
                || (one.isNumber() && other.isNumber() && one.decimalValue().compareTo(other.decimalValue()) == 0);
    }

    private void list(JsonNode schema) {
        items.add(schema, "Items");
        unique |= schema.path("uniqueItems").booleanValue();
        if (schema.has("contains")) {
            long least = Span.count(schema.path("minContains"), 1);
            contained.add(new Contained(schema.get("contains"), Math.min(least, MOST_CONTAINED)));
        }
    }

    private void object(JsonNode schema) {
        properties.add(schema, "Properties");
        schema.path("required").forEach(each -> required.add(each.asText()));
        schema.path("properties").fieldNames().forEachRemaining(told::add);
        schema.path("dependentRequired")
                .properties()
                .forEach(each -> each.getValue()
                        .forEach(name -> dependent
                                .computeIfAbsent(each.getKey(), key -> new LinkedHashSet<>())
                                .add(name.asText())));
        if (schema.has("propertyNames")) {
            names.add(schema.get("propertyNames"));
        }
        closed |= schema.path("unevaluatedProperties").isBoolean()
                && !schema.get("unevaluatedProperties").booleanValue();
        if (List.of("properties", "patternProperties", "additionalProperties", "prefixItems", "items").stream()
                .anyMatch(schema::has)) {
            speakers.add(schema);
        }
    }

    private void combined(JsonNode schema) {
        schema.path("allOf").forEach(this::add);
        if (!schema.path("anyOf").isEmpty()) {
            add(chooser.of(schema.get("anyOf")));
        }
        oneOf(schema.path("oneOf"));
        if (schema.has("not")) {
            kept.add(schema.get("not"));
        }
        if (schema.has("if") && (schema.has("then") || schema.has("else"))) {
            conditional(schema);
        }
        for (Map.Entry<String, JsonNode> each : schema.path("dependentSchemas").properties()) {
            if (required.contains(each.getKey()) || told.contains(each.getKey())) {
                add(each.getValue());
            }
        }
    }

    private void oneOf(JsonNode one) {
        if (one.isEmpty()) {
            return;
        }
        JsonNode chosen = chooser.of(one);
        add(chosen);
        for (JsonNode each : one) {
            if (!each.equals(chosen) && one.size() <= MOST_KEPT_OUT) {
                kept.add(each);
            }
        }
    }

    private void conditional(JsonNode schema) {
        boolean holds = chooser.condition();
        if (holds) {
            add(schema.get("if"));
        } else {
            kept.add(schema.get("if"));
        }
        JsonNode follows = schema.path(holds ? "then" : "else");
        add(follows.isMissingNode() ? BooleanNode.TRUE : follows);
    }

    /** Names that some schema speaks of, in the order they come. */
    Set<String> names() {
        var all = new LinkedHashSet<>(told);
        all.addAll(required);
        return all;
    }

    /** Patterns of names for which there are schemas. */
    List<String> namePatterns() {
        var all = new ArrayList<String>();
        speakers.forEach(each -> each.path("patternProperties").fieldNames().forEachRemaining(all::add));
        return all;
    }

    /** Whether some schema says what properties without a name of their own are like. */
    boolean mapped() {
        return speakers.stream()
                .anyMatch(each -> each.path("additionalProperties").isObject());
    }

    JsonNode property(String name) {
        var parts = new ArrayList<JsonNode>();
        for (JsonNode each : speakers) {
            int before = parts.size();
            if (each.path("properties").has(name)) {
                parts.add(each.get("properties").get(name));
            }
            each.path("patternProperties").properties().forEach(one -> {
                if (SchemaFit.found(one.getKey(), name)) {
                    parts.add(one.getValue());
                }
            });
            if (parts.size() == before && each.has("additionalProperties")) {
                parts.add(each.get("additionalProperties"));
            }
        }
        return together(parts);
    }

    JsonNode item(int place) {
        var parts = new ArrayList<JsonNode>();
        for (JsonNode each : speakers) {
            if (place < each.path("prefixItems").size()) {
                parts.add(each.get("prefixItems").get(place));
            } else if (each.has("items")) {
                parts.add(each.get("items"));
            }
        }
        return together(parts);
    }

    int prefix() {
        return speakers.stream()
                .mapToInt(each -> each.path("prefixItems").size())
                .max()
                .orElse(0);
    }

    static JsonNode together(List<JsonNode> parts) {
        if (parts.stream().anyMatch(each -> each.isBoolean() && !each.booleanValue())) {
            return BooleanNode.FALSE;
        }
        List<JsonNode> said = parts.stream().filter(JsonNode::isObject).toList();
        if (said.size() <= 1) {
            return said.isEmpty() ? BooleanNode.TRUE : said.get(0);
        }
        ArrayNode all = Json.mapper().createArrayNode();
        said.forEach(all::add);
        return Json.object().set("allOf", all);
    }
}
