package dev.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.validation.SchemaFit;
import dev.caravan.validation.SchemaRefs;
import java.math.BigDecimal;
import java.util.List;

/**
 * The first answer to a schema, by types, bounds and first branches alone. Most schemas ask for no more, and what it
 * makes of them stays the same to the byte: stored runs and other people's tests hold such answers.
 */
final class StraightAnswer {
    private final MakingBudget work;

    StraightAnswer(MakingBudget work) {
        this.work = work;
    }

    /** @throws MakingBudget.Spent for a schema that asks for too much, or for what cannot be */
    JsonNode make(JsonNode schema, SeededStream dice) {
        return instance(schema, new SchemaRefs(schema), dice, 0);
    }

    private JsonNode instance(JsonNode schema, SchemaRefs refs, SeededStream dice, int depth) {
        work.spend(1);
        if (schema.has("$ref")) {
            return depth > 12 ? Json.mapper().nullNode() : instance(refs.target(schema), refs, dice, depth + 1);
        }
        if (schema.has("const")) {
            return schema.get("const");
        }
        if (schema.has("enum")) {
            JsonNode members = some(schema.get("enum"));
            return members.get(dice.below(members.size()));
        }
        for (String each : List.of("anyOf", "oneOf")) {
            if (schema.has(each)) {
                return instance(some(schema.get(each)).get(0), refs, dice, depth + 1);
            }
        }
        return ofType(schema, refs, dice, depth);
    }

    private JsonNode ofType(JsonNode schema, SchemaRefs refs, SeededStream dice, int depth) {
        JsonNode type = schema.path("type");
        return switch (type.isArray() ? some(type).get(0).asText() : type.asText("object")) {
            case "string" -> text(schema, dice);
            case "integer" -> whole(schema, dice);
            case "number" ->
                MadeValues.decimal(
                        figure(schema, "minimum", BigDecimal.ZERO),
                        figure(schema, "maximum", BigDecimal.valueOf(100)),
                        dice);
            case "boolean" -> Json.mapper().getNodeFactory().booleanNode(dice.below(2) == 0);
            case "null" -> Json.mapper().nullNode();
            case "array" -> list(schema, refs, dice, depth);
            default -> object(schema, refs, dice, depth);
        };
    }

    private static JsonNode some(JsonNode list) {
        if (!list.isArray() || list.isEmpty()) {
            throw new MakingBudget.Spent();
        }
        return list;
    }

    private static JsonNode whole(JsonNode schema, SeededStream dice) {
        long low = bound(schema, "minimum", 0);
        long high = bound(schema, "maximum", low + 100);
        if (high < low || high - low < 0 || high - low == Long.MAX_VALUE) {
            throw new MakingBudget.Spent();
        }
        return MadeValues.whole(low, high, dice);
    }

    private static BigDecimal figure(JsonNode schema, String key, BigDecimal otherwise) {
        BigDecimal figure = schema.path(key).isNumber() ? schema.get(key).decimalValue() : otherwise;
        if (!SchemaFit.measured(figure)) {
            throw new MakingBudget.Spent();
        }
        return figure;
    }

    private static long bound(JsonNode schema, String key, long otherwise) {
        return schema.path(key).isNumber() ? schema.get(key).longValue() : otherwise;
    }

    private JsonNode text(JsonNode schema, SeededStream dice) {
        long least = bound(schema, "minLength", 0);
        work.spend(Math.max(0, least));
        var text = new StringBuilder(MadeValues.sentence(dice));
        while (text.length() < least) {
            text.append(' ').append(MadeValues.sentence(dice));
        }
        long most = Math.max(0, bound(schema, "maxLength", text.length()));
        return Json.mapper().getNodeFactory().textNode(text.substring(0, (int) Math.min(text.length(), most)));
    }

    private ArrayNode list(JsonNode schema, SchemaRefs refs, SeededStream dice, int depth) {
        ArrayNode array = Json.mapper().createArrayNode();
        long least = bound(schema, "minItems", 1);
        long most = bound(schema, "maxItems", Math.max(least, 3));
        if (least < 0 || most < least) {
            throw new MakingBudget.Spent();
        }
        work.spend(least);
        long count = least + Math.floorMod(dice.next(), most - least + 1);
        for (long i = 0; i < count && depth < 12; i++) {
            array.add(instance(schema.path("items"), refs, dice, depth + 1));
        }
        return array;
    }

    private ObjectNode object(JsonNode schema, SchemaRefs refs, SeededStream dice, int depth) {
        ObjectNode object = Json.object();
        schema.path("properties")
                .properties()
                .forEach(each -> object.set(each.getKey(), instance(each.getValue(), refs, dice, depth + 1)));
        return object;
    }
}
