package dev.caravan.pipeline;

import org.jspecify.annotations.Nullable;

/** What a call may set over the pipeline's own words: each null where the call says nothing. */
public record Overrides(
        @Nullable String provider,
        @Nullable String model,
        @Nullable Integer maxRetries,
        @Nullable Integer repeat,
        @Nullable Long seed) {
    public static final Overrides NONE = new Overrides(null, null, null, null, null);
}
