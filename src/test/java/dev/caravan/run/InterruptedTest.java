package dev.caravan.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.testing.CommandResult;
import dev.caravan.testing.RealProgram;
import dev.caravan.testing.RunningService;
import dev.caravan.testing.ServiceHttp;
import dev.caravan.testing.ShippedRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every view says of a run that a process is at, and of one whose process is gone. */
class InterruptedTest {
    private static final Duration LONGEST = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    private final List<Process> started = new ArrayList<>();
    private RunFolder run = new RunFolder(Path.of(""));

    @AfterEach
    void endAll() {
        started.forEach(Process::destroyForcibly);
    }

    /** A run whose jobs lie at the provider for longer than any test takes. */
    private Process begin() throws Exception {
        run = new RunFolder(folder.resolve("runs/run"));
        Path pipeline = new ShippedRun(folder).pipeline("busy", 20);
        Process process = new RealProgram(folder, Map.of())
                .start(
                        List.of(),
                        List.of(
                                "run",
                                pipeline.toString(),
                                "--provider",
                                "simulator",
                                "--run-dir",
                                run.root().toString(),
                                "--quiet",
                                "--grace",
                                "5",
                                "--job-millis",
                                "600000"));
        started.add(process);
        await().atMost(LONGEST)
                .until(() -> process.isAlive()
                        && Files.exists(run.journal())
                        && RunStore.read(run).created()
                        && RunSummary.jobs(RunStore.read(run)).stream()
                                .anyMatch(each -> !each.providerJob().isEmpty()));
        return process;
    }

    private CommandResult say(String... line) {
        var all = new ArrayList<>(List.of(line));
        all.add(1, run.root().toString());
        CommandResult said = CommandResult.of(all.toArray(String[]::new));
        assertThat(said.code()).as(said.all()).isZero();
        return said;
    }

    private JsonNode json(String command) {
        return Json.parse(say(command, "--json").out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"kill -9", "Ctrl-C"})
    void a_run_whose_process_is_gone_is_interrupted_in_every_view_which_names_what_is_out_and_the_way_on(String end)
            throws Exception {
        Process process = begin();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        if (end.equals("Ctrl-C")) {
            process.destroy();
        } else {
            process.destroyForcibly();
        }
        process.waitFor();
        String next = "caravan resume " + run.root();

        assertThat(say("status").out())
                .contains("status  interrupted", "next    " + next, " at openai")
                .doesNotContain("at work", "running");
        assertThat(say("info").out()).contains("at work   nobody", "status  interrupted", "next    " + next);
        assertThat(say("report").out()).contains(", interrupted\n", next);
        assertThat(say("verify").out()).contains("run interrupted");
        assertThat(CommandResult.of("compare", run.root().toString(), run.root().toString())
                        .out())
                .contains("interrupted")
                .doesNotContain("running");
        for (String each : List.of("status", "info", "report", "verify")) {
            assertThat(json(each).path("status").asText()).as(each).isEqualTo("interrupted");
        }
        JsonNode status = json("status");
        assertThat(status.path("next").asText()).isEqualTo(next);
        assertThat(status.path("jobs_out").findValuesAsText("provider"))
                .isNotEmpty()
                .containsOnly("openai");
        assertThat(status.path("jobs_out").findValuesAsText("job"))
                .anySatisfy(each -> assertThat(each).isNotEmpty());
        assertThat(json("info").has("holder")).isFalse();
        assertThat(Files.readString(run.journal())).doesNotContainIgnoringCase("interrupted");
    }

    @Test
    void a_run_that_another_process_is_at_is_running_however_old_its_last_heartbeat_is() throws Exception {
        Process process = begin();
        // Whoever is stopped, or on a slow disk, has its lease all the same.
        new ProcessBuilder("kill", "-STOP", Long.toString(process.pid()))
                .start()
                .waitFor();
        Path lease = run.root().resolve("lease.json");
        Files.writeString(
                lease,
                Files.readString(lease)
                        .replaceFirst("\"heartbeat\":\"[^\"]*\"", "\"heartbeat\":\"2026-01-01T00:00:00Z\""));

        assertThat(say("status").out())
                .contains("status  running", "at work process " + process.pid())
                .doesNotContain("next ");
        assertThat(say("info").out()).contains("at work   process " + process.pid());
        assertThat(json("info").path("holder").path("pid").asLong()).isEqualTo(process.pid());
        assertThat(json("report").path("status").asText()).isEqualTo("running");
    }

    @Test
    void whoever_starts_an_edited_pipeline_hears_first_of_the_run_whose_jobs_are_out_and_of_the_ways_on()
            throws Exception {
        Process process = begin();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.waitFor();
        Path pipeline = folder.resolve("pipelines/busy");
        Path template = pipeline.resolve("templates/classify.vm");
        Files.writeString(template, Files.readString(template) + "\nBe quick.\n");

        Process asked = new RealProgram(folder, Map.of())
                .start(List.of(), List.of("run", pipeline.toString(), "--provider", "openai"));
        started.add(asked);

        assertThat(asked.waitFor()).isEqualTo(2);
        String said = Files.readString(folder.resolve("output.txt"));
        assertThat(said)
                .containsSubsequence(
                        "caravan: run run of this pipeline is interrupted",
                        " at openai that may cost at most $",
                        "the pipeline was edited since",
                        "caravan resume run",
                        "caravan kill run",
                        "--yes: is needed");
    }

    @Test
    void a_service_tells_of_it_before_it_runs_what_was_dropped_and_shows_it_to_monitors() throws Exception {
        Process process = begin();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.waitFor();
        Path edited = Files.move(folder.resolve("pipelines/busy"), folder.resolve("edited"));
        Path template = edited.resolve("templates/classify.vm");
        Files.writeString(template, Files.readString(template) + "\nBe quick.\n");
        try (var served = new RunningService(folder, Map.of())) {
            served.start("--simulate", "--job-millis", "50");

            ServiceHttp http = served.http();
            await().atMost(LONGEST)
                    .until(() -> http.get("/observe/metrics").text().contains("caravan_runs_interrupted{"));
            String meters = http.get("/observe/metrics").text();
            assertThat(meters).containsPattern("caravan_runs_interrupted\\{pipeline=\"[^\"]+\"} 1.0");
            assertThat(meters).containsPattern("caravan_interrupted_jobs_out\\{pipeline=\"[^\"]+\"} [1-9]");
            JsonNode bean = http.post(
                            "/hawtio/jolokia",
                            "{\"type\":\"read\",\"mbean\":\"dev.caravan:type=Run,name=\\\"run\\\"\"}")
                    .json()
                    .path("value");
            assertThat(bean.path("Status").asText()).isEqualTo("interrupted");
            assertThat(bean.path("Next").asText()).isEqualTo("caravan resume run");
            assertThat(bean.path("Out").asText()).contains(" at openai");
            assertThat(http.get("/api/runs?status=interrupted").json().path("runs"))
                    .hasSize(1);

            Files.move(edited, served.pipelines().resolve("busy"));
            await().atMost(LONGEST).until(() -> served.output().contains("complete busy_"));
            assertThat(served.output())
                    .containsSubsequence(
                            "run run of this pipeline is interrupted", "the pipeline was edited since", "queued busy_");
        }
    }
}
