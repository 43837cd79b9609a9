package dev.caravan.validation;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which parts of a schema certainly hold for a value: the schema itself, what it refers to, all its parts, and of its
 * branches the one that alone can take the value, null aside. Pydantic and its like put every optional field behind such
 * a branch.
 */
final class ApplicableSchemas {
    private static final int MOST = 200;
    private static final int DEEPEST = 8;

    private final SchemaRefs refs;
    private final Map<String, CountedPattern> patterns = new ConcurrentHashMap<>();

    ApplicableSchemas(SchemaRefs refs) {
        this.refs = refs;
    }

    List<JsonNode> to(JsonNode value, List<JsonNode> schemas) {
        return to(value, schemas, 0);
    }

    private List<JsonNode> to(JsonNode value, List<JsonNode> schemas, int depth) {
        if (schemas.size() == 1 && isPlain(schemas.get(0))) {
            return schemas;
        }
        var all = new ArrayList<JsonNode>();
        Set<JsonNode> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        var open = new ArrayDeque<>(schemas);
        while (!open.isEmpty() && all.size() < MOST) {
            JsonNode each = open.poll();
            if (!each.isObject() || !seen.add(each)) {
                continue;
            }
            all.add(each);
            JsonNode target = refs.target(each);
            if (target.isObject()) {
                open.add(target);
            }
            each.path("allOf").forEach(open::add);
            for (String key : new String[] {"anyOf", "oneOf"}) {
                JsonNode branch = each.path(key).isArray() ? only(value, each.get(key), depth) : null;
                if (branch != null) {
                    open.add(branch);
                }
            }
        }
        return all;
    }

    /** Whether a schema has no parts but its own words. */
    private static boolean isPlain(JsonNode schema) {
        return schema.isObject()
                && !schema.has("$ref")
                && !schema.has("allOf")
                && !schema.has("anyOf")
                && !schema.has("oneOf");
    }

    /** The branch that alone can take a value, null aside; null where several can, or the value needs no mending. */
    private @Nullable JsonNode only(JsonNode value, JsonNode branches, int depth) {
        if (value.isNull() || depth > DEEPEST) {
            return null;
        }
        var some = new ArrayList<JsonNode>();
        for (JsonNode each : branches) {
            if (!isNull(each)) {
                some.add(each);
            }
        }
        if (some.size() > 1) {
            if (!value.isContainerNode() && some.stream().anyMatch(each -> takes(value, each, depth))) {
                return null;
            }
            some.removeIf(each -> value.isContainerNode()
                    ? !takes(value, each, depth)
                    : ValueMending.of(value, to(value, List.of(each), depth + 1)) == null);
        }
        return some.size() == 1 ? some.get(0) : null;
    }

    private boolean isNull(JsonNode branch) {
        for (JsonNode each : to(branch, List.of(branch), DEEPEST + 1)) {
            if (each.path("type").asText().equals("null")
                    || (each.has("const") && each.get("const").isNull())) {
                return true;
            }
        }
        return false;
    }

    /** Whether a branch admits a value by its type, its members and, for objects, by what tells its kind apart. */
    private boolean takes(JsonNode value, JsonNode branch, int depth) {
        if (branch.isBoolean()) {
            return branch.booleanValue();
        }
        List<JsonNode> schemas = to(value, List.of(branch), depth + 1);
        Set<String> types = SchemaTypes.of(schemas);
        if (!types.isEmpty() && !SchemaTypes.isOf(value, types)) {
            return false;
        }
        return schemas.stream().allMatch(each -> admits(value, each) && tellsApart(value, each));
    }

    private static boolean admits(JsonNode value, JsonNode schema) {
        if (schema.has("const") && !schema.get("const").equals(value)) {
            return false;
        }
        boolean listed = !schema.path("enum").isArray();
        for (JsonNode each : schema.path("enum")) {
            listed |= each.equals(value);
        }
        return listed;
    }

    /** The properties by which unions tell their members apart: those with one value, and those that must be there. */
    private static boolean tellsApart(JsonNode value, JsonNode schema) {
        if (!value.isObject()) {
            return true;
        }
        for (JsonNode each : schema.path("required")) {
            if (!value.has(each.asText())) {
                return false;
            }
        }
        for (Map.Entry<String, JsonNode> each : schema.path("properties").properties()) {
            JsonNode here = value.get(each.getKey());
            boolean fixed =
                    each.getValue().has("const") || each.getValue().path("enum").size() == 1;
            if (here != null && fixed && !admits(here, each.getValue())) {
                return false;
            }
        }
        return true;
    }

    /** What schemas say of one property of an object. */
    List<JsonNode> ofProperty(String name, List<JsonNode> schemas) {
        var all = new ArrayList<JsonNode>();
        for (JsonNode schema : schemas) {
            int before = all.size();
            JsonNode own = schema.path("properties").path(name);
            if (own.isObject()) {
                all.add(own);
            }
            schema.path("patternProperties").properties().forEach(each -> {
                if (each.getValue().isObject() && matches(each.getKey(), name)) {
                    all.add(each.getValue());
                }
            });
            boolean named = all.size() > before || !own.isMissingNode();
            if (!named && schema.path("additionalProperties").isObject()) {
                all.add(schema.get("additionalProperties"));
            }
        }
        return all;
    }

    private boolean matches(String pattern, String name) {
        return patterns.computeIfAbsent(pattern, CountedPattern::new).matches(name);
    }

    /** What schemas say of one element of a list. */
    static List<JsonNode> ofItem(int index, List<JsonNode> schemas) {
        var all = new ArrayList<JsonNode>();
        for (JsonNode schema : schemas) {
            JsonNode first = schema.path("prefixItems");
            JsonNode wanted = index < first.size() ? first.get(index) : schema.path("items");
            if (wanted.isObject()) {
                all.add(wanted);
            }
        }
        return all;
    }
}
