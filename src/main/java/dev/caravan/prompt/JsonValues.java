package dev.caravan.prompt;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** JSON as templates see it: values without methods of Java. */
public final class JsonValues {
    private JsonValues() {}

    /** A JSON object: its keys and nothing else. {@code lenient} where an absent key is empty instead of an error. */
    public record JsonObject(JsonNode node, boolean lenient) {
        public boolean getAsBoolean() {
            return !node.isEmpty();
        }

        @Override
        public String toString() {
            return Json.text(node);
        }
    }

    /** A JSON array. */
    public record JsonArray(JsonNode node, boolean lenient) {
        public boolean getAsBoolean() {
            return !node.isEmpty();
        }

        Iterator<Object> iterator() {
            List<Object> values = new ArrayList<>(node.size());
            node.forEach(each -> values.add(wrap(each, lenient)));
            return values.iterator();
        }

        @Override
        public String toString() {
            return Json.text(node);
        }
    }

    /** JSON's null: prints as nothing, or as the {@link RenderingRule} says where it was not asked for quietly; counts as false. */
    public static final class JsonNull {
        static final JsonNull NULL = new JsonNull(false);
        static final JsonNull QUIET = new JsonNull(true);

        private final boolean lenient;

        private JsonNull(boolean lenient) {
            this.lenient = lenient;
        }

        boolean lenient() {
            return lenient;
        }

        public boolean getAsBoolean() {
            return false;
        }

        @Override
        public String toString() {
            return lenient ? "" : RenderBudget.nothing();
        }
    }

    static Object wrap(JsonNode node, boolean lenient) {
        return switch (node.getNodeType()) {
            case OBJECT -> new JsonObject(node, lenient);
            case ARRAY -> new JsonArray(node, lenient);
            case STRING -> node.textValue();
            case BOOLEAN -> node.booleanValue();
            case NUMBER -> node.numberValue();
            default -> lenient ? JsonNull.QUIET : JsonNull.NULL;
        };
    }

    /** A value as whoever asks for it quietly sees it. */
    static Object quiet(Object value) {
        return value instanceof JsonObject || value instanceof JsonArray || value instanceof JsonNull
                ? wrap(unwrap(value), true)
                : value;
    }

    static JsonNode unwrap(@Nullable Object value) {
        if (value instanceof JsonObject object) {
            return object.node();
        }
        if (value instanceof JsonArray array) {
            return array.node();
        }
        if (value == null || value instanceof JsonNull) {
            return Json.mapper().nullNode();
        }
        return Json.mapper().valueToTree(value);
    }
}
