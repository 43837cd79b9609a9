package dev.caravan.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Map;

/**
 * A pipeline as it is read, and on whose word.
 *
 * @param bySteps what goes before the overrides of the call, by the names of the steps
 * @param withItems whether its items are there, as in an author's folder, and not in a run's copy of it
 * @param config the whole parsed config, in its long form
 */
record PipelineSource(
        Path folder,
        CallOverrides overrides,
        Map<String, CallOverrides> bySteps,
        boolean withItems,
        ObjectNode config) {}
