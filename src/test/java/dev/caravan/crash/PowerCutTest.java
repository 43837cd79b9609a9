package dev.caravan.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.app.Engine;
import dev.caravan.base.Disk;
import dev.caravan.base.Json;
import dev.caravan.base.PowerCutDisk;
import dev.caravan.base.RealDisk;
import dev.caravan.execution.LiveRun;
import dev.caravan.pipeline.CallOverrides;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.provider.Lane;
import dev.caravan.repair.RunVerification;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.testing.EngineBeans;
import dev.caravan.testing.ShippedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Cuts the power of small runs at each kind of durable write, again and again while they go on in what is left: same
 * outputs in the end, the law holds, no job is bought twice. {@code -Dcaravan.cuts=2500} cuts about so often per mode and
 * pipeline, {@code -Dcaravan.seed} says when.
 */
@Tag("crash")
class PowerCutTest {
    private static final String FAULTS = "brokenJson=0.2,missingRow=0.1,throttle=0.1,createLost=0.1";
    private static final int AT_ONCE = 8;
    private static final int UNITS = 6;
    private static final int CUTS_EACH = 4;

    private static final Map<String, Pipeline> READ = new ConcurrentHashMap<>();

    private static EngineBeans beans;
    private static Engine engine;

    @TempDir
    Path folder;

    /** Where in a run the power goes. */
    private record Cut(String failpoint, int time, long seed) {}

    @BeforeAll
    static void start() {
        beans = EngineBeans.off();
        engine = ShippedRun.engine(FAULTS, 20, new RealDisk());
    }

    @AfterAll
    static void stop() {
        engine.close();
        beans.close();
    }

    @ParameterizedTest
    @CsvSource({
        "ticket-triage, BATCH, openai",
        "ticket-triage, BATCH, gemini",
        "ticket-triage, REALTIME, gemini",
        "fact-check, BATCH, anthropic",
        "fact-check, REALTIME, anthropic"
    })
    void I5_a_power_cut_at_any_durable_write_changes_no_output_and_loses_no_cent(
            String pipeline, Lane lane, String provider) throws Exception {
        var counting = new PowerCutDisk(0);
        RunFolder calm = make(pipeline, provider, "calm");
        go(calm, counting, lane);
        byte[] expected = Files.readAllBytes(calm.outputs().resolve("results.jsonl"));

        var matrix = new CrashMatrix("cut " + lane);
        var trials = new ArrayList<Callable<Boolean>>();
        for (List<Cut> cuts : trials(counting.passed())) {
            trials.add(() -> trial(pipeline, provider, lane, cuts, expected, matrix));
        }
        var pool = Executors.newFixedThreadPool(AT_ONCE);
        try {
            for (Future<Boolean> each : pool.invokeAll(trials)) {
                each.get();
            }
        } finally {
            pool.shutdownNow();
            matrix.write();
        }
        assertThat(matrix.trials()).isGreaterThan(trials.size());
    }

    /** Where the power goes in each trial: first at each kind of operation in turn, then anywhere on the way back. */
    private static List<List<Cut>> trials(Map<String, Integer> passed) {
        int count = Integer.getInteger("caravan.cuts", CUTS_EACH * passed.size() / 4) / CUTS_EACH;
        var random = new Random(Long.getLong("caravan.seed", 11));
        List<String> names = new ArrayList<>(passed.keySet());
        Collections.shuffle(names, random);
        var trials = new ArrayList<List<Cut>>();
        for (int i = 0; i < count; i++) {
            var cuts = new ArrayList<Cut>();
            for (int k = 0; k < CUTS_EACH; k++) {
                String name = names.get(k == 0 ? i % names.size() : random.nextInt(names.size()));
                int most = k == 0 ? Objects.requireNonNull(passed.get(name)) : 3;
                cuts.add(new Cut(name, 1 + random.nextInt(most), random.nextLong()));
            }
            trials.add(cuts);
        }
        return trials;
    }

    private boolean trial(
            String pipeline, String provider, Lane lane, List<Cut> cuts, byte[] expected, CrashMatrix matrix)
            throws Exception {
        RunFolder run =
                make(pipeline, provider, "cut" + Long.toHexString(cuts.get(0).seed()));
        var held = new ArrayList<String>();
        for (Cut cut : cuts) {
            var disk = new PowerCutDisk(cut.seed());
            disk.cutAt(cut.failpoint(), cut.time());
            go(run, disk, lane);
            if (disk.isCut()) {
                disk.materialise();
                held.add(cut.failpoint());
            }
        }

        JsonNode bill = go(run, new RealDisk(), lane);

        RunState state = RunStore.read(run);
        assertThat(state.status()).as("%s", cuts).isEqualTo(RunStatus.COMPLETE);
        assertThat(Files.readAllBytes(run.outputs().resolve("results.jsonl")))
                .as("outputs after %s", cuts)
                .isEqualTo(expected);
        ShippedRun.lawHolds(state, bill, lane);
        assertThat(RunVerification.of(run).trouble()).as("%s", cuts).isEmpty();
        held.forEach(matrix::held);
        delete(run.root());
        delete(ShippedRun.simulatorHome(run));
        return true;
    }

    /** Drives the run until it ends or the power is gone; answers with the simulator's bill. */
    private static JsonNode go(RunFolder folder, Disk disk, Lane lane) throws Exception {
        try {
            LiveRun run = engine.launch(folder, lane, "test", disk);
            try {
                assertThat(run.awaitEnd(60_000)).isTrue();
                return Objects.requireNonNull(engine.simulator(run)).bill();
            } finally {
                engine.release(run);
            }
        } catch (PowerCutDisk.PowerCut e) {
            return Json.object();
        }
    }

    private RunFolder make(String pipeline, String provider, String name) {
        CallOverrides overrides = ShippedRun.at(ShippedRun.provider(provider));
        Pipeline read = READ.computeIfAbsent(
                pipeline + " at " + overrides.provider(),
                key -> ShippedRun.read(Path.of("pipelines", pipeline), overrides));
        return new ShippedRun(folder).make(read, name, UNITS, overrides);
    }

    private static void delete(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }
}
