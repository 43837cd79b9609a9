package dev.caravan.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.Problem;
import dev.caravan.base.UserMistakeException;
import dev.caravan.pipeline.Pipeline;
import java.util.List;

/** What came of checking a pipeline, as JSON, the same for the command line and over HTTP. */
public final class CheckJson {
    private CheckJson() {}

    /** @param hints what its author should know */
    public static ObjectNode of(Pipeline pipeline, int units, List<Problem> hints) {
        ObjectNode node = Json.object().put("valid", true).put("pipeline", pipeline.name());
        node.put("steps", pipeline.steps().size()).put("units", units).putArray("problems");
        node.set("hints", Json.mapper().valueToTree(hints));
        return node;
    }

    public static ObjectNode of(UserMistakeException e) {
        ObjectNode node = Json.object().put("valid", false);
        node.set("problems", Json.mapper().valueToTree(e.problems()));
        return node;
    }
}
