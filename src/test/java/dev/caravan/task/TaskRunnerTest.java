package dev.caravan.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.app.Caravan;
import dev.caravan.base.RealDisk;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.pipeline.CallOverrides;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.PipelineReader;
import dev.caravan.pipeline.PipelineSnapshot;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunLog;
import dev.caravan.run.RunStore;
import dev.caravan.testing.ShippedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks of a run that nobody drives: what is in the journal decides what is done. */
class TaskRunnerTest {
    private static final String TWO = """
            post_process:
              - {name: first, script: scripts/first.sh, output: first.txt}
              - {name: second, script: scripts/second.sh, output: second.txt}
            """;

    @TempDir
    Path folder;

    private RunFolder made(String first, String second) throws IOException {
        Path home = Files.createDirectories(folder.resolve("pipelines/p"));
        Files.writeString(home.resolve("config.yaml"), """
                pipeline:
                  steps:
                    - {name: square, scope: expression, expressions: {square: n * n}}
                processing:
                  items: {source: items.jsonl, name_field: id}
                  chunk_size: 10
                """ + TWO);
        Files.writeString(home.resolve("items.jsonl"), "{\"id\": \"u\", \"n\": 2}\n");
        Files.createDirectories(home.resolve("scripts"));
        Files.writeString(home.resolve("scripts/first.sh"), first);
        Files.writeString(home.resolve("scripts/second.sh"), second);
        return new ShippedRun(folder).make(home, "r", Integer.MAX_VALUE);
    }

    private boolean carriedOut(RunFolder run, boolean trusted, boolean stopped, RunEvent... before) {
        var trust = new TrustStore(folder.resolve("trusted.json"));
        try (RunStore store = RunStore.open(run, new RealDisk(), Clock.systemUTC(), "test")) {
            Pipeline pipeline = new PipelineReader(ModelRegistry.shipped(), Map.copyOf(Caravan.kinds()))
                    .readSnapshot(run.config(), CallOverrides.NONE);
            if (trusted) {
                trust.grant(PipelineSnapshot.digest(pipeline), "p", "test", Instant.EPOCH, store.disk());
            }
            List.of(before).forEach(store::recordAndWait);
            var log = new RunLog(run.root(), store.clock());
            return new TaskRunner(store, pipeline, trust, log, () -> stopped).run();
        }
    }

    private static List<String> tasks(RunFolder run) {
        return RunStore.read(run).tasks().stream()
                .map(each -> each.name() + " " + each.phase() + " " + each.attempts() + " " + each.detail())
                .toList();
    }

    @Test
    void a_script_that_fails_is_told_and_does_not_keep_the_next_one() throws Exception {
        RunFolder run = made("echo half; exit 3\n", "echo whole\n");

        assertThat(carriedOut(run, true, false)).isTrue();

        assertThat(tasks(run)).containsExactly("first FAILED 1 ended with exit code 3", "second DONE 1 ");
        assertThat(run.outputs().resolve("first.txt")).doesNotExist();
        assertThat(run.outputs().resolve("second.txt")).hasContent("whole\n");
    }

    @Test
    void what_is_over_is_not_done_again() throws Exception {
        RunFolder run = made("echo one >> \"$CARAVAN_RUN_DIR/count\"\n", "exit 1\n");
        carriedOut(run, true, false);

        assertThat(carriedOut(run, true, false)).isTrue();

        assertThat(run.root().resolve("count")).hasContent("one\n");
    }

    @Test
    void what_was_begun_when_the_process_died_is_done_anew_as_the_next_attempt() throws Exception {
        RunFolder run = made("echo \"$CARAVAN_ATTEMPT\"\n", "exit 0\n");

        assertThat(carriedOut(run, true, false, new RunEvent.TaskBegun("first", 1)))
                .isTrue();

        assertThat(tasks(run)).first().isEqualTo("first DONE 2 ");
        assertThat(run.outputs().resolve("first.txt")).hasContent("2\n");
    }

    @Test
    void what_was_put_in_place_before_the_process_died_is_not_run_again() throws Exception {
        RunFolder run = made("echo again\n", "exit 0\n");
        Path place = Files.createDirectories(run.task("first"));
        Files.writeString(place.resolve(".attempt"), "1");
        Files.writeString(place.resolve("stdout.txt"), "once\n");

        assertThat(carriedOut(run, true, false, new RunEvent.TaskBegun("first", 1)))
                .isTrue();

        assertThat(tasks(run)).first().isEqualTo("first DONE 1 ");
        assertThat(run.outputs().resolve("first.txt")).hasContent("once\n");
    }

    @Test
    void scripts_that_nobody_trusted_are_not_run() throws Exception {
        RunFolder run = made("echo one\n", "echo two\n");

        assertThat(carriedOut(run, false, false)).isTrue();

        assertThat(tasks(run)).allSatisfy(each -> assertThat(each).contains("FAILED", "caravan trust"));
        assertThat(run.outputs().resolve("first.txt")).doesNotExist();
    }

    @Test
    void a_run_that_stops_leaves_its_tasks_for_the_next_start() throws Exception {
        RunFolder run = made("echo one\n", "echo two\n");

        assertThat(carriedOut(run, true, true)).isFalse();

        assertThat(tasks(run)).containsExactly("first WAITING 0 ", "second WAITING 0 ");
    }
}
