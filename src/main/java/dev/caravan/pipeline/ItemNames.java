package dev.caravan.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What items are called by their authors. */
final class ItemNames {
    private static final List<String> USUAL = List.of("id", "name");

    private ItemNames() {}

    /** What names an item: its name field, else {@code id}, else {@code name}; null when nothing does. */
    static @Nullable String of(ObjectNode item, String field) {
        for (String each : field.isEmpty() ? USUAL : List.of(field)) {
            JsonNode value = item.path(each);
            if (names(value)) {
                return value.asText();
            }
        }
        return null;
    }

    private static boolean names(JsonNode value) {
        return value.isValueNode() && !value.isNull() && !value.asText().isBlank();
    }
}
