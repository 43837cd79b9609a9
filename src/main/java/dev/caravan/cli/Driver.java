package dev.caravan.cli;

import dev.caravan.provider.Lane;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunSummary;
import java.util.function.Consumer;

/** Drives runs with the engine; what the commands know of it. */
public interface Driver {

    /**
     * How to drive.
     *
     * @param faults misbehaviour of the built-in simulator, as text
     * @param timeoutMillis after which the run is left waiting, 0 for never
     * @param graceMillis how long an interrupt waits for calls in flight
     */
    record Options(
            Lane lane,
            String command,
            int concurrency,
            long pollMillis,
            long findGraceMillis,
            String faults,
            long simulatedJobMillis,
            long timeoutMillis,
            long graceMillis) {}

    /**
     * How it ended.
     *
     * @param fault what broke, or empty
     * @param disk whether what broke was the disk
     */
    record End(RunSummary summary, boolean interrupted, boolean timedOut, String fault, boolean disk) {}

    /** Drives a run until it is complete, paused, killed or interrupted; tells of it about once a second. */
    End drive(RunFolder folder, Options options, Consumer<RunSummary> progress);

    /** Serves the simulator until the process ends. */
    int simulate(int port, String stateDir, long seed, String faults, long jobMillis, Consumer<String> ready);
}
