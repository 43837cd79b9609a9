package dev.caravan.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.provider.Lane;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.testing.CommandResult;
import dev.caravan.testing.RunningService;
import dev.caravan.testing.ShippedRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service in a process of its own, stopped while jobs are out, and started again. */
class ServeTest {
    /** Long enough that a job is out when the service is stopped, short enough to be waited for. */
    private static final String JOB_MILLIS = "20000";

    @TempDir
    Path folder;

    @Test
    void what_is_out_is_named_at_a_stop_and_collected_later_paused_or_not_and_a_restart_takes_a_run_away()
            throws Exception {
        try (var served = new RunningService(folder, Map.of())) {
            Process service = served.start("--job-millis", JOB_MILLIS);
            served.drop("slow", "simulator");
            served.drop("paused", "simulator");
            served.drop("taken", "simulator");
            RunFolder slow = served.run("slow", ServeTest::hasAllJobsOut);
            RunFolder paused = served.run("paused", ServeTest::hasAllJobsOut);
            RunFolder taken = served.run("taken", ServeTest::hasAllJobsOut);
            assertThat(CommandResult.of("pause", paused.root().toString()).code())
                    .isZero();
            await().atMost(RunningService.LONGEST)
                    .until(() -> RunStore.read(paused).status() == RunStatus.PAUSED);

            service.destroy();

            assertThat(RunningService.ended(service)).isZero();
            RunState left = RunStore.read(slow);
            assertThat(left.status()).isEqualTo(RunStatus.RUNNING);
            assertThat(left.works())
                    .hasSize(4)
                    .allSatisfy(each -> assertThat(served.output())
                            .contains("job " + slow.name())
                            .contains(each.providerJob() + ", 3 requests, due by "));
            served.start("--job-millis", JOB_MILLIS);
            CommandResult said = CommandResult.of("restart", taken.root().toString(), "--quiet");
            assertThat(said.code()).as(said.all()).isZero();
            assertThat(RunStore.read(taken).done()).isEqualTo(12);
            served.complete("slow");
            ShippedRun.lawHolds(RunStore.read(slow), ShippedRun.bill(slow), Lane.BATCH);
            await().atMost(RunningService.LONGEST)
                    .until(() -> RunStore.read(paused).works().isEmpty());
            assertThat(RunStore.read(paused)).satisfies(state -> {
                // All its units are through then, so it may be complete.
                assertThat(state.status()).isIn(RunStatus.PAUSED, RunStatus.COMPLETE);
                assertThat(state.ledger().calls()).isEqualTo(12);
            });
        }
    }

    /** What was written from then on would be lost, and another service could start in its place. */
    @Test
    @Tag("crash")
    void it_ends_when_its_runs_are_taken_away_and_goes_on_when_they_are_back() throws Exception {
        try (var served = new RunningService(folder, Map.of())) {
            Process service = served.start("--job-millis", JOB_MILLIS);
            served.drop("slow", "simulator");
            RunFolder slow = served.run("slow", ServeTest::hasAllJobsOut);
            Path away = folder.resolve("away");
            Files.move(folder.resolve("runs"), away);

            assertThat(RunningService.ended(service)).isEqualTo(3);

            assertThat(served.output()).contains("removed, moved or replaced while it was at work; the service ends");
            assertThat(folder.resolve("runs"))
                    .as("nothing was made in its place")
                    .doesNotExist();
            Files.move(away, folder.resolve("runs"));
            served.start("--job-millis", JOB_MILLIS);
            served.complete("slow");
            ShippedRun.lawHolds(RunStore.read(slow), ShippedRun.bill(slow), Lane.BATCH);
        }
    }

    private static boolean hasAllJobsOut(RunState state) {
        return state.works().stream().filter(each -> each.providerJob() != null).count() == 4;
    }
}
