package dev.caravan.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;

/**
 * What a call asks of a new run.
 *
 * @param maxUnits the first so many units; {@link Integer#MAX_VALUE} for all
 * @param simulated whether the built-in simulator is the provider
 * @param pilot so many units go first; 0 for no pilot
 * @param pilotPercent of them that must hold for the others to go on unasked; 0 to ask always
 */
public record RunOptions(CallOverrides overrides, int maxUnits, boolean simulated, int pilot, int pilotPercent) {
    public RunOptions(CallOverrides overrides, int maxUnits, boolean simulated) {
        this(overrides, maxUnits, simulated, 0, 0);
    }

    /** As the pipeline wants it where the call says nothing: its config may name the simulator. */
    public RunOptions on(Pipeline pipeline) {
        boolean byConfig = overrides.provider() == null && pipeline.simulated();
        return new RunOptions(overrides, maxUnits, simulated || byConfig, pilot, pilotPercent);
    }

    /** Tells whether two calls ask for the same run. */
    public String digest() {
        ObjectNode node = Json.mapper().valueToTree(this);
        node.remove("pilot");
        node.remove("pilotPercent");
        return Json.text(node);
    }
}
