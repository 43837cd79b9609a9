package dev.caravan.simulator;

import org.jspecify.annotations.Nullable;

/** A provider's way of speaking: which calls it knows, beside the shapes of what is said. */
interface SimulatedWire extends WireShapes {
    /** The key a call carries, or null. */
    @Nullable String key(SimulatedCall talk);

    /** Answers an authorized call. */
    void route(SimulatedCall talk);
}
