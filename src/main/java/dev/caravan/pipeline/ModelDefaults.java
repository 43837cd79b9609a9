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
}
