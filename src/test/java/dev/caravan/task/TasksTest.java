package dev.caravan.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.app.Caravan;
import dev.caravan.app.Engine;
import dev.caravan.base.Json;
import dev.caravan.base.RealDisk;
import dev.caravan.execution.LiveRun;
import dev.caravan.pipeline.PipelineSnapshot;
import dev.caravan.prompt.RenderingRule;
import dev.caravan.provider.Lane;
import dev.caravan.repair.RetryFailures;
import dev.caravan.repair.RunRepair;
import dev.caravan.repair.RunVerification;
import dev.caravan.report.RunReport;
import dev.caravan.report.RunResults;
import dev.caravan.run.GivenFiles;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.run.TaskState;
import dev.caravan.step.RunSteps;
import dev.caravan.testing.CommandResult;
import dev.caravan.testing.ShippedRun;
import dev.caravan.validation.ReadingRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done once when every unit is through: scripts, packing, exports, reports. */
class TasksTest {
    private static final Duration LONGEST = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    @BeforeEach
    void trustedHere() {
        System.setProperty("caravan.trusted", folder.resolve("trusted.json").toString());
    }

    @AfterEach
    void trustedNoMore() {
        System.clearProperty("caravan.trusted");
    }

    private Path pipeline(String name, String more, Map<String, String> scripts) throws IOException {
        Path home = Files.createDirectories(folder.resolve("pipelines").resolve(name));
        Files.writeString(home.resolve("config.yaml"), """
                pipeline:
                  steps:
                    - {name: square, scope: expression, expressions: {square: n * n, even: n % 2 == 0}}
                processing:
                  items: {source: items.jsonl, name_field: id}
                  chunk_size: 10
                """ + more);
        var items = new StringBuilder();
        for (int i = 0; i < 30; i++) {
            items.append("{\"id\": \"u%02d\", \"n\": %d}%n".formatted(i, i));
        }
        Files.writeString(home.resolve("items.jsonl"), items);
        Files.createDirectories(home.resolve("scripts"));
        for (var each : scripts.entrySet()) {
            Files.writeString(home.resolve("scripts").resolve(each.getKey()), each.getValue());
        }
        return home;
    }

    private static void trust(Path pipeline) {
        TrustStore.ofWorkingFolder()
                .grant(
                        PipelineSnapshot.digest(ShippedRun.read(pipeline)),
                        "test",
                        "test",
                        Instant.EPOCH,
                        new RealDisk());
    }

    private RunFolder made(Path pipeline, String name) {
        return new ShippedRun(folder).make(pipeline, name, Integer.MAX_VALUE);
    }

    private RunFolder run(Path pipeline, String name) throws Exception {
        return driven(made(pipeline, name));
    }

    private static RunFolder driven(RunFolder run) throws Exception {
        try (Engine engine = ShippedRun.engine("")) {
            return ShippedRun.drive(engine, run, Lane.REALTIME);
        }
    }

    private static List<String> tasks(RunFolder run) {
        return RunStore.read(run).tasks().stream()
                .map(each -> each.name() + " " + each.phase() + " " + each.attempts() + " " + each.detail())
                .toList();
    }

    private static String output(RunFolder run, String name) throws IOException {
        return Files.readString(run.outputs().resolve(name));
    }

    @Test
    void B23_tasks_are_done_once_in_their_order_and_what_they_write_is_in_the_outputs() throws Exception {
        Path pipeline = pipeline(
                "all",
                """
                post_process:
                  - {name: list, type: export, format: csv, fields: [unit_id, square], output: squares.csv}
                  - {name: files, type: extract, filename_expression: "'n' + n", content_expression: "'square ' + square", ending: .md}
                  - {name: evens, type: analyze, group_by: [even], numeric: square, format: csv, output: evens.csv}
                  - {name: report, type: report}
                  - {name: count lines, script: scripts/count.sh, args: [of the results], output: lines.txt}
                """,
                Map.of(
                        "count.sh",
                        "echo \"$2: $(wc -l < $1/outputs/results.jsonl)\"; echo said >&2; echo mine > own.txt\n"));
        trust(pipeline);

        RunFolder run = run(pipeline, "all");

        assertThat(tasks(run))
                .containsExactly(
                        "list DONE 1 ", "files DONE 1 ", "evens DONE 1 ", "report DONE 1 ", "count-lines DONE 1 ");
        assertThat(output(run, "squares.csv"))
                .startsWith("unit_id,square\r\nu00,0\r\n")
                .hasLineCount(31);
        assertThat(output(run, "units/n7.md")).isEqualTo("square 49");
        assertThat(output(run, "evens.csv")).startsWith("even,count,mean").hasLineCount(3);
        assertThat(output(run, "report.txt")).contains("30 units: 30 done, 0 failed");
        assertThat(output(run, "lines.txt").strip()).matches("of the results: +30");
        assertThat(run.task("count-lines").resolve("own.txt")).hasContent("mine");
        assertThat(run.task("count-lines").resolve("stderr.txt")).hasContent("said");
        assertThat(Files.readString(run.root().resolve("RUN_LOG.txt"))).contains("[TASK] count lines: said");
        assertThat(RunVerification.of(run).trouble()).isEmpty();
    }

