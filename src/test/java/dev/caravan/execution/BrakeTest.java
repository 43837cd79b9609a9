package dev.caravan.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.app.Engine;
import dev.caravan.base.RealDisk;
import dev.caravan.provider.Lane;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.testing.ShippedRun;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A run whose first answers are mostly bad pauses before it buys the rest. */
class BrakeTest {
    @TempDir
    Path folder;

    private static RunState drive(RunFolder folder, Lane lane, String faults) throws Exception {
        try (Engine engine = ShippedRun.engine(faults, 50, new RealDisk())) {
            LiveRun run = engine.launch(folder, lane, "test");
            assertThat(run.awaitEnd(120_000)).isTrue();
            engine.release(run);
        }
        return RunStore.read(folder);
    }

    @ParameterizedTest
    @EnumSource(Lane.class)
    void mostly_bad_answers_pause_the_run_once_and_name_the_commonest_finding(Lane lane) throws Exception {
        RunFolder run = withBrake("bad");

        RunState paused = drive(run, lane, "wrongSchema=1.0");

        assertThat(paused.status()).isEqualTo(RunStatus.PAUSED);
        assertThat(Files.readString(run.root().resolve("RUN_LOG.txt")))
                .contains("[PAUSED] quality: ")
                .contains("answers at step classify did not hold; the commonest finding is schema_");
        assertThat(paused.ledger().calls()).as("no unit was asked for ever").isLessThan(60 * 4);

        RunState ended = drive(run, lane, "");
        assertThat(ended.status()).isEqualTo(RunStatus.COMPLETE);
        assertThat(ended.done()).isEqualTo(60);
    }

    @Test
    void answers_that_are_mostly_right_do_not() throws Exception {
        assertThat(drive(withBrake("fair"), Lane.BATCH, "wrongSchema=0.6").status())
                .isEqualTo(RunStatus.COMPLETE);
    }

    @Test
    void the_brake_can_be_off() throws Exception {
        RunState ended = drive(new ShippedRun(folder).make("off", 20, 60), Lane.BATCH, "wrongSchema=1.0");

        assertThat(ended.status()).isEqualTo(RunStatus.COMPLETE);
        assertThat(ended.failed()).isEqualTo(60);
    }

    private RunFolder withBrake(String name) throws Exception {
        Path pipeline = new ShippedRun(folder).pipeline(name, 10);
        Path config = pipeline.resolve("config.yaml");
        Files.writeString(config, Files.readString(config).replace("  brake: off\n", ""));
        return new ShippedRun(folder).make(pipeline, name, 60);
    }
}
