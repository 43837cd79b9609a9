package dev.caravan.step;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.pipeline.Step;
import dev.caravan.pipeline.StepSource;
import java.util.Optional;

/** Which fan-out and which gather go together as brackets do, in the steps as they are written. */
final class FanOutBrackets {
    private static final String FAN_OUT = "fan_out";
    private static final String GATHER = "gather";

    private FanOutBrackets() {}

    /** The gather that ends a fan-out. */
    static Optional<JsonNode> gatherOf(Step fanOut, StepSource source) {
        return mate(fanOut, source, 1, FAN_OUT, GATHER);
    }

    /** The fan-out that a gather ends. */
    static Optional<JsonNode> fanOutOf(Step gather, StepSource source) {
        return mate(gather, source, -1, GATHER, FAN_OUT);
    }

    private static Optional<JsonNode> mate(Step step, StepSource source, int direction, String opens, String closes) {
        JsonNode steps = source.config().path("pipeline").path("steps");
        int open = 0;
        for (int i = step.index() + direction; i >= 0 && i < steps.size(); i += direction) {
            String scope = steps.path(i).path("scope").asText();
            if (scope.equals(closes) && open-- == 0) {
                return Optional.of(steps.get(i));
            }
            open += scope.equals(opens) ? 1 : 0;
        }
        return Optional.empty();
    }
}
