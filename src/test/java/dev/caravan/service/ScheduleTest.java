package dev.caravan.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.caravan.base.UserMistakeException;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.testing.CommandResult;
import dev.caravan.testing.RunningService;
import dev.caravan.testing.ShippedRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pipelines that the service starts at set times. */
class ScheduleTest {
    private static final String API = "provider: simulator, model: gpt-4o-mini";
    private static final String EACH_SECOND = "schedule: \"* * * * * ?\"";

    @TempDir
    Path folder;

    @Test
    void its_times_make_runs_one_after_the_other_and_it_does_not_start_when_it_comes_in() throws Exception {
        try (var served = new RunningService(folder, Map.of())) {
            served.start("--job-millis", "50");
            served.write("yearly", API, "schedule: \"0 0 6 1 1 ?\"\nschedule_zone: Europe/Berlin");
            served.write("often", API, EACH_SECOND);

            await().atMost(RunningService.LONGEST)
                    .until(() -> served.runs("often").size() >= 3);

            List<Instant[]> lives = served.runs("often").stream()
                    .map(RunStore::read)
                    .filter(each -> each.status() == RunStatus.COMPLETE)
                    .map(RunStore::summary)
                    .map(each ->
                            new Instant[] {each.times().created(), each.times().ended()})
                    .sorted((a, b) -> a[0].compareTo(b[0]))
                    .toList();
            for (int i = 1; i < lives.size(); i++) {
                assertThat(lives.get(i)[0]).isAfterOrEqualTo(lives.get(i - 1)[1]);
            }
            assertThat(served.runs("yearly")).isEmpty();
            assertThat(served.output())
                    .contains("ready yearly: starts by itself at ")
                    .contains("-01-01T05:00:00Z");
        }
    }

    @Test
    void times_that_were_missed_are_made_up_for_by_one_run_also_after_a_kill() throws Exception {
        try (var served = new RunningService(folder, Map.of("OPENAI_API_KEY", "sk-test-0123456789"))) {
            Process service = served.start();
            served.write("often", "provider: openai, model: gpt-4o-mini", EACH_SECOND);
            RunFolder first = served.run("often", RunState::waitsForApproval);
            RunningService.kill(service);
            assertThat(CommandResult.of("reject", first.root().toString(), "--reason", "not now")
                            .code())
                    .isZero();

            served.start();

            await().atMost(RunningService.LONGEST)
                    .until(() -> served.runs("often").size() == 2);
            await().atMost(RunningService.LONGEST).until(() -> served.output().contains("it is time, but often_"));
            assertThat(served.runs("often")).as("the second waits for approval").hasSize(2);
            assertThat(Files.readString(folder.resolve("runs/.service/schedules.json")))
                    .contains("* * * * * ? UTC");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "schedule: '0 6 * * *'|schedule: \"0 6 * * *\" is no time as Quartz writes them",
                "schedule: 6|schedule: 6 is no time as Quartz writes them",
                "schedule: '0 0 6 31 2 ?'|schedule: '0 0 6 31 2 ?' never comes",
                "schedule_zone: UTC|schedule_zone: has no meaning without schedule",
                "{schedule: '0 0 6 * * ?', schedule_zone: Berlin}|schedule_zone: \"Berlin\" is no time zone"
            })
    void a_schedule_that_is_none_is_a_problem_with_its_place(String words, String problem) throws Exception {
        try (var served = new RunningService(folder, Map.of())) {
            String lines = words.replaceAll("[{}]", "").replace(", schedule_zone", "\nschedule_zone");
            Path pipeline = served.write("wrong", API, lines);

            assertThatThrownBy(() -> ShippedRun.read(pipeline))
                    .isInstanceOf(UserMistakeException.class)
                    .hasMessageContaining("config.yaml: " + problem);
        }
    }

    @Test
    void a_pipeline_that_names_the_simulator_costs_nothing_and_needs_no_key() throws Exception {
        try (var served = new RunningService(folder, Map.of())) {
            Path pipeline = served.write("free", API, EACH_SECOND);
            Path run = folder.resolve("runs/free");

            CommandResult said = CommandResult.of("run", pipeline.toString(), "--run-dir", run.toString(), "--quiet");

            assertThat(said.code()).as(said.all()).isZero();
            assertThat(RunStore.read(new RunFolder(run)).facts().simulated()).isTrue();
            assertThat(CommandResult.of("run", pipeline.toString(), "--provider", "openai", "--dry-run", "1")
                            .code())
                    .isZero();
        }
    }
}
