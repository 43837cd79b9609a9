package dev.caravan.simulator;

import dev.caravan.provider.Lane;
import dev.caravan.provider.Usage;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/**
 * How a simulator is set up.
 *
 * @param stateDir where its files, jobs and bill live, as a provider's would
 * @param seed of its answers and faults
 * @param port of OpenAI's wire on 127.0.0.1, the next two are anthropic's and gemini's; 0 takes free ones
 * @param key the one it accepts; empty accepts any
 * @param jobMillis from a job's creation to its completion
 * @param speed how much faster its clock runs than ours: with 3600 a day passes in 24 s
 * @param catalogue the models it serves, and their prices
 */
public record SimulatorSettings(
        Path stateDir,
        long seed,
        int port,
        String key,
        long jobMillis,
        int speed,
        SimulatorFaults faults,
        Catalogue catalogue,
        Clock clock) {
    public static final String KEY = "sk-simulator";

    /** What is known of models. */
    public interface Catalogue {
        /** Price in pico-dollars, -1 when unknown. */
        long picos(String model, Lane lane, Usage usage);

        /** The models of a provider. */
        List<Model> models(String provider);
    }

    /**
     * A model that is served.
     *
     * @param temperature whether it takes one: {@code true}, {@code false}, or a rule of the registry
     * @param lifecycle {@code active}, {@code legacy}, {@code deprecated} or {@code retired}
     */
    public record Model(String id, long context, long maxOutput, String temperature, String lifecycle) {}
}
