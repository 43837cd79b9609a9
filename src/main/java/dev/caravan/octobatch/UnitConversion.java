package dev.caravan.octobatch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the units are made of: {@code processing}, and the file of items. */
final class UnitConversion {
    private static final int LOOKED_AT = 500;
    private static final Set<String> KNOWN =
            Set.of("strategy", "repeat", "seed", "chunk_size", "items", "expressions", "max_retries");

    private final ConversionContext all;

    UnitConversion(ConversionContext all) {
        this.all = all;
    }

    void processing(ObjectNode was, ObjectNode made) {
        boolean positions = !was.path("positions").isEmpty();
        String strategy = was.path("strategy").asText(positions ? "permutation" : "direct");
        made.put("strategy", strategy);
        ConfigNodes.copy(was, "repeat", made);
        ConfigNodes.copy(was, "seed", made);
        ConfigNodes.copy(was, "chunk_size", made);
        if (positions && !strategy.equals("direct")) {
            positions(was.path("positions"), made.putArray("positions"));
        }
        items(ConfigNodes.map(was, "items"), strategy, made);
        for (Map.Entry<String, JsonNode> each : was.properties()) {
            if (!KNOWN.contains(each.getKey())) {
                other(each.getKey(), each.getValue(), strategy, made);
            }
        }
        ConfigNodes.copy(was, "max_retries", all.config);
        if (!was.path("expressions").isEmpty()) {
            made.set("expressions", all.expressions(was.path("expressions"), "processing.expressions"));
        }
    }

    private void other(String key, JsonNode value, String strategy, ObjectNode made) {
        String place = "processing." + key;
        switch (key) {
            case "positions" -> {
                if (strategy.equals("direct")) {
                    all.findings.changed("config.yaml", place, "left out: it has no meaning with direct");
                }
            }
            case "validation_retry" ->
                all.findings.changed("config.yaml", place, "left out: it had no effect; max_retries is 5 unless given");
            default -> all.left(made, place, "it is not known", value);
        }
    }

    private void positions(JsonNode was, ArrayNode made) {
        for (JsonNode each : was) {
            if (each instanceof ObjectNode map) {
                ObjectNode position =
                        made.addObject().put("name", map.path("name").asText());
                ConfigNodes.copy(map, "source_key", position);
            } else {
                made.add(each);
            }
        }
    }

    private void items(ObjectNode was, String strategy, ObjectNode made) {
        String file = was.path("source").asText();
        ObjectNode items = made.putObject("items");
        var found = all.source.file(file);
        if (found.isEmpty() || found.get().endsWith(OctobatchFolder.CONFIG)) {
            all.left(items, "processing.items.source", "there is no such file in the folder", was.path("source"));
            return;
        }
        String name =
                file.matches("(?s).*[/\\\\].*") ? String.valueOf(found.get().getFileName()) : file;
        items.put("source", name);
        all.copies.put(name, found.get());
        boolean crossed = strategy.equals("cross_product");
        if (!crossed) {
            ConfigNodes.copy(was, "key", items);
        }
        JsonNode document = name.matches("(?i).*\\.(ya?ml|json)") ? all.source.items(file) : Json.object();
        List<JsonNode> known = crossed
                ? groups(document, made)
                : list(document, was.path("key").asText(""));
        nameField(was, known, crossed).ifPresent(field -> items.put("name_field", field));
        learn(known, strategy, made);
    }

    /** The field that names an item, where it is not {@code id}; of crossed groups all have to have it. */
    private static Optional<String> nameField(ObjectNode was, List<JsonNode> known, boolean crossed) {
        String field = was.path("name_field").asText("name");
        boolean everywhere = !known.isEmpty() && known.stream().allMatch(each -> each.hasNonNull(field));
        boolean said = was.has("name_field") && (!crossed || everywhere);
        return said || (everywhere && !field.equals("id")) ? Optional.of(field) : Optional.empty();
    }

    private static List<JsonNode> list(JsonNode document, String key) {
        JsonNode list = key.isEmpty() ? document : document.path(key);
        var found = new ArrayList<JsonNode>();
        for (JsonNode each : list) {
            if (found.size() < LOOKED_AT) {
                found.add(each);
            }
        }
        return found;
    }

    private static List<JsonNode> groups(JsonNode document, ObjectNode made) {
        var found = new ArrayList<JsonNode>();
        for (JsonNode each : made.path("positions")) {
            String name = each.path("name").asText(each.asText());
            found.addAll(list(document, each.path("source_key").asText(name + "s")));
        }
        return found;
    }

    /** What is known of a field by two items; nothing where they differ. */
    private static ValueType either(ValueType a, ValueType b) {
        if (a == b || b == ValueType.UNKNOWN) {
            return a;
        }
        return a == ValueType.UNKNOWN ? b : ValueType.UNKNOWN;
    }

    /** Notes what is known of the fields of a unit. */
    private void learn(List<JsonNode> items, String strategy, ObjectNode made) {
        all.types.put("unit_id", ValueType.TEXT);
        if (made.path("repeat").asInt(1) > 1) {
            all.types.put("_repetition_id", ValueType.NUMBER);
            all.types.put("_repetition_seed", ValueType.NUMBER);
        }
        if (!strategy.equals("direct")) {
            for (JsonNode each : made.path("positions")) {
                all.types.put(each.path("name").asText(each.asText()), ValueType.MAP);
            }
            return;
        }
        for (JsonNode each : items) {
            if (each instanceof ObjectNode item) {
                FieldTypes.of(item).forEach((field, type) -> all.types.merge(field, type, UnitConversion::either));
            }
        }
    }
}
