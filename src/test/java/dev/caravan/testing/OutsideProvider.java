package dev.caravan.testing;

import dev.caravan.app.ModelCatalogue;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.SimulatorFaults;
import dev.caravan.simulator.SimulatorSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

/** A provider outside of the program under test, reached by key and address as a real one is. */
public final class OutsideProvider {
    public static final String KEY = "sk-of-no-worth-0123456789";

    private OutsideProvider() {}

    public static Simulator simulator(Path folder, String faults, long jobMillis) {
        return Simulator.start(new SimulatorSettings(
                folder.resolve("provider"),
                1,
                0,
                KEY,
                jobMillis,
                1,
                SimulatorFaults.parse(faults),
                new ModelCatalogue(ModelRegistry.shipped()),
                Clock.systemUTC()));
    }

    /** What the program has to be told; it keeps what it learns of the account beside the provider. */
    public static Map<String, String> environment(Simulator simulator, Path folder) {
        return Map.of(
                "CARAVAN_STATE", folder.resolve("state").toString(),
                "OPENAI_BASE_URL", simulator.baseUrl("openai"),
                "ANTHROPIC_BASE_URL", simulator.baseUrl("anthropic"),
                "GOOGLE_GEMINI_BASE_URL", simulator.baseUrl("gemini"),
                "OPENAI_API_KEY", KEY,
                "ANTHROPIC_API_KEY", KEY,
                "GOOGLE_API_KEY", KEY);
    }
}