    @Test
    void I22_a_script_runs_only_as_it_was_trusted_and_sees_no_key() throws Exception {
        Path pipeline = pipeline(
                "spy",
                "post_process:\n  - {name: spy, script: scripts/spy.sh, output: seen.txt}\n",
                Map.of("spy.sh", "env; pwd; cat\n"));
        RunFolder untrusted = run(pipeline, "untrusted");
        trust(pipeline);
        RunFolder trusted = run(pipeline, "trusted");
        RunFolder changed = made(pipeline, "changed");
        Files.writeString(changed.config().resolve("scripts/spy.sh"), "echo other\n");
        // Whoever takes the run's files as they are does not trust a script with that.
        GivenFiles.accept(changed, new RealDisk(), Clock.systemUTC(), "Ada");
        driven(changed);

        for (RunFolder each : List.of(untrusted, changed)) {
            assertThat(tasks(each))
                    .singleElement()
                    .asString()
                    .contains("FAILED")
                    .contains("caravan trust");
            assertThat(each.outputs().resolve("seen.txt")).doesNotExist();
            assertThat(RunStore.read(each).status()).isEqualTo(RunStatus.COMPLETE);
        }
        List<String> names = output(trusted, "seen.txt")
                .lines()
                .filter(each -> each.contains("="))
                .map(each -> each.substring(0, each.indexOf('=')))
                .toList();
        assertThat(names)
                .contains("CARAVAN_RUN_DIR", "CARAVAN_ATTEMPT")
                .isSubsetOf(
                        "PATH",
                        "HOME",
                        "TMPDIR",
                        "LANG",
                        "CARAVAN_RUN_DIR",
                        "CARAVAN_TASK",
                        "CARAVAN_ATTEMPT",
                        "PWD",
                        "OLDPWD",
                        "SHLVL",
                        "_");
        assertThat(output(trusted, "seen.txt")).contains("tasks/spy.attempt-1");
    }

    @Test
    void C17_a_task_that_fails_is_told_keeps_no_other_and_may_get_another_chance() throws Exception {
        Path pipeline = pipeline(
                "fails",
                """
                post_process:
                  - {name: breaks, script: scripts/breaks.sh}
                  - {name: hangs, script: scripts/hangs.sh, time_limit: 1s}
                  - {name: absent, type: gzip, files: ["nothing/*"]}
                  - {name: report, type: report, format: json}
                """,
                Map.of("breaks.sh", "[ \"$CARAVAN_ATTEMPT\" = 2 ] || exit 3\n", "hangs.sh", "sleep 600 & sleep 600\n"));
        trust(pipeline);

        RunFolder run = run(pipeline, "fails");

        assertThat(tasks(run).get(0)).isEqualTo("breaks FAILED 1 ended with exit code 3");
        assertThat(tasks(run).get(1)).startsWith("hangs FAILED 1 did not end within 1 s");
        assertThat(tasks(run).get(2)).startsWith("absent FAILED 1 no file fits");
        assertThat(tasks(run).get(3)).isEqualTo("report DONE 1 ");
        assertThat(RunStore.summary(RunStore.read(run)).failedTasks()).isEqualTo(3);
        assertThat(run.task("breaks")).doesNotExist();

        RunSteps judging = RunSteps.of(
                List.of(ShippedRun.read(pipeline)),
                List.of(ReadingRule.NEWEST.number()),
                RenderingRule.NEWEST.number(),
                Caravan.kinds());
        RetryFailures.of(run, judging, new RetryFailures.HardToo(false), new RealDisk(), Clock.systemUTC(), "test");
        driven(run);

        assertThat(tasks(run).get(0)).startsWith("breaks DONE 2");
        assertThat(tasks(run).get(3)).as("done is done").startsWith("report DONE 1");
    }

