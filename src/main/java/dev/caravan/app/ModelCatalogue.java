package dev.caravan.app;

import dev.caravan.cost.ModelRegistry;
import dev.caravan.cost.Price;
import dev.caravan.provider.Lane;
import dev.caravan.provider.Usage;
import dev.caravan.simulator.SimulatorSettings;
import java.util.List;

/** The registry, as the simulator asks it. */
public final class ModelCatalogue implements SimulatorSettings.Catalogue {
    private final ModelRegistry registry;

    public ModelCatalogue(ModelRegistry registry) {
        this.registry = registry;
    }

    @Override
    public long picos(String model, Lane lane, Usage usage) {
        return registry.price(model).map(price -> price.picos(lane, usage)).orElse(Price.UNKNOWN);
    }

    @Override
    public List<SimulatorSettings.Model> models(String provider) {
        return registry.models().stream()
                .filter(each -> each.provider().equals(provider))
                .map(each -> new SimulatorSettings.Model(
                        each.id(), each.context(), each.maxOutput(), each.temperature(), each.lifecycle()))
                .toList();
    }
}
