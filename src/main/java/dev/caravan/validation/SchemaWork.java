package dev.caravan.validation;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Says beforehand whether an object can be held against a schema in a bounded number of steps. Where a schema comes back
 * to itself in several branches, each level of the object doubles the work; a reply of some thirty levels would be judged
 * for hours. The number is reckoned in a time that grows with the object alone, and is the same on every machine.
 */
final class SchemaWork {
    /** Steps that are always allowed, and so many more for each object and list of the answer. */
    private static final long MOST = 200_000;

    private static final long MOST_FOR_EACH = 50;
    private static final int DEEPEST = 500;

    private final JsonNode root;
    private final SchemaRefs refs;
    private final boolean comesBack;

    SchemaWork(JsonNode root, SchemaRefs refs) {
        this.root = root;
        this.refs = refs;
        comesBack = comesBack(root, newSet(), newSet(), 0);
    }

    private static Set<JsonNode> newSet() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }

    private boolean comesBack(JsonNode schema, Set<JsonNode> open, Set<JsonNode> done, int depth) {
        if (!schema.isObject() || done.contains(schema)) {
            return false;
        }
        if (!open.add(schema) || depth > DEEPEST) {
            return true;
        }
        var below = new ArrayList<JsonNode>();
        below.add(refs.target(schema));
        SchemaWords.each(schema, "", (place, each) -> below.add(each));
        for (JsonNode each : below) {
            if (comesBack(each, open, done, depth + 1)) {
                return true;
            }
        }
        open.remove(schema);
        done.add(schema);
        return false;
    }

    /**
     * Whether it takes too many steps. A schema that never comes back to itself bounds them by its own size.
     *
     * @param times as many as usual that are allowed
     */
    boolean isEndless(JsonNode object, int times) {
        if (!comesBack) {
            return false;
        }
        var steps = new Steps();
        return steps.of(object, root) > times * (MOST + MOST_FOR_EACH * steps.known.size());
    }

    private final class Steps {
        private final IdentityHashMap<JsonNode, IdentityHashMap<JsonNode, Long>> known = new IdentityHashMap<>();

        /** Every schema that is held against the value or what lies in it, as often as it is. */
        long of(JsonNode value, JsonNode schema) {
            if (!schema.isObject()) {
                return 1;
            }
            // Single values share nodes; nothing lies in them.
            IdentityHashMap<JsonNode, Long> here = value.isContainerNode()
                    ? known.computeIfAbsent(value, key -> new IdentityHashMap<>())
                    : new IdentityHashMap<>();
            Long before = here.get(schema);
            if (before != null) {
                return before;
            }
            here.put(schema, 1L);
            long steps = 1;
            for (JsonNode each : inPlace(schema)) {
                steps = sum(steps, of(value, each));
            }
            for (Map.Entry<String, JsonNode> each : value.properties()) {
                steps = sum(steps, ofAll(each.getValue(), ofProperty(schema, each.getKey())));
            }
            for (int i = 0; i < (value.isArray() ? value.size() : 0); i++) {
                steps = sum(steps, ofAll(value.get(i), ofItem(schema, i)));
            }
            here.put(schema, steps);
            return steps;
        }

        private long ofAll(JsonNode value, List<JsonNode> schemas) {
            long steps = 0;
            for (JsonNode each : schemas) {
                steps = sum(steps, of(value, each));
            }
            return steps;
        }

        private long sum(long a, long b) {
            return Math.min(Long.MAX_VALUE / 4, a + b);
        }
    }

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

    private static List<JsonNode> ofProperty(JsonNode schema, String name) {
        var all = new ArrayList<JsonNode>();
        JsonNode own = schema.path("properties").path(name);
        all.add(own);
        schema.path("patternProperties").forEach(all::add);
        if (own.isMissingNode()) {
            all.add(schema.path("additionalProperties"));
        }
        all.add(schema.path("unevaluatedProperties"));
        return all;
    }

    private static List<JsonNode> ofItem(JsonNode schema, int index) {
        JsonNode first = schema.path("prefixItems");
        return List.of(
                index < first.size() ? first.get(index) : schema.path("items"),
                schema.path("contains"),
                schema.path("unevaluatedItems"));
    }
}
