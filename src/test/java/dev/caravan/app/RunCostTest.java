package dev.caravan.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.base.CountingDisk;
import dev.caravan.base.Json;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.execution.LiveRun;
import dev.caravan.execution.RunMaker;
import dev.caravan.pipeline.CallOverrides;
import dev.caravan.pipeline.RunOptions;
import dev.caravan.provider.Lane;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStatus;
import dev.caravan.testing.AllocatedBytes;
import dev.caravan.testing.OutsideProvider;
import dev.caravan.testing.RealProgram;
import dev.caravan.testing.ShippedRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a unit-step takes of memory and disk, counted and held to wide bounds: the guard of what {@code benchmarks/speed.sh}
 * measures. The work is the same; the simulator is a process of its own, so all that is allocated here is the program's.
 */
class RunCostTest {
    /** About one and a half times what was seen; whoever makes the program thriftier lowers them. Kilobytes of 1,000 bytes. */
    private static final class Most {
        /** Allocated for a unit-step: 54 were, and 165 before the record path was made anew. */
        static final long ALLOCATED_KB = 90;
        /** Written through {@link dev.caravan.base.Disk} for a unit: 7,814 were; what is downloaded is not in it. */
        static final long WRITTEN_BYTES = 11_700;
        /** In the run's folder at its end, for a unit: 3,737 were, and 9,568 while requests stayed. */
        static final long KEPT_BYTES = 5_600;
    }

    private static final int UNITS = 2_000;
    private static final int CHUNK = 500;
    private static final int STEPS = 2;
    private static final String TEXT =
            "the line to our office went down again this morning and has not come back since ";

    @TempDir
    Path folder;

    private final CountingDisk disk = new CountingDisk();
    private Process provider;
    private String address;
    private Engine engine;

    @BeforeEach
    void start() throws Exception {
        provider = new RealProgram(
                        folder, Map.of("CARAVAN_STATE", folder.resolve("state").toString()))
                .start(List.of(), List.of("simulate", "--port", "0", "--job-millis", "20"));
        engine = ShippedRun.engine("", 20, disk);
        Path told = folder.resolve("output.txt");
        await().atMost(Duration.ofMinutes(1)).until(() -> Files.readString(told).contains("\"openai\""));
        address = Json.parse(Files.readString(told)).path("openai").asText();
    }

    @AfterEach
    void stop() {
        engine.close();
        provider.destroyForcibly().onExit().join();
    }

    @Test
    void a_unit_step_allocates_and_a_unit_writes_and_keeps_no_more_than_it_did() throws Exception {
        run("first", CHUNK);
        try (var allocated = new AllocatedBytes()) {
            long before = allocated.soFar();
            long written = disk.written();
            RunFolder run = run("counted", UNITS);
            written = disk.written() - written;
            long bytes = allocated.soFar() - before;

            System.out.println(
                    "XX " + bytes / 1000 / (UNITS * STEPS) + " " + written / UNITS + " " + size(run) / UNITS);
            assertThat(bytes / 1000 / (UNITS * STEPS))
                    .as("KB allocated for a unit-step")
                    .isLessThan(Most.ALLOCATED_KB);
            assertThat(written / UNITS).as("bytes written for a unit").isLessThan(Most.WRITTEN_BYTES);
            assertThat(size(run) / UNITS).as("bytes kept of a unit").isLessThan(Most.KEPT_BYTES);
        }
    }

    private RunFolder run(String name, int units) throws Exception {
        var options = new RunOptions(CallOverrides.NONE, units, true);
        RunFolder made = new RunMaker(ModelRegistry.shipped(), Caravan.kinds(), disk, Clock.systemUTC(), "test")
                .make(
                        ShippedRun.read(pipeline(name, units)),
                        options,
                        folder.resolve("runs").resolve(name),
                        "test");
        LiveRun live = engine.launch(made, Lane.BATCH, "test", -1, account -> account.at(address, OutsideProvider.KEY));
        try {
            assertThat(live.awaitEnd(Duration.ofMinutes(5).toMillis())).isTrue();
            assertThat(live.summary().status()).isEqualTo(RunStatus.COMPLETE);
            assertThat(live.summary().progress().done()).isEqualTo(units);
        } finally {
            engine.release(live);
        }
        return made;
    }

    /** The pipeline that is measured, with as many items: five texts, 350 bytes in all. */
    private Path pipeline(String name, int units) throws IOException {
        Path from = Path.of("benchmarks/speed/pipelines/calls");
        Path pipeline = folder.resolve("pipelines").resolve(name);
        try (Stream<Path> files = Files.walk(from)) {
            for (Path each : files.toList()) {
                Path target = pipeline.resolve(from.relativize(each));
                if (Files.isDirectory(each)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(each, target);
                }
            }
        }
        Path config = pipeline.resolve("config.yaml");
        Files.writeString(config, Files.readString(config).replace("chunk_size: 1000", "chunk_size: " + CHUNK));
        var items = new StringBuilder();
        for (int i = 0; i < units; i++) {
            items.append(Json.text(Json.object()
                            .put("id", "m%07d".formatted(i))
                            .put("sender", text(20))
                            .put("product", text(20))
                            .put("subject", text(40))
                            .put("body", text(200))
                            .put("history", text(70))))
                    .append("\n");
        }
        Files.writeString(pipeline.resolve("items.jsonl"), items);
        return pipeline;
    }

    private static String text(int length) {
        return TEXT.repeat(3).substring(0, length);
    }

    private static long size(RunFolder run) throws IOException {
        try (Stream<Path> files = Files.walk(run.root())) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(RunCostTest::length)
                    .sum();
        }
    }

    private static long length(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
