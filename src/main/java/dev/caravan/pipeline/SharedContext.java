package dev.caravan.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.Problems;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/**
 * What the steps of a pipeline have in common beside their records.
 *
 * @param context what every template sees: {@code prompts.global_context}, its file's, and the lists under {@code
 *     labels}
 * @param labels lists of words by their names, for prompts and schemas alike
 * @param parts files of {@code prompts.include}, in their order
 * @param files all files it was read from, relative to the pipeline folder, parts included
 */
public record SharedContext(ObjectNode context, ObjectNode labels, List<String> parts, List<String> files) {
    /** Of a pipeline without any. */
    public static final SharedContext NONE = new SharedContext(Json.object(), Json.object(), List.of(), List.of());

    /** The name by which templates see the lists. */
    public static final String LABELS = "labels";

    /** In a schema or rule: {@code {"enum": {"$labels": "intent"}}}. */
    private static final String REFERENCE = "$labels";

    public SharedContext {
        parts = List.copyOf(parts);
        files = List.copyOf(new TreeSet<>(files));
    }

    /**
     * A schema with its lists of labels in the place of what refers to them.
     *
     * @param wrong takes place and message of each reference that leads nowhere; it stays as it is
     */
    JsonNode filled(JsonNode schema, BiConsumer<String, String> wrong) {
        return filled("$", schema, wrong);
    }

    private JsonNode filled(String place, JsonNode node, BiConsumer<String, String> wrong) {
        if (!node.isContainerNode()) {
            return node;
        }
        if (node instanceof ArrayNode list) {
            ArrayNode copy = Json.mapper().createArrayNode();
            for (int i = 0; i < list.size(); i++) {
                copy.add(filled(place + "[" + i + "]", list.get(i), wrong));
            }
            return copy;
        }
        ObjectNode copy = Json.object();
        node.properties().forEach(each -> {
            String at = place + "." + each.getKey();
            boolean list = each.getKey().equals("enum") && isReference(each.getValue());
            copy.set(each.getKey(), list ? list(at, each.getValue(), wrong) : filled(at, each.getValue(), wrong));
        });
        return copy;
    }

    /** Rules whose {@code enums} are lists, as {@link #filled} does for schemas. */
    ObjectNode filledRules(ObjectNode rules, BiConsumer<String, String> wrong) {
        if (!(rules.get("enums") instanceof ObjectNode enums)) {
            return rules;
        }
        ObjectNode copy = rules.deepCopy();
        enums.properties().forEach(each -> {
            if (isReference(each.getValue())) {
                ((ObjectNode) copy.get("enums"))
                        .set(each.getKey(), list(".enums." + each.getKey(), each.getValue(), wrong));
            }
        });
        return copy;
    }

    private static boolean isReference(JsonNode value) {
        return value.isObject() && value.has(REFERENCE);
    }

    private JsonNode list(String place, JsonNode reference, BiConsumer<String, String> wrong) {
        String name = reference.path(REFERENCE).asText();
        JsonNode list = labels.get(name);
        if (list == null || reference.size() != 1) {
            wrong.accept(
                    place,
                    reference.size() != 1
                            ? "must be {\"" + REFERENCE + "\": NAME} and nothing else"
                            : "there is no list '" + name + "' under labels in config.yaml"
                                    + (labels.isEmpty() ? "" : "; " + Problems.suggestion(name, names())));
            return reference;
        }
        return list;
    }

    /** Whether it is one of the lists itself: another list of the same words was written elsewhere. */
    boolean isList(JsonNode members) {
        Set<JsonNode> lists = Collections.newSetFromMap(new IdentityHashMap<>());
        labels.forEach(lists::add);
        return lists.contains(members);
    }

    /** Of the lists of labels. */
    public Collection<String> names() {
        var names = new ArrayList<String>();
        labels.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
