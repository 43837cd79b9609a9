package dev.caravan.octobatch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import java.util.ArrayList;
import java.util.List;

/** Parts of a config, as they are read and handed on. */
final class ConfigNodes {
    private ConfigNodes() {}

    /** The map under a key; an empty one where there is none. */
    static ObjectNode map(JsonNode parent, String key) {
        return parent.path(key) instanceof ObjectNode map ? map : Json.object();
    }

    /** Takes a value over under its own key, if there is one. */
    static void copy(ObjectNode from, String key, ObjectNode to) {
        JsonNode value = from.get(key);
        if (value != null && !value.isNull()) {
            to.set(key, value);
        }
    }

    static List<String> names(JsonNode list) {
        var names = new ArrayList<String>();
        list.forEach(each -> names.add(each.asText()));
        return names;
    }

    /** A value that YAML read as more than a text. */
    static String python(JsonNode value) {
        return value.isBoolean()
                ? (value.booleanValue() ? "True" : "False")
                : value.isNull() ? "None" : Json.text(value);
    }
}
