package dev.caravan.simulator;

import dev.caravan.provider.Lane;
import java.nio.file.Path;
import java.time.Clock;

/**
 * How a simulator is set up.
 *
 * @param stateDir where its files, jobs and bill live, as a provider's would
 * @param seed of its answers and faults
 * @param port on 127.0.0.1; 0 takes a free one
 * @param key the one it accepts; empty accepts any
 * @param jobMillis from a job's creation to its completion
 * @param pricing what a call costs, for its bill
 */
public record SimulatorSettings(
        Path stateDir, long seed, int port, String key, long jobMillis, Faults faults, Pricing pricing, Clock clock) {
    public static final String KEY = "sk-simulator";

    /** Price in pico-dollars, -1 when unknown. */
    public interface Pricing {
        long picos(String model, Lane lane, long input, long cached, long output);
    }
}
