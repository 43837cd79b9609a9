package dev.caravan.step;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.app.Engine;
import dev.caravan.base.Json;
import dev.caravan.provider.Lane;
import dev.caravan.run.RunFolder;
import dev.caravan.testing.ShippedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs of steps that compute: no provider, no key, no cost. */
class ExpressionStepTest {
    @TempDir
    Path folder;

    private Path pipeline(String name, String steps, String processing) throws IOException {
        Path home = Files.createDirectories(folder.resolve("pipelines").resolve(name));
        Files.writeString(
                home.resolve("config.yaml"), "pipeline:\n  steps:\n" + steps.indent(4) + """
                processing:
                  items: {source: items.jsonl, name_field: id}
                """ + processing.indent(2));
        var items = new StringBuilder();
        for (int i = 0; i < 30; i++) {
            items.append("{\"id\": \"u%02d\", \"n\": %d}%n".formatted(i, i));
        }
        Files.writeString(home.resolve("items.jsonl"), items);
        return home;
    }

    private RunFolder run(Path pipeline, String name, Lane lane) throws Exception {
        try (Engine engine = ShippedRun.engine("")) {
            return ShippedRun.drive(engine, new ShippedRun(folder).make(pipeline, name, Integer.MAX_VALUE), lane);
        }
    }

    private static List<JsonNode> failures(RunFolder run) throws IOException {
        return Files.readAllLines(run.outputs().resolve("failures.jsonl")).stream()
                .map(Json::parse)
                .toList();
    }

    @Test
    void B8_an_expression_that_fails_for_one_unit_fails_that_unit_with_its_reason() throws Exception {
        RunFolder run = run(
                pipeline("b8", "- {name: share, scope: expression, expressions: {share: 100 / n}}", "chunk_size: 7"),
                "b8",
                Lane.BATCH);

        assertThat(ShippedRun.summary(run).progress().done()).isEqualTo(29);
        assertThat(failures(run)).singleElement().satisfies(each -> {
            assertThat(each.get("unit_id").asText()).isEqualTo("u00");
            assertThat(each.get("class").asText()).isEqualTo("expression");
            assertThat(each.get("code").asText()).isEqualTo("expression_error");
            assertThat(each.get("reason").asText())
                    .contains("expressions.share")
                    .contains("divides by zero");
        });
    }

    @Test
    void B9_a_result_without_a_json_form_fails_its_unit() throws Exception {
        RunFolder run = run(
                pipeline(
                        "b9",
                        "- {name: odd, scope: expression, expressions: {f: \"n == 3 ? { -> 1 } : n\"}}",
                        "chunk_size: 7"),
                "b9",
                Lane.REALTIME);

        assertThat(failures(run))
                .singleElement()
                .satisfies(each -> assertThat(each.get("reason").asText()).contains("no JSON form"));
        assertThat(ShippedRun.summary(run).progress().done()).isEqualTo(29);
    }

    @Test
    void A09_rules_apply_to_expression_steps() throws Exception {
        RunFolder run = run(pipeline("a09", """
                        - name: halve
                          scope: expression
                          expressions: {half: n.intdiv(2)}
                          validation:
                            rules:
                              - {name: expression_even, expr: half * 2 == n, error: "{n} is odd, {_computed} is not {n}"}
                              - {name: small, expr: n < 28, level: warning}
                        - {name: after, scope: expression, expressions: {warned: "has('_warnings')"}}
                        """, "chunk_size: 10"), "a09", Lane.BATCH);

        assertThat(failures(run)).hasSize(15).first().satisfies(each -> {
            assertThat(each.get("code").asText()).isEqualTo("expression_even");
            assertThat(each.get("class").asText()).isEqualTo("validation");
            assertThat(each.get("reason").asText()).isEqualTo("1 is odd, 0 is not 1");
        });
        List<JsonNode> results = Files.readAllLines(run.outputs().resolve("results.jsonl")).stream()
                .map(Json::parse)
                .toList();
        assertThat(results)
                .extracting(each -> each.get("n").intValue())
                .hasSize(15)
                .allMatch(n -> n % 2 == 0);
        assertThat(results)
                .filteredOn(each -> each.get("warned").booleanValue())
                .hasSize(1);
    }

