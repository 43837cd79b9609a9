package dev.caravan.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.provider.Lane;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.testing.RealProgram;
import dev.caravan.testing.ShippedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Kills the real program with SIGKILL while it works, wherever its journal has just come to, and types the same command
 * again: same outputs, the law holds, no job is bought twice. {@code -Dcaravan.kills=20} kills more often.
 */
@Tag("crash")
class KillTest {
    private static final String FAULTS = "brokenJson=0.1,missingRow=0.05,throttle=0.05,latency=5..40";

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(Lane.class)
    void I5_a_killed_run_goes_on_and_ends_as_if_nothing_had_been(Lane lane) throws Exception {
        int kills = Integer.getInteger("caravan.kills", 2);
        long seed = Long.getLong("caravan.seed", 11);
        Path pipeline = new ShippedRun(folder).pipeline("kill", 7);
        RunFolder calm = run("calm");
        assertThat(start(pipeline, calm, lane).waitFor()).isZero();
        long whole = Files.size(calm.journal());

        RunFolder run = run("killed");
        var random = new Random(seed);
        var matrix = new CrashMatrix("kill " + lane);
        for (int i = 0; i < kills; i++) {
            long from = whole * i / (kills + 1);
            killAt(from + random.nextInt((int) (whole / (kills + 1))), start(pipeline, run, lane), run);
            matrix.held("(any instant)");
        }
        assertThat(start(pipeline, run, lane).waitFor())
                .as("exit code, seed %s", seed)
                .isZero();

        for (String output : List.of("results.jsonl", "results.csv", "failures.jsonl")) {
            assertThat(run.outputs().resolve(output))
                    .hasSameBinaryContentAs(calm.outputs().resolve(output));
        }
        RunState state = RunStore.read(run);
        JsonNode bill = ShippedRun.bill(run);
        assertThat(state.status()).isEqualTo(RunStatus.COMPLETE);
        ShippedRun.lawHolds(state, bill, lane);
        long unbooked =
                bill.path("totals").path("calls").longValue() - state.ledger().calls();
        assertThat(unbooked).isBetween(0L, state.ledger().lostCalls());
        if (lane == Lane.REALTIME) {
            assertThat(state.ledger().lostCalls())
                    .as("kills hit calls in flight")
                    .isPositive();
        }
        matrix.write();
    }

    private RunFolder run(String name) {
        return new RunFolder(folder.resolve("runs").resolve(name));
    }

    private void killAt(long journalBytes, Process process, RunFolder run) throws Exception {
        while (process.isAlive() && size(run) < journalBytes) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        assertThat(process.waitFor())
                .as(Files.readString(folder.resolve("output.txt")))
                .isEqualTo(RealProgram.KILLED);
    }

    private static long size(RunFolder run) throws IOException {
        return Files.exists(run.journal()) ? Files.size(run.journal()) : -1;
    }

    private Process start(Path pipeline, RunFolder run, Lane lane) throws IOException {
        var arguments = new ArrayList<>(List.of("run", pipeline.toString(), "--simulate", "--concurrency", "6"));
        arguments.addAll(List.of("--provider", ShippedRun.provider(lane == Lane.BATCH ? "gemini" : "anthropic")));
        arguments.addAll(List.of("--mode", lane.name().toLowerCase(Locale.ROOT), "--faults", FAULTS));
        arguments.addAll(List.of("--job-millis", "50", "--run-dir", run.root().toString()));
        return new RealProgram(folder, Map.of()).start(List.of(), arguments);
    }
}
