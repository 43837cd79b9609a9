package dev.caravan.pipeline;

import java.util.List;
import java.util.Optional;

/** What reading a pipeline must know of providers and models; the registry in {@code cost} answers it. */
public interface ModelDefaults {
    List<String> providers();

    String defaultProvider();

    String defaultModel(String provider);

    /** The provider that owns a model, where the registry knows the model. */
    Optional<String> providerOf(String model);

    /**
     * Whether a model takes a temperature from a step with this reasoning effort and version of the API, each empty where
     * the step does not say: empty when it does or nothing is known, else what to change.
     */
    String refusesTemperature(String model, String reasoningEffort, String apiVersion);

    /** The kind of JSON Schema a provider takes for structured answers. */
    String schemas(String provider);
}
