package dev.caravan.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.app.ModelCatalogue;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.provider.Lane;
import dev.caravan.repair.RunVerification;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.SimulatorFaults;
import dev.caravan.simulator.SimulatorSettings;
import dev.caravan.testing.RealProgram;
import dev.caravan.testing.ShippedRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Lets the real program die at named failpoints, around durable writes and calls of the provider, while the provider (a
 * simulator of this process) lives on; and types the same command again. In the long form ({@code
 * -Dcaravan.trials=100}) each trial dies twice, the second time somewhere on the way back. {@code -Dcaravan.only} is a
 * pattern for the names of the failpoints to try.
 */
@Tag("crash")
class FailpointTest {
    private static final SimulatorFaults FAULTS =
            SimulatorFaults.parse("brokenJson=0.2,missingRow=0.1,throttle=0.05,createLost=0.15,latency=1..10");
    private static final int AT_ONCE = 3;
    private static final String KEY = "sk-of-no-worth-0123456789";

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(Lane.class)
    void I5_a_process_that_dies_at_any_failpoint_loses_and_buys_nothing(Lane lane) throws Exception {
        long seed = Long.getLong("caravan.seed", 11);
        int trials = Integer.getInteger("caravan.trials", 2);
        Path pipeline = new ShippedRun(folder).pipeline("fail", 5);
        Path seen = folder.resolve("seen.txt");
        Trial calm = new Trial("calm", pipeline, lane);
        assertThat(calm.go("-Dcaravan.failpoints.seen=" + seen)).isZero();
        calm.holds(null);
        byte[] expected = calm.results();

        var random = new Random(seed);
        var matrix = new CrashMatrix("kill " + lane);
        List<Callable<Boolean>> work = new ArrayList<>();
        for (List<String> deaths : deaths(passed(seen), trials, random)) {
            String name = lane + "-" + work.size();
            work.add(() -> {
                var trial = new Trial(name, pipeline, lane);
                for (String each : deaths) {
                    int code = trial.go("-Dcaravan.failpoint=" + each);
                    // A failpoint passed fewer times than in the calm run: the run is simply done.
                    assertThat(code).as("%s, seed %s", each, seed).isIn(0, RealProgram.KILLED);
                    if (code == RealProgram.KILLED) {
                        matrix.held(each.replaceAll("@.*", ""));
                    }
                }
                assertThat(trial.go("-Dnothing"))
                        .as("exit code after %s", deaths)
                        .isZero();
                trial.holds(expected);
                return true;
            });
        }
        var pool = Executors.newFixedThreadPool(AT_ONCE);
        try {
            for (Future<Boolean> each : pool.invokeAll(work)) {
                each.get();
            }
        } finally {
            pool.shutdownNow();
            matrix.write();
        }
        assertThat(matrix.trials()).isGreaterThan(trials / 2);
    }

    private static Map<String, Integer> passed(Path seen) throws IOException {
        var passed = new TreeMap<String, Integer>();
        for (String line : Files.readAllLines(seen)) {
            String[] pair = line.split(" ", 2);
            passed.put(pair[0], Integer.valueOf(pair[1]));
        }
        return passed;
    }

    /** Where each trial dies: all failpoints in turn when there are trials enough, else some of them. */
    private static List<List<String>> deaths(Map<String, Integer> passed, int trials, Random random) {
        var names = new ArrayList<>(passed.keySet());
        names.removeIf(each -> !each.matches(System.getProperty("caravan.only", ".*")));
        Collections.shuffle(names, random);
        boolean twice = trials >= names.size();
        var deaths = new ArrayList<List<String>>();
        for (int i = 0; i < trials; i++) {
            String first = names.get(i % names.size());
            String second = names.get(random.nextInt(names.size()));
            String at = first + "@" + (1 + random.nextInt(Objects.requireNonNull(passed.get(first))));
            deaths.add(twice ? List.of(at, second + "@" + (1 + random.nextInt(3))) : List.of(at));
        }
        return deaths;
    }

    /** A run of the program against a provider of its own. */
    private final class Trial {
        private final String name;
        private final Path pipeline;
        private final Lane lane;
        private final RunFolder run;
        private final Simulator simulator;

        Trial(String name, Path pipeline, Lane lane) {
            this.name = name;
            this.pipeline = pipeline;
            this.lane = lane;
            run = new RunFolder(folder.resolve("runs").resolve(name));
            simulator = Simulator.start(new SimulatorSettings(
                    folder.resolve("provider").resolve(name),
                    1,
                    0,
                    "",
                    50,
                    1,
                    FAULTS,
                    new ModelCatalogue(ModelRegistry.shipped()),
                    Clock.systemUTC()));
            ShippedRun.read(pipeline).steps().forEach(each -> {
                var block = each.simulate();
                if (block != null) {
                    simulator.answers(each.name(), block);
                }
            });
        }

        int go(String property) throws Exception {
            var program = new RealProgram(
                    folder,
                    Map.of(
                            "OPENAI_BASE_URL",
                            simulator.baseUrl("openai"),
                            "OPENAI_API_KEY",
                            KEY,
                            "ANTHROPIC_BASE_URL",
                            simulator.baseUrl("anthropic"),
                            "ANTHROPIC_API_KEY",
                            KEY,
                            "GOOGLE_GEMINI_BASE_URL",
                            simulator.baseUrl("gemini"),
                            "GOOGLE_API_KEY",
                            KEY));
            String mode = lane.name().toLowerCase(Locale.ROOT);
            return program.start(
                            List.of(property),
                            List.of(
                                    "run",
                                    pipeline.toString(),
                                    "--yes",
                                    "--provider",
                                    ShippedRun.provider(lane == Lane.BATCH ? "anthropic" : "gemini"),
                                    "--quiet",
                                    "--interval",
                                    "0",
                                    "--find-grace",
                                    "1",
                                    "--mode",
                                    mode,
                                    "--run-dir",
                                    run.root().toString(),
                                    "--max-units",
                                    "15"))
                    .waitFor();
        }

        byte[] results() throws IOException {
            return Files.readAllBytes(run.outputs().resolve("results.jsonl"));
        }

        void holds(byte @Nullable [] expected) throws IOException {
            RunState state = RunStore.read(run);
            assertThat(state.status()).as(name).isEqualTo(RunStatus.COMPLETE);
            if (expected != null) {
                assertThat(results()).as(name).isEqualTo(expected);
            }
            ShippedRun.lawHolds(state, simulator.bill(), lane);
            try (var files = Files.walk(run.root())) {
                for (Path each : files.filter(Files::isRegularFile).toList()) {
                    assertThat(Files.readString(each, StandardCharsets.ISO_8859_1))
                            .as(each.toString())
                            .doesNotContain(KEY);
                }
            }
            assertThat(Files.readString(folder.resolve("output.txt"))).doesNotContain(KEY);
            assertThat(RunVerification.of(run).trouble()).as(name).isEmpty();
            simulator.close();
        }
    }
}
