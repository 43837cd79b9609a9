package dev.caravan.cost;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.Problems;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The entries of {@code models.yaml} by their names: those we ship, and over them, value by value, those of the user's
 * file. What the values mean is for others to read.
 */
final class RegistryEntries {
    private static final List<String> KEYS = List.of("default_provider", "providers", "models");
    private static final String USUAL_PROVIDER = "openai";

    private final String file;
    private final Problems problems;
    private final Map<String, ObjectNode> providers = new TreeMap<>();
    private final Map<String, ObjectNode> models = new LinkedHashMap<>();
    private String defaultProvider = USUAL_PROVIDER;

    /** @param file that problems are told of */
    RegistryEntries(String file, Problems problems) {
        this.file = file;
        this.problems = problems;
    }

    /** Adds a file's entries, or the values it gives for entries that are there. */
    void add(JsonNode root) {
        if (root.isNull() || root.isMissingNode()) {
            return;
        }
        if (!(root instanceof ObjectNode map)) {
            problems.at(file, "", "must hold providers: and models:");
            return;
        }
        map.fieldNames().forEachRemaining(each -> {
            if (!KEYS.contains(each)) {
                problems.at(file, each, "unknown key; " + Problems.suggestion(each, KEYS));
            }
        });
        defaultProvider = new EntryFields(file, "", map, problems).text("default_provider", defaultProvider);
        addProviders(map.get("providers"));
        addModels(map.get("models"));
    }

    private void addProviders(@Nullable JsonNode value) {
        if (value instanceof ObjectNode named) {
            named.properties().forEach(each -> {
                if (each.getValue() instanceof ObjectNode entry) {
                    merge(providers, each.getKey(), entry);
                } else {
                    problems.at(file, "providers." + each.getKey(), "must be a map");
                }
            });
        } else if (value != null && !value.isNull()) {
            problems.at(file, "providers", "must be a map of names to entries");
        }
    }

    private void addModels(@Nullable JsonNode value) {
        if (value == null || value.isNull()) {
            return;
        }
        if (!value.isArray()) {
            problems.at(file, "models", "must be a list of entries with an id each");
            return;
        }
        var places = new HashMap<String, String>();
        for (int i = 0; i < value.size(); i++) {
            String place = "models[" + i + "]";
            String id = value.get(i).path("id").asText();
            if (!(value.get(i) instanceof ObjectNode entry)) {
                problems.at(file, place, "must be a map");
            } else if (id.isBlank()) {
                problems.at(file, place, "has no id");
            } else if (places.putIfAbsent(id, place) != null) {
                problems.at(file, place + ".id", "'" + id + "' stands at " + places.get(id) + " already");
            } else {
                merge(models, id, entry);
            }
        }
    }

    private static void merge(Map<String, ObjectNode> into, String name, ObjectNode entry) {
        into.computeIfAbsent(name, key -> Json.object()).setAll(entry);
    }

    String defaultProvider() {
        return defaultProvider;
    }

    /** By name, in the order of the names. */
    Map<String, ObjectNode> providers() {
        return providers;
    }

    /** By id, in the order of the files. */
    Map<String, ObjectNode> models() {
        return models;
    }
}