    @Test
    void I4_a_loop_that_reaches_its_limit_is_a_failure_with_its_reason() throws Exception {
        RunFolder run = run(pipeline("loop", """
                        - name: count
                          scope: expression
                          init: {k: "0"}
                          expressions: {k: k + 1}
                          loop_until: k == n
                          max_iterations: 25
                        """, "chunk_size: 30"), "loop", Lane.BATCH);

        assertThat(failures(run)).hasSize(5).allSatisfy(each -> {
            assertThat(each.get("code").asText()).isEqualTo("iteration_limit");
            assertThat(each.get("reason").asText()).contains("25");
        });
        assertThat(ShippedRun.summary(run).progress().done()).isEqualTo(25);
    }

    @Test
    void B14_work_without_end_fails_its_unit_and_no_other() throws Exception {
        RunFolder run = run(
                pipeline(
                        "b14",
                        "- {name: work, scope: expression, expressions: {k: \"def i = 0; while (n == 3 || i < n) { i++ }; i\"}}",
                        "chunk_size: 30"),
                "b14",
                Lane.BATCH);

        assertThat(failures(run)).singleElement().satisfies(each -> {
            assertThat(each.get("unit_id").asText()).isEqualTo("u03");
            assertThat(each.get("code").asText()).isEqualTo("expression_limit");
        });
        assertThat(ShippedRun.summary(run).progress().done()).isEqualTo(29);
    }

    @Test
    void A90_I14_random_results_depend_on_neither_chunk_size_nor_mode() throws Exception {
        String steps = """
                - name: walk
                  scope: expression
                  init: {place: "5"}
                  expressions: {place: "place + random.choice([-1, 1])"}
                  loop_until: place <= 0 || place >= 10 || random.random() < 0.01
                - {name: roll, scope: expression, expressions: {dice: "(1..3).collect { random.randint(1, 6) }"}}
                """;
        String processing = "repeat: 3\nseed: 42\nchunk_size: ";
        RunFolder one = run(pipeline("one", steps, processing + "7"), "one", Lane.BATCH);
        RunFolder other = run(pipeline("other", steps, processing + "50"), "other", Lane.REALTIME);

        assertThat(one.outputs().resolve("results.jsonl"))
                .hasSameBinaryContentAs(other.outputs().resolve("results.jsonl"));
        assertThat(Files.readAllLines(one.outputs().resolve("results.jsonl"))).hasSize(90);
        assertThat(ShippedRun.summary(one).cost().calls()).isZero();
    }

    @Test
    void a_damaged_settled_file_of_a_step_that_computes_is_computed_again() throws Exception {
        Path pipeline = pipeline("mend", """
                - {name: square, scope: expression, expressions: {square: n * n}}
                - name: big
                  scope: expression
                  expressions: {big: square > 100}
                  validation: {rules: [{name: not_25, expr: n != 25}]}
                """, "chunk_size: 10");
        RunFolder run = run(pipeline, "mend", Lane.BATCH);
        byte[] before = Files.readAllBytes(run.outputs().resolve("results.jsonl"));
        for (String each : List.of("square_validated.jsonl", "big_failures.jsonl")) {
            Path file = run.root().resolve("chunks/chunk_002/" + each);
            Files.writeString(file, Files.readString(file).replace("unit_id", "unit-id"));
        }

        try (Engine engine = ShippedRun.engine("")) {
            engine.release(engine.launch(run, Lane.BATCH, "again"));
        }

        assertThat(Files.readString(run.root().resolve("chunks/chunk_002/square_validated.jsonl")))
                .contains("\"unit_id\":\"u20\"");
        assertThat(run.outputs().resolve("results.jsonl")).hasBinaryContent(before);
    }
}