    @Test
    void a_script_that_was_under_way_when_the_process_ended_begins_anew_and_completes_once() throws Exception {
        Path pipeline = pipeline(
                "midway",
                "post_process:\n  - {name: slow, script: scripts/slow.sh, output: out.txt}\n",
                Map.of(
                        "slow.sh",
                        "echo begun > begun.txt; [ \"$CARAVAN_ATTEMPT\" = 2 ] || sleep 600; echo attempt $CARAVAN_ATTEMPT\n"));
        trust(pipeline);
        RunFolder run = made(pipeline, "midway");
        try (Engine engine = ShippedRun.engine("")) {
            LiveRun live = engine.launch(run, Lane.REALTIME, "test");
            await().atMost(LONGEST)
                    .until(() -> Files.exists(run.task("slow.attempt-1").resolve("begun.txt")));
            live.stopAdmitting();
            engine.release(live);
        }
        assertThat(tasks(run)).containsExactly("slow BEGUN 1 ");
        assertThat(RunStore.read(run).status()).isNotEqualTo(RunStatus.COMPLETE);

        driven(run);

        assertThat(tasks(run)).containsExactly("slow DONE 2 ");
        assertThat(output(run, "out.txt")).isEqualTo("attempt 2\n");
    }

    @Test
    void a_script_that_was_put_in_place_before_its_end_was_written_down_is_not_run_again() throws Exception {
        Path pipeline = pipeline(
                "placed",
                "post_process:\n  - {name: once, script: scripts/once.sh, output: said.txt}\n",
                Map.of("once.sh", "exit 9\n"));
        trust(pipeline);
        RunFolder run = made(pipeline, "placed");
        try (RunStore store = RunStore.open(run, new RealDisk(), Clock.systemUTC(), "test")) {
            store.recordAndWait(new RunEvent.TaskBegun("once", 1));
        }
        Files.createDirectories(run.task("once"));
        Files.writeString(run.task("once").resolve(".attempt"), "1");
        Files.writeString(run.task("once").resolve("stdout.txt"), "what it said\n");
        Files.writeString(run.task("once").resolve("own.jsonl.gz"), "packed by the script");

        driven(run);

        assertThat(tasks(run)).containsExactly("once DONE 1 ");
        assertThat(output(run, "said.txt")).isEqualTo("what it said\n");
        assertThat(run.task("once").resolve("own.jsonl.gz")).hasContent("packed by the script");
    }

    @Test
    void C8_A67_packed_files_are_found_by_every_reader_and_unpacked_for_every_writer() throws Exception {
        Path pipeline = pipeline("packed", """
                validation: {square: {ranges: {square: [0, 400]}}}
                post_process:
                  - {name: pack, type: gzip, files: ["chunks/*/*.jsonl", "outputs/*.jsonl", "journal.jsonl"]}
                  - {name: pack all, type: gzip, files: ["chunks/*/*.jsonl", "outputs/*.jsonl"]}
                """, Map.of());
        RunFolder run = run(pipeline, "packed");
        List<Path> files = files(run);

        assertThat(tasks(run).get(0)).contains("FAILED").contains("1 files lie outside of chunks/");
        assertThat(files).noneMatch(each -> each.toString().matches(".*/(chunks|outputs)/.*[.]jsonl"));
        assertThat(run.journal()).exists();
        assertThat(RunVerification.of(run).trouble()).isEmpty();
        assertThat(RunReport.of(run, "").json().path("failed_units").intValue()).isEqualTo(9);
        assertThat(RunReport.of(run, "").text()).contains("9 range_square");
        var records = new ArrayList<JsonNode>();
        RunResults.of(run).each(records::add);
        assertThat(records).hasSize(21);

        RunSteps judging = RunSteps.of(
                List.of(ShippedRun.read(pipeline)),
                List.of(ReadingRule.NEWEST.number()),
                RenderingRule.NEWEST.number(),
                Caravan.kinds());
        RunRepair.Done repaired = RunRepair.of(run, judging, new RealDisk(), Clock.systemUTC(), "test");

        assertThat(repaired.rebuilt()).isZero();
        assertThat(files(run)).noneMatch(each -> each.toString().endsWith(".gz"));
        assertThat(RunVerification.of(run).trouble()).isEmpty();
        assertThat(Files.readAllLines(run.outputs().resolve("results.jsonl")))
                .hasSize(21)
                .first()
                .satisfies(each ->
                        assertThat(Json.parse(each).path("unit_id").asText()).isEqualTo("u00"));
    }

