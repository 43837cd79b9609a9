package dev.caravan.cli;

import dev.caravan.base.UserMistakeException;
import dev.caravan.provider.Lane;
import dev.caravan.simulator.SimulatorFaults;
import picocli.CommandLine.Option;

/** How the engine works, whoever has it drive: one run of a command, or all those of a service. */
final class EngineOptions {
    private static final int A_DAY = 86_400;

    @Option(names = "--concurrency", paramLabel = "N", description = "most realtime calls in flight (default 100)")
    int concurrency = 100;

    @Option(names = "--interval", paramLabel = "SECONDS", description = "most between two looks at a job (default 15)")
    int interval = 15;

    @Option(
            names = "--find-grace",
            paramLabel = "SECONDS",
            description = "how long a job may be missing from the provider's list before it is made again (default 60)")
    int findGrace = 60;

    @Option(names = "--grace", paramLabel = "SECONDS", description = "how long stopping waits for calls (default 30)")
    int grace = 30;

    @Option(names = "--faults", description = "misbehaviour of the simulator, such as brokenJson=0.05,latency=5..20")
    String faults = "";

    @Option(names = "--job-millis", hidden = true, description = "how long a job of the simulator takes")
    long jobMillis = 300;

    /**
     * What was said, checked.
     *
     * @param timeoutMillis after which a run is left waiting, 0 for never
     * @param capPicos most that a run may cost, as {@link RunDriver.Options} has it
     */
    RunDriver.Options with(Lane lane, String command, long timeoutMillis, long capPicos) {
        between("--concurrency", concurrency, 1, RunDriver.MOST_CONCURRENT);
        between("--interval", interval, 0, A_DAY);
        between("--find-grace", findGrace, 0, A_DAY);
        between("--grace", grace, 0, A_DAY);
        SimulatorFaults.parse(faults);
        return new RunDriver.Options(
                lane,
                command,
                concurrency,
                interval * 1000L,
                findGrace * 1000L,
                faults,
                jobMillis,
                timeoutMillis,
                grace * 1000L,
                capPicos);
    }

    static void between(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new UserMistakeException(option, "", "must be from " + least + " to " + most + ", not " + value);
        }
    }
}
