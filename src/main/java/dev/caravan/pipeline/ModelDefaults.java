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

    /** Whether a model takes a temperature from a step with this reasoning effort; yes where it is not known. */
    boolean takesTemperature(String model, String reasoningEffort);

    /** The kind of JSON Schema a provider takes for structured answers. */
    String schemas(String provider);
}
