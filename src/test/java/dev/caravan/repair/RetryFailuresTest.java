package dev.caravan.repair;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.app.Engine;
import dev.caravan.base.RealDisk;
import dev.caravan.execution.LiveRun;
import dev.caravan.provider.Lane;
import dev.caravan.run.Manifest;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.run.UnitOutcome;
import dev.caravan.run.UnitRanges;
import dev.caravan.testing.ShippedRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Failed units get another chance: exactly they, once, with everything they brought. */
class RetryFailuresTest {
    @TempDir
    Path folder;

    private static RetryFailures.Done retry(RunFolder run, boolean hardToo) {
        return RetryFailures.of(
                run,
                ShippedRun.judging(),
                new RetryFailures.HardToo(hardToo),
                new RealDisk(),
                Clock.systemUTC(),
                "test");
    }

    private static RunState state(RunFolder run) {
        return RunStore.read(run);
    }

    private static int sum(Map<String, Integer> counts) {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    private static void goOn(RunFolder run, Lane lane) throws Exception {
        try (Engine engine = ShippedRun.engine("")) {
            LiveRun live = engine.launch(run, lane, "resume");
            assertThat(live.awaitEnd(120_000)).isTrue();
            engine.release(live);
        }
    }

    @ParameterizedTest
    @EnumSource(Lane.class)
    void A02_C11_retrying_k_units_costs_k_calls_a_step_and_touches_no_other(Lane lane) throws Exception {
        RunFolder run = new ShippedRun(folder).run("run", lane, "wrongSchema=0.55", 10);
        RunState before = state(run);
        int failed = before.failed();
        int late = before.steps().get(1).failed();
        assertThat(failed).as("some failed for good").isPositive();

        RetryFailures.Done done = retry(run, false);

        assertThat(sum(done.retried())).isEqualTo(failed);
        assertThat(state(run).status()).isEqualTo(RunStatus.PAUSED);
        assertThat(RunVerification.of(run).trouble()).isEmpty();
        assertThat(retry(run, false).retried()).as("twice is once").isEmpty();

        goOn(run, lane);

        RunState after = state(run);
        assertThat(after.status()).isEqualTo(RunStatus.COMPLETE);
        assertThat(after.done()).isEqualTo(60);
        assertThat(after.ledger().calls() - before.ledger().calls()).isEqualTo(failed + (failed - late));
        assertThat(run.outputs().resolve("failures.jsonl")).isEmptyFile();
        assertThat(Files.readAllLines(run.outputs().resolve("results.jsonl"))).hasSize(60);
        assertThat(RunVerification.of(run).trouble()).isEmpty();
        assertThat(Manifest.restore(Manifest.of(after, 1, Instant.EPOCH)).failed())
                .isZero();
    }

    @Test
    void a_retry_that_was_killed_before_its_files_were_made_again_is_not_done_twice() throws Exception {
        RunFolder run = new ShippedRun(folder).run("run", Lane.BATCH, "wrongSchema=0.55", 10);
        var stale = new HashMap<Path, byte[]>();
        try (Stream<Path> files = Files.walk(run.root().resolve("chunks"))) {
            for (Path each : files.filter(file -> file.toString().endsWith("_failures.jsonl"))
                    .toList()) {
                stale.put(each, Files.readAllBytes(each));
            }
        }
        int before = state(run).failed();
        try (RunStore store = RunStore.open(run, new RealDisk(), Clock.systemUTC(), "test")) {
            for (int step = 0; step < 2; step++) {
                int at = step;
                String failed = store.onState(each -> {
                    var units = new BitSet();
                    for (int i = 0; i < each.facts().units(); i++) {
                        units.set(i, each.units().step(i) == at && each.units().outcome(i) == UnitOutcome.FAILED);
                    }
                    return UnitRanges.text(units);
                });
                store.recordAndWait(new RunEvent.UnitsReopened(step, failed, "", "", -1));
            }
        }
        for (var each : stale.entrySet()) {
            Files.write(each.getKey(), each.getValue());
        }

        assertThat(before).isPositive();
        assertThat(retry(run, false).retried()).isEmpty();
        assertThat(RunVerification.of(run).trouble()).isEmpty();
        assertThat(state(run).failed()).isZero();
    }

    @Test
    void what_can_never_be_sent_stays_failed_unless_it_is_asked_for() throws Exception {
        RunFolder run = new ShippedRun(folder).run("poison", Lane.BATCH, "poison=0.05", 20);
        int failed = state(run).failed();

        RetryFailures.Done done = retry(run, false);

        assertThat(done.retried()).isEmpty();
        assertThat(sum(done.left())).isEqualTo(failed);
        assertThat(state(run).status()).isEqualTo(RunStatus.COMPLETE);
        assertThat(sum(retry(run, true).retried())).isEqualTo(failed);
        goOn(run, Lane.BATCH);
        assertThat(state(run).done()).isEqualTo(60);
        assertThat(RunVerification.of(run).trouble()).isEmpty();
    }
}
