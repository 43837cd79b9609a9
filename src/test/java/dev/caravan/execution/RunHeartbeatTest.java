package dev.caravan.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.app.Caravan;
import dev.caravan.app.Engine;
import dev.caravan.app.EngineSettings;
import dev.caravan.base.Json;
import dev.caravan.base.MovableClock;
import dev.caravan.base.RealDisk;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.provider.Lane;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStatus;
import dev.caravan.simulator.SimulatorFaults;
import dev.caravan.testing.ShippedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that does nothing says why. The clock is moved; nothing waits for minutes. */
class RunHeartbeatTest {
    private static final Duration LONGEST = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private final MovableClock clock = new MovableClock();

    private interface Life {
        void of(Engine engine, LiveRun run, RunFolder folder) throws Exception;
    }

    private void live(String faults, long jobMillis, Lane lane, Life life) throws Exception {
        RunFolder made = new ShippedRun(folder).make("run", 20, 40);
        var settings = new EngineSettings(50, 200, 60_000, SimulatorFaults.parse(faults), jobMillis);
        try (var engine = new Engine(settings, ModelRegistry.shipped(), Caravan.kinds(), new RealDisk(), clock)) {
            LiveRun run = engine.launch(made, lane, "test");
            try {
                life.of(engine, run, made);
            } finally {
                engine.release(run);
            }
        }
    }

    private static List<String> log(RunFolder run, String tag) throws IOException {
        return Files.readAllLines(run.root().resolve("RUN_LOG.txt")).stream()
                .filter(each -> each.contains("[" + tag + "]"))
                .toList();
    }

    private static void awaitLog(RunFolder run, String tag, String text) {
        await().atMost(LONGEST).untilAsserted(() -> assertThat(log(run, tag)).anyMatch(each -> each.contains(text)));
    }

    private static void awaitJobs(LiveRun run) {
        await().atMost(LONGEST)
                .until(() -> run.jobsOut().stream()
                                .filter(each -> !each.providerJob().isEmpty())
                                .count()
                        == 2);
    }

    @Test
    void A06_a_run_that_waits_for_jobs_says_so_each_minute_and_for_how_long() throws Exception {
        live("", 600_000, Lane.BATCH, (engine, run, made) -> {
            awaitJobs(run);
            for (int minute = 1; minute <= 5; minute++) {
                int beats = minute;
                clock.jump(Duration.ofSeconds(61));
                await().atMost(LONGEST).until(() -> log(made, "TICK").size() == beats);
            }
            assertThat(log(made, "TICK").get(4))
                    .contains("0/40 units settled", "2 jobs at the provider", "last progress 3")
                    .contains("waiting for 2 jobs");
        });
    }

    @Test
    void a_run_that_cannot_see_its_jobs_is_detached_and_one_that_sees_them_again_is_not() throws Exception {
        live("", 600_000, Lane.BATCH, (engine, run, made) -> {
            awaitJobs(run);
            Objects.requireNonNull(engine.simulator(run)).close();
            awaitLog(made, "POLL", "not reached");
            clock.jump(Duration.ofMinutes(6));

            awaitLog(made, "TICK", "detached from {w00000");
            assertThat(run.is(RunStatus.RUNNING)).isTrue();
        });
    }

    @Test
    void a_run_that_is_stuck_says_what_its_threads_are_at() throws Exception {
        live("silence=1", 10, Lane.REALTIME, (engine, run, made) -> {
            await().atMost(LONGEST).until(() -> run.callsInFlight() > 0);
            clock.jump(Duration.ofMinutes(3));
            awaitLog(made, "TICK", "; quiet");
            clock.jump(Duration.ofMinutes(10));

            awaitLog(made, "TICK", "stuck for 13 minutes");
            assertThat(log(made, "WARN")).anyMatch(each -> each.contains("stuck: no progress"));
            assertThat(log(made, "THREAD"))
                    .anyMatch(each -> each.contains("journal") && each.contains("dev.caravan.journal.Journal"));
        });
    }

    @Test
    void a_run_that_is_asked_to_slow_down_is_throttled() throws Exception {
        live("throttle=1,retryAfter=36000000", 10, Lane.REALTIME, (engine, run, made) -> {
            await().atMost(LONGEST).until(() -> !run.pressure().isEmpty());
            await().atMost(LONGEST).until(() -> {
                clock.jump(Duration.ofSeconds(61));
                return log(made, "TICK").stream()
                        .anyMatch(each -> each.contains("throttled: the provider asks to slow down, goes on at "));
            });
        });
    }

    @Test
    void a_clock_that_is_set_back_neither_holds_work_up_nor_turns_the_journal_round() throws Exception {
        live("throttle=0.3,missingRow=0.2", 20, Lane.BATCH, (engine, run, made) -> {
            await().atMost(LONGEST)
                    .until(() -> run.summary().progress().done() > 0
                            || run.summary().cost().calls() > 0);
            clock.jump(Duration.ofHours(-5));
            assertThat(run.awaitEnd(60_000))
                    .as("ends without waiting for the clock")
                    .isTrue();
            assertThat(run.is(RunStatus.COMPLETE)).isTrue();
            List<String> times = Files.readAllLines(made.journal()).stream()
                    .map(each -> Json.parse(each).path("time").asText())
                    .filter(each -> !each.isEmpty())
                    .map(each -> Instant.parse(each).toString())
                    .toList();
            assertThat(times.stream().map(Instant::parse)).isSorted();
        });
    }
}
