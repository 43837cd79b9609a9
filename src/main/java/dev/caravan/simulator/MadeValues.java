package dev.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/** Single values that are made up from a stream of numbers. */
final class MadeValues {
    private static final List<String> WORDS = List.of(
            "the",
            "answer",
            "looks",
            "right",
            "because",
            "customer",
            "asks",
            "about",
            "an",
            "open",
            "order",
            "and",
            "wants",
            "clear",
            "help",
            "today",
            "with",
            "short",
            "friendly",
            "reply");

    private MadeValues() {}

    /** A value of one field, as a {@code simulate:} block says. */
    static JsonNode field(JsonNode how, SeededStream dice) {
        String kind = how.fieldNames().next();
        JsonNode value = how.get(kind);
        return switch (kind) {
            case "choice" -> value.get(dice.below(value.size()));
            case "integer" -> whole(value.get(0).longValue(), value.get(1).longValue(), dice);
            case "number" -> decimal(value.get(0).decimalValue(), value.get(1).decimalValue(), dice);
            default -> value;
        };
    }

    /** A whole number between two, both included. */
    static JsonNode whole(long low, long high, SeededStream dice) {
        long span = high - low + 1;
        // None where every long is one of them.
        return Json.mapper()
                .getNodeFactory()
                .numberNode(span == 0 ? dice.next() : low + Math.floorMod(dice.next(), span));
    }

    /** A number between two, with two decimals. */
    static JsonNode decimal(BigDecimal low, BigDecimal high, SeededStream dice) {
        BigDecimal span = high.subtract(low);
        BigDecimal made = low.add(span.multiply(BigDecimal.valueOf(dice.below(1001), 3)));
        return Json.mapper().getNodeFactory().numberNode(made.setScale(2, RoundingMode.HALF_EVEN));
    }

    static String sentence(SeededStream dice) {
        var words = new ArrayList<String>();
        int count = 6 + dice.below(8);
        for (int i = 0; i < count; i++) {
            words.add(dice.of(WORDS));
        }
        return String.join(" ", words) + ".";
    }
}
