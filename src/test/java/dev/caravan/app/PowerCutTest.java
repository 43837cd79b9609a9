package dev.caravan.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Disk;
import dev.caravan.base.Json;
import dev.caravan.base.PowerCutDisk;
import dev.caravan.base.RealDisk;
import dev.caravan.execution.LiveRun;
import dev.caravan.execution.Verification;
import dev.caravan.provider.Lane;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Cuts the power of a small run at many of its durable writes and goes on in what is left: same outputs, the law holds,
 * no job is bought twice. {@code -Dcaravan.cuts=500} cuts at more of them.
 */
class PowerCutTest {
    private static final String FAULTS = "brokenJson=0.2,missingRow=0.1,throttle=0.1";

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"ticket-triage, BATCH", "ticket-triage, REALTIME", "drunken-sailor, BATCH", "drunken-sailor, REALTIME"})
    void I5_a_power_cut_at_any_durable_write_changes_no_output_and_loses_no_cent(String pipeline, Lane lane)
            throws Exception {
        int cuts = Integer.getInteger("caravan.cuts", 4);
        var counting = new PowerCutDisk(0);
        RunFolder calm = make(pipeline, "calm");
        go(calm, counting, lane);
        byte[] expected = Files.readAllBytes(calm.outputs().resolve("results.jsonl"));
        long operations = counting.operations();

        for (int i = 1; i <= cuts; i++) {
            RunFolder run = make(pipeline, "cut" + i);
            var disk = new PowerCutDisk(i);
            disk.cutAt(Math.max(1, operations * i / (cuts + 1)));
            go(run, disk, lane);
            disk.materialise();
            RunState left = RunStore.read(run);

            JsonNode bill = go(run, new RealDisk(), lane);

            RunState state = RunStore.read(run);
            assertThat(state.status()).as("cut %s of %s", i, left.status()).isEqualTo(RunStatus.COMPLETE);
            assertThat(Files.readAllBytes(run.outputs().resolve("results.jsonl")))
                    .as("outputs after cut %s", i)
                    .isEqualTo(expected);
            Shipped.lawHolds(state, bill, lane);
            assertThat(Verification.of(run).trouble()).isEmpty();
        }
    }

    /** Drives the run until it ends or the power is gone; answers with the simulator's bill. */
    private static JsonNode go(RunFolder folder, Disk disk, Lane lane) throws Exception {
        try (var engine = Shipped.engine(FAULTS, 20, disk)) {
            LiveRun run = engine.launch(folder, lane, "test");
            try {
                assertThat(run.awaitEnd(300_000)).isTrue();
                return Objects.requireNonNull(engine.simulator(run)).bill();
            } finally {
                engine.release(run);
            }
        } catch (PowerCutDisk.PowerCut e) {
            return Json.object();
        }
    }

    private RunFolder make(String pipeline, String name) {
        return new Shipped(folder).make(Path.of("pipelines", pipeline), name, 6);
    }
}
