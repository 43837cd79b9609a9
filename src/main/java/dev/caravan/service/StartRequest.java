package dev.caravan.service;

import dev.caravan.pipeline.CallOverrides;
import dev.caravan.provider.Lane;
import org.jspecify.annotations.Nullable;

/**
 * What a person asks of a run that he starts.
 *
 * @param maxUnits the first so many units; {@link Integer#MAX_VALUE} for all
 * @param lane null for the one that the service uses
 * @param simulate whether the simulator takes the place of every provider
 * @param capPicos most that it may cost, in pico-dollars; -1 for no cap
 * @param approvedBy who lets it spend at once; empty when it is to ask
 */
public record StartRequest(
        CallOverrides overrides,
        int maxUnits,
        @Nullable Lane lane,
        boolean simulate,
        long capPicos,
        String approvedBy) {
    /** As what comes in by itself. */
    static final StartRequest NONE = new StartRequest(CallOverrides.NONE, Integer.MAX_VALUE, null, false, -1, "");
}
