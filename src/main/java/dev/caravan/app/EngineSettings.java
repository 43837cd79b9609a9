package dev.caravan.app;

import dev.caravan.base.OpenFiles;
import dev.caravan.execution.Tempo;
import dev.caravan.simulator.SimulatorFaults;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settings of a process.
 *
 * @param concurrency most realtime calls in flight, over all runs
 * @param pollMillis the most between two looks at a job of a real provider
 * @param graceMillis how long a job may be missing from a provider's list before it is said not to exist
 */
public record EngineSettings(
        int concurrency, long pollMillis, long graceMillis, SimulatorFaults faults, long simulatedJobMillis) {
    private static final Logger log = LoggerFactory.getLogger(EngineSettings.class);

    public static final EngineSettings DEFAULT =
            new EngineSettings(100, Tempo.REAL.pollMillis(), Tempo.REAL.graceMillis(), SimulatorFaults.NONE, 300);

    /** With no more calls in flight than there are files for; where those are fewer, it is told. */
    EngineSettings within(OpenFiles files) {
        if (files.calls() < concurrency) {
            log.warn("few files may be open (ulimit -n): no more than {} calls in flight at one time", files.calls());
        }
        return new EngineSettings(
                Math.min(concurrency, files.calls()), pollMillis, graceMillis, faults, simulatedJobMillis);
    }

    /** How long runs wait: the simulator's may be missing a job for no longer than a provider's. */
    Tempo tempo(boolean simulated) {
        return simulated ? Tempo.SIMULATED.missingAtMost(graceMillis) : Tempo.REAL.looking(pollMillis, graceMillis);
    }
}
