package dev.caravan.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.app.Caravan;
import dev.caravan.base.Json;
import dev.caravan.base.RealDisk;
import dev.caravan.base.UserMistakeException;
import dev.caravan.prompt.RenderingRule;
import dev.caravan.provider.Lane;
import dev.caravan.repair.RunRepair;
import dev.caravan.repair.RunVerification;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.testing.ShippedRun;
import dev.caravan.validation.ReadingRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Units that pass a step by, and units that leave the run as the pipeline says: counted, and no failures. */
class BranchTest {
    @TempDir
    Path folder;

    /** Urgent tickets are not checked again; those of one team leave the run once they are classified. */
    private Path pipeline(String skipIf, String dropIf) throws IOException {
        Path pipeline = new ShippedRun(folder).pipeline("branches", 7);
        Path config = pipeline.resolve("config.yaml");
        Files.writeString(
                config,
                Files.readString(config)
                        .replace("    - name: check\n", "    - name: check\n      skip_if: \"" + skipIf + "\"\n")
                        .replace(
                                "    - name: classify\n", "    - name: classify\n      drop_if: \"" + dropIf + "\"\n"));
        return pipeline;
    }

    private RunFolder run(Path pipeline, String name, Lane lane, String faults) throws Exception {
        RunFolder made = new ShippedRun(folder).make(pipeline, name, 60);
        try (var engine = ShippedRun.engine(faults)) {
            return ShippedRun.drive(engine, made, lane);
        }
    }

    private static List<JsonNode> output(RunFolder run, String name) throws IOException {
        try (Stream<String> lines = Files.lines(run.outputs().resolve(name))) {
            return lines.map(Json::parse).toList();
        }
    }

    @ParameterizedTest
    @EnumSource(Lane.class)
    void who_passes_a_step_by_buys_nothing_there_and_who_is_dropped_is_no_failure(Lane lane) throws Exception {
        Path pipeline = pipeline("urgency >= 4", "team == 'billing'");

        RunFolder run = run(pipeline, "run", lane, "brokenJson=0.1,missingRow=0.05,throttle=0.05");

        RunState state = RunStore.read(run);
        int dropped = state.steps().get(0).dropped();
        int skipped = state.steps().get(1).skipped();
        assertThat(dropped).isPositive();
        assertThat(skipped).isPositive();
        assertThat(state.failed()).isZero();
        assertThat(state.done() + dropped).isEqualTo(60);
        assertThat(state.steps().get(1).arrived()).isEqualTo(60 - dropped);
        assertThat(output(run, "dropped.jsonl"))
                .hasSize(dropped)
                .allSatisfy(each -> assertThat(each.path("step").asText()).isEqualTo("classify"));
        assertThat(run.outputs().resolve("failures.jsonl")).isEmptyFile();
        assertThat(output(run, "results.jsonl")).hasSize(state.done()).allSatisfy(each -> {
            assertThat(each.path("team").asText()).isNotEqualTo("billing");
            assertThat(each.has("verdict")).isEqualTo(each.path("urgency").intValue() < 4);
        });
        assertThat(ShippedRun.lines(run, "check_results.jsonl").stream()
                        .filter(each -> each.path("outcome").asText().equals("skipped")))
                .hasSize(skipped)
                .noneMatch(each -> each.has("usage"));
        assertThat(RunVerification.of(run).trouble()).isEmpty();
    }

    @Test
    void both_modes_and_any_chunk_size_part_alike_and_settled_files_are_made_again() throws Exception {
        Path pipeline = pipeline("random.random() < 0.4", "random.random() < 0.2");
        RunFolder batch = run(pipeline, "batch", Lane.BATCH, "");
        RunFolder realtime = run(pipeline, "realtime", Lane.REALTIME, "brokenJson=0.2");
        for (String name : List.of("results.jsonl", "dropped.jsonl")) {
            assertThat(output(realtime, name).stream().map(each -> each.path("unit_id")))
                    .isEqualTo(output(batch, name).stream()
                            .map(each -> each.path("unit_id"))
                            .toList());
        }
        byte[] outputs = Files.readAllBytes(batch.outputs().resolve("results.jsonl"));
        for (String step : List.of("classify", "check")) {
            Files.delete(batch.validated(step, 1));
            Files.deleteIfExists(batch.failures(step, 1));
        }

        var judging = RunSteps.of(
                List.of(ShippedRun.read(pipeline)),
                List.of(ReadingRule.NEWEST.number()),
                RenderingRule.NEWEST.number(),
                Caravan.kinds());
        assertThat(RunRepair.of(batch, judging, new RealDisk(), Clock.systemUTC(), "test")
                        .rebuilt())
                .isEqualTo(2);

        assertThat(batch.outputs().resolve("results.jsonl")).hasBinaryContent(outputs);
        assertThat(RunVerification.of(batch).trouble()).isEmpty();
    }

    @Test
    void an_expression_step_parts_too_and_what_cannot_be_told_is_a_failure_with_its_reason() throws Exception {
        Path pipeline = folder.resolve("numbers");
        Files.createDirectories(pipeline);
        Files.writeString(pipeline.resolve("items.jsonl"), "{\"n\": 1}\n{\"n\": 2}\n{\"n\": 0}\n{\"n\": 40}\n");
        Files.writeString(pipeline.resolve("config.yaml"), """
                pipeline:
                  name: numbers
                  steps:
                    - name: halve
                      scope: expression
                      skip_if: 100 / n > 90
                      drop_if: half > 10
                      expressions: {half: n / 2}
                processing:
                  chunk_size: 3
                  items: {source: items.jsonl}
                """);

        RunFolder run = run(pipeline, "numbers", Lane.BATCH, "");

        RunState state = RunStore.read(run);
        assertThat(state.status()).isEqualTo(RunStatus.COMPLETE);
        assertThat(output(run, "results.jsonl").toString())
                .contains("\"half\":1")
                .doesNotContain("\"half\":0.5");
        assertThat(state.steps().get(0).skipped()).isEqualTo(1);
        assertThat(state.dropped()).isEqualTo(1);
        assertThat(output(run, "failures.jsonl"))
                .singleElement()
                .satisfies(each -> assertThat(each.path("reason").asText()).startsWith("skip_if: "));
    }

    @Test
    void misspelt_fields_are_told_before_anything_runs() throws Exception {
        assertThatThrownBy(() -> ShippedRun.read(pipeline("urgencie >= 4", "verdict == 'agree'")))
                .isInstanceOf(UserMistakeException.class)
                .hasMessageContaining("pipeline.steps[1].skip_if")
                .hasMessageContaining("urgency")
                .hasMessageContaining("pipeline.steps[0].drop_if");
    }
}
