package dev.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import java.math.BigDecimal;
import java.util.ArrayList;

/** Spoils one field of an answer so that it still looks right: another number, another word of the enum, a list too short. */
final class WrongValue {
    private WrongValue() {}

    /** @param schema of the whole answer, or an absent node */
    static void spoil(ObjectNode answer, JsonNode schema, SeededStream dice) {
        var names = new ArrayList<String>();
        answer.fieldNames().forEachRemaining(names::add);
        if (!names.isEmpty()) {
            String name = dice.of(names);
            answer.set(name, other(answer.get(name), schema.path("properties").path(name), dice));
        }
    }

    private static JsonNode other(JsonNode value, JsonNode schema, SeededStream dice) {
        JsonNodeFactory nodes = Json.mapper().getNodeFactory();
        JsonNode members = schema.path("enum");
        if (members.size() > 1) {
            var rest = new ArrayList<JsonNode>();
            members.forEach(each -> {
                if (!each.equals(value)) {
                    rest.add(each);
                }
            });
            return dice.of(rest);
        }
        if (value.isIntegralNumber()) {
            return nodes.numberNode(value.longValue() + (dice.below(2) == 0 ? 1 : -1) * (1L + dice.below(3)));
        }
        if (value.isNumber()) {
            return nodes.numberNode(value.decimalValue().divide(BigDecimal.valueOf(2)));
        }
        if (value.isBoolean()) {
            return nodes.booleanNode(!value.booleanValue());
        }
        if (value instanceof ArrayNode array && !array.isEmpty()) {
            ArrayNode shorter = array.deepCopy();
            shorter.remove(dice.below(array.size()));
            return shorter;
        }
        return value.isTextual() ? nodes.textNode(value.textValue() + " or so") : value;
    }
}
