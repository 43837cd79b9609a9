package dev.caravan.transform;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.expression.EvaluationMeter;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * How large a value is when it is written out: its characters, elements and entries, all the way down. What is shared
 * counts each time it is seen, and is looked at once: twenty lists that each hold the one before twice are a million.
 */
final class ValueWeights {
    private static final int LEAF = 1;

    private ValueWeights() {}

    static long of(JsonNode value) {
        return of(value, EvaluationMeter.current().known(IdentityHashMap::new));
    }

    private static long of(JsonNode value, Map<JsonNode, Long> known) {
        if (value.isTextual()) {
            return (long) LEAF + value.textValue().length();
        }
        if (!value.isContainerNode()) {
            return LEAF;
        }
        Long weight = known.get(value);
        if (weight != null) {
            return weight;
        }
        EvaluationMeter.current().step();
        long sum = LEAF;
        for (JsonNode each : value) {
            sum = Math.min(Long.MAX_VALUE / 4, sum + of(each, known));
        }
        known.put(value, sum);
        return sum;
    }
}
