package dev.caravan.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Disk;
import dev.caravan.base.PowerCutDisk;
import dev.caravan.base.RealDisk;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.execution.LiveRun;
import dev.caravan.execution.RunMaker;
import dev.caravan.pipeline.Overrides;
import dev.caravan.pipeline.PipelineReader;
import dev.caravan.provider.Lane;
import dev.caravan.run.Ledger;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.simulator.Faults;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Cuts the power of a small run at many of its durable writes and goes on in what is left: same outputs, the law holds,
 * no job is bought twice. {@code -Dcaravan.cuts=500} cuts at more of them.
 */
class PowerCutTest {
    private static final ModelRegistry REGISTRY = ModelRegistry.shipped();
    private static final String FAULTS = "brokenJson=0.2,missingRow=0.1,throttle=0.1";

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(Lane.class)
    void I5_a_power_cut_at_any_durable_write_changes_no_output_and_loses_no_cent(Lane lane) throws Exception {
        int cuts = Integer.getInteger("caravan.cuts", 6);
        var counting = new PowerCutDisk(0);
        RunFolder calm = make("calm");
        go(calm, counting, lane);
        byte[] expected = Files.readAllBytes(calm.outputs().resolve("results.jsonl"));
        long operations = counting.operations();

        for (int i = 1; i <= cuts; i++) {
            RunFolder run = make("cut" + i);
            var disk = new PowerCutDisk(i);
            disk.cutAt(Math.max(1, operations * i / (cuts + 1)));
            go(run, disk, lane);
            disk.materialise();
            RunState left = RunStore.read(run, Clock.systemUTC());

            JsonNode bill = go(run, new RealDisk(), lane);

            RunState state = RunStore.read(run, Clock.systemUTC());
            assertThat(state.status()).as("cut %s of %s", i, left.status()).isEqualTo(RunStatus.COMPLETE);
            assertThat(Files.readAllBytes(run.outputs().resolve("results.jsonl")))
                    .as("outputs after cut %s", i)
                    .isEqualTo(expected);
            law(state, bill, lane);
        }
    }

    private static void law(RunState state, JsonNode bill, Lane lane) {
        Ledger ledger = state.ledger();
        BigDecimal settled = BigDecimal.valueOf(ledger.settledPicos(), 12);
        BigDecimal risk = BigDecimal.valueOf(state.atRiskPicos(), 12);
        BigDecimal billed = bill.path("totals").path("usd").decimalValue();
        assertThat(settled).isLessThanOrEqualTo(billed);
        assertThat(billed).isLessThanOrEqualTo(settled.add(risk));
        if (lane == Lane.BATCH) {
            assertThat(settled).isEqualByComparingTo(billed);
            assertThat(bill.path("jobs"))
                    .extracting(
                            job -> job.path("metadata").path("caravan_nonce").asText())
                    .doesNotHaveDuplicates();
        }
    }

    /** Drives the run until it ends or the power is gone; answers with the simulator's bill. */
    private static JsonNode go(RunFolder folder, Disk disk, Lane lane) throws Exception {
        var settings = new Engine.Settings(4, 100, Faults.parse(FAULTS), 20);
        try (var engine = new Engine(settings, REGISTRY, Caravan.kinds(), disk, Clock.systemUTC())) {
            LiveRun run = engine.launch(folder, lane, "test");
            assertThat(run.awaitEnd(300_000)).isTrue();
            JsonNode bill = Objects.requireNonNull(engine.simulator(run)).bill();
            engine.release(run);
            return bill;
        } catch (PowerCutDisk.PowerCut e) {
            return dev.caravan.base.Json.object();
        }
    }

    private RunFolder make(String name) {
        var pipeline = new PipelineReader(REGISTRY, Map.copyOf(Caravan.kinds()))
                .read(Path.of("pipelines/ticket-triage"), Overrides.NONE);
        return new RunMaker(REGISTRY, new RealDisk(), Clock.systemUTC(), "test")
                .make(
                        pipeline,
                        new RunMaker.Options(Overrides.NONE, 6, true),
                        folder.resolve("runs").resolve(name),
                        "test");
    }
}
