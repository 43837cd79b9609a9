package dev.caravan.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;

/**
 * Where a step was written.
 *
 * @param folder the pipeline folder; templates and schemas lie in it
 * @param place path of the step in its file, such as {@code pipeline.steps[1]}
 * @param config the whole parsed config
 * @param shared what the steps have in common
 * @param stored whether it is a run's own copy, which was checked by the version that made the run
 */
public record StepSource(
        Path folder, String file, String place, ObjectNode config, SharedContext shared, boolean stored) {
    /** The place of one of its settings, for messages. */
    public String at(String key) {
        return place + "." + key;
    }
}
