package dev.caravan.cli;

import dev.caravan.base.UserMistakeException;
import dev.caravan.pipeline.CallOverrides;
import dev.caravan.pipeline.RunOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of all commands that make a run. */
final class MakeOptions {
    @Option(names = "--provider", paramLabel = "NAME", description = "provider of all steps, or simulator")
    @Nullable String provider;

    @Option(names = "--simulate", description = "the built-in simulator takes the place of every provider")
    boolean simulate;

    @Option(names = "--model", paramLabel = "NAME", description = "model of all steps")
    @Nullable String model;

    @Option(
            names = {"--max-units", "--limit"},
            paramLabel = "N",
            description = "only the first N units")
    int maxUnits = Integer.MAX_VALUE;

    @Option(
            names = "--max-retries",
            paramLabel = "N",
            description = "paid answers a unit may use at a step after its first")
    @Nullable Integer maxRetries;

    @Option(names = "--repeat", paramLabel = "N", description = "copies of each unit")
    @Nullable Integer repeat;

    @Option(names = "--seed", paramLabel = "N", description = "seed of the units' random numbers (default 0)")
    @Nullable Long seed;

    @Option(
            names = "--pilot",
            paramLabel = "N",
            description = "N units, spread over the input, go first; then the run asks, with what all will cost")
    int pilot;

    @Option(
            names = "--pilot-pass",
            paramLabel = "PERCENT",
            description = "go on unasked when so many percent of the pilot's units held")
    int pilotPass;

    @Option(names = "--name", paramLabel = "NAME", description = "name of the run")
    String name = "";

    @Option(
            names = {"--run-dir", "-r"},
            paramLabel = "DIR",
            description = "folder of the run")
    String runDir = "";

    /** Where the run is to be, by the caller's own word; empty where a name is found for it. */
    String named() {
        return runDir.isEmpty() ? name : runDir;
    }

    boolean simulated() {
        return simulate || byName();
    }

    private boolean byName() {
        return "simulator".equals(provider);
    }

    RunOptions options() {
        check();
        return new RunOptions(
                new CallOverrides(byName() ? null : provider, model, maxRetries, repeat, seed),
                maxUnits,
                simulated(),
                pilot,
                pilotPass);
    }

    private void check() {
        atLeastOne("--max-units", maxUnits);
        atLeastOne("--repeat", repeat == null ? 1 : repeat);
        if (!name.isEmpty() && !name.matches("[A-Za-z0-9_-][A-Za-z0-9._-]{0,79}")) {
            throw wrong("--name", "must be 1 to 80 letters, digits, . _ or -, not '" + name + "'");
        }
        if (pilot < 0) {
            throw wrong("--pilot", "must be at least 1");
        }
        if (pilotPass < 0 || pilotPass > 100) {
            throw wrong("--pilot-pass", "must be from 1 to 100");
        }
    }

    private static void atLeastOne(String option, int number) {
        if (number < 1) {
            throw wrong(option, "must be at least 1, not " + number);
        }
    }

    private static UserMistakeException wrong(String option, String message) {
        return new UserMistakeException(option, "", message);
    }
}
