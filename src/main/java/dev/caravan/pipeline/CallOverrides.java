package dev.caravan.pipeline;

import org.jspecify.annotations.Nullable;

/** What a call may set over the pipeline's own words: each null where the call says nothing. */
public record CallOverrides(
        @Nullable String provider,
        @Nullable String model,
        @Nullable Integer maxRetries,
        @Nullable Integer repeat,
        @Nullable Long seed) {
    public static final CallOverrides NONE = new CallOverrides(null, null, null, null, null);

    /** Of a step that asks somebody else; a model that is not said is the provider's usual one. */
    public static CallOverrides asking(String provider, @Nullable String model) {
        return new CallOverrides(provider, model, null, null, null);
    }
}
