package dev.caravan.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.Problems;

/** The flat short form of a config: {@code name, items_source, chunk_size, max_retries, pipeline: [{name, …}]}. */
final class ShortForm {
    private ShortForm() {}

    /** The long form of a config, whichever it was written in. */
    static ObjectNode expand(ObjectNode config, String file) {
        if (!config.path("pipeline").isArray()) {
            return config;
        }
        var problems = new Problems(file);
        var fields = new FieldReader(file, problems);
        fields.known(config, "", ConfigGrammar.SHORT);
        ObjectNode full = Json.object();
        ObjectNode pipeline = full.putObject("pipeline");
        copy(config, "name", pipeline, "name");
        var steps = pipeline.putArray("steps");
        int index = 0;
        for (JsonNode each : config.get("pipeline")) {
            String place = "pipeline[" + index++ + "]";
            if (each instanceof ObjectNode step) {
                fields.known(step, place, ConfigGrammar.SHORT_STEP);
                ObjectNode long_ = steps.addObject();
                copy(step, "name", long_, "name");
                copy(step, "template", long_, "template");
                copy(step, "output_schema", long_, "schema");
            } else {
                problems.at(file, place, "must be a map with a name, not " + Json.text(each));
            }
        }
        problems.throwIfAny();
        copy(config, "api", full, "api");
        copy(config, "schedule", full, "schedule");
        copy(config, "schedule_zone", full, "schedule_zone");
        copy(config, "max_retries", full, "max_retries");
        ObjectNode processing = full.putObject("processing");
        copy(config, "chunk_size", processing, "chunk_size");
        ObjectNode items = processing.putObject("items");
        copy(config, "items_source", items, "source");
        copy(config, "items_delimiter", items, "delimiter");
        return full;
    }

    private static void copy(ObjectNode from, String key, ObjectNode to, String as) {
        JsonNode value = from.get(key);
        if (value != null) {
            to.set(as, value);
        }
    }
}