    private static List<Path> files(RunFolder run) throws IOException {
        try (Stream<Path> all = Files.walk(run.root())) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void what_cannot_be_done_is_told_before_the_run() throws Exception {
        Path wrong = pipeline("wrong", """
                post_process:
                  - {name: a, script: ../evil.sh}
                  - {name: b, script: scripts/absent.sh, output: ../../out.txt, time_limit: soon}
                  - {name: b, type: gzip, files: nothing, keep_originals: perhaps}
                  - {name: c, type: zip}
                  - {name: d, type: export, format: xml, output: results.csv}
                  - {name: e, type: extract, filename_expression: "1 +"}
                """, Map.of());

        assertThatThrownBy(() -> ShippedRun.read(wrong))
                .hasMessageContaining("post_process[0].script: '../evil.sh' must lie under scripts/")
                .hasMessageContaining("post_process[1].script: there is no file 'scripts/absent.sh'")
                .hasMessageContaining("post_process[1].output: must name a file in the run's outputs/")
                .hasMessageContaining("post_process[1].time_limit: must be a length of time")
                .hasMessageContaining("post_process[2].name: 'b' is already taken")
                .hasMessageContaining("post_process[2].files: must be a list of patterns")
                .hasMessageContaining("post_process[2].keep_originals: must be true or false")
                .hasMessageContaining("post_process[3].type: 'zip' is unknown; did you mean 'gzip'?")
                .hasMessageContaining("post_process[4].format: must be one of csv, jsonl")
                .hasMessageContaining("post_process[4].output: 'results.csv' is written by every run")
                .hasMessageContaining("post_process[5].filename_expression");
    }

    @Test
    void a_step_of_scope_run_is_a_task_and_stands_at_the_end() throws Exception {
        Path pipeline = pipeline("scoped", "", Map.of("end.sh", "echo over\n"));
        String config = Files.readString(pipeline.resolve("config.yaml"));
        String step = "    - {name: end, scope: run, script: scripts/end.sh, output: end.txt}\n";
        Files.writeString(pipeline.resolve("config.yaml"), config.replace("processing:\n", step + "processing:\n"));
        trust(pipeline);

        RunFolder run = run(pipeline, "scoped");

        assertThat(output(run, "end.txt")).isEqualTo("over\n");
        assertThat(RunStore.read(run).facts().steps()).containsExactly("square");
        assertThat(RunStore.read(run).tasks()).extracting(TaskState::name).containsExactly("end");
        Files.writeString(pipeline.resolve("config.yaml"), config.replace("  steps:\n", "  steps:\n" + step));
        assertThatThrownBy(() -> ShippedRun.read(pipeline))
                .hasMessageContaining("pipeline.steps[1]: comes behind a step of scope run");
    }

    @Test
    void I20_scripts_that_nobody_trusted_are_refused_before_a_run_is_made_and_trust_ends_with_a_changed_byte()
            throws Exception {
        Path pipeline = pipeline(
                "asks", "post_process:\n  - {name: end, script: scripts/end.sh}\n", Map.of("end.sh", "exit 0\n"));
        String run = folder.resolve("runs/asks").toString();
        String[] command = {"run", pipeline.toString(), "--run-dir", run, "--mode", "realtime", "--quiet"};

        CommandResult refused = CommandResult.of(command);
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("caravan trust " + pipeline);
        assertThat(folder.resolve("runs/asks")).doesNotExist();

        assertThat(CommandResult.of("trust", pipeline.toString()).out()).contains("its runs may run scripts/end.sh");
        assertThat(CommandResult.of(command).code()).isZero();

        Files.writeString(pipeline.resolve("scripts/end.sh"), "exit 0 # changed\n");
        command[3] = run + "2";
        assertThat(CommandResult.of(command).code()).isEqualTo(2);
        assertThat(CommandResult.of("trust", pipeline.toString()).code()).isZero();
        assertThat(CommandResult.of("trust", pipeline.toString(), "--revoke").out())
                .contains("is not trusted any more");
        assertThat(CommandResult.of(command).code()).isEqualTo(2);
        assertThat(CommandResult.of("trust", "fact-check").err()).contains("runs no scripts");
    }

    @Test
    void a_failed_task_shows_in_the_exit_code_and_on_the_screen() throws Exception {
        Path pipeline = pipeline("loud", "post_process:\n  - {name: pack, type: gzip, files: [nothing]}\n", Map.of());
        String run = folder.resolve("runs/loud").toString();

        CommandResult said = CommandResult.of("run", pipeline.toString(), "--run-dir", run, "--mode", "realtime");

        assertThat(said.code()).isEqualTo(1);
        assertThat(said.out()).contains("task    pack: failed, no file fits nothing");
        assertThat(Json.parse(CommandResult.of("status", run, "--json").out())
                        .at("/tasks/0/state")
                        .asText())
                .isEqualTo("failed");
        assertThat(CommandResult.of("retry-failures", run).code()).isZero();
        assertThat(Json.parse(CommandResult.of("status", run, "--json").out())
                        .path("status")
                        .asText())
                .isEqualTo("paused");
    }
}
