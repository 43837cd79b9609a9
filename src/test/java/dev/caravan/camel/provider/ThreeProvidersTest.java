package dev.caravan.camel.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.app.Caravan;
import dev.caravan.app.Engine;
import dev.caravan.base.RealDisk;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.execution.RunMaker;
import dev.caravan.pipeline.CallOverrides;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.PipelineReader;
import dev.caravan.pipeline.RunOptions;
import dev.caravan.provider.Lane;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStore;
import dev.caravan.testing.ShippedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every shipped pipeline at every provider in both modes, with the same config: only the provider is given. */
class ThreeProvidersTest {
    private static final String FAULTS =
            "brokenJson=0.05,missingRow=0.05,errorRow=0.05,throttle=0.03,cached=0.3,reasoning=0.3,cacheWrite=0.2";

    @TempDir
    static Path folder;

    private static Engine engine;

    @BeforeAll
    static void start() {
        engine = ShippedRun.engine(FAULTS);
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    static Stream<Arguments> all() {
        return Stream.of("ticket-triage", "blackjack", "drunken-sailor", "npc-dialog", "fact-check")
                .flatMap(pipeline -> Stream.of("openai", "anthropic", "gemini")
                        .flatMap(provider ->
                                Stream.of(Lane.values()).map(lane -> Arguments.of(pipeline, provider, lane))));
    }

    @ParameterizedTest
    @MethodSource("all")
    void runs_to_its_end_with_exact_books(String pipeline, String provider, Lane lane) throws Exception {
        String name = pipeline + "-" + provider + "-" + lane.name().toLowerCase(Locale.ROOT);
        RunFolder run = ShippedRun.drive(engine, make(pipeline, provider, name), lane);

        assertThat(RunStore.read(run).ledger().lines())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line.provider()).isEqualTo(provider));
        assertThat(ShippedRun.summary(run).progress().failed()).isLessThan(6);
        assertThat(RunStore.read(run).facts().chunkOf(RunStore.read(run).facts().units() - 1))
                .isGreaterThanOrEqualTo(2);
    }

    private static RunFolder make(String name, String provider, String run) throws IOException {
        Path copy = ShippedRun.copy(name, folder.resolve("pipelines").resolve(run));
        Path config = copy.resolve("config.yaml");
        Files.writeString(
                config, Files.readString(config).replaceFirst("chunk_size: [0-9]+", "chunk_size: 4\n  brake: off"));
        var registry = ModelRegistry.shipped();
        CallOverrides overrides = ShippedRun.at(provider);
        Pipeline pipeline = new PipelineReader(registry, Map.copyOf(Caravan.kinds())).read(copy, overrides);
        return new RunMaker(registry, Caravan.kinds(), new RealDisk(), Clock.systemUTC(), "test")
                .make(
                        pipeline,
                        new RunOptions(overrides, 12, true),
                        folder.resolve("runs").resolve(run),
                        "test");
    }
}
