package dev.caravan.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

/** Runs whose records are mapped by JSLT. */
class TransformStepTest {
    @TempDir
    Path folder;

    private Path pipeline(String name, String steps) throws IOException {
        Path home = Files.createDirectories(folder.resolve("pipelines").resolve(name));
        Files.writeString(home.resolve("config.yaml"), "pipeline:\n  steps:\n" + steps.indent(4) + """
                processing:
                  items: {source: items.jsonl, name_field: id}
                  chunk_size: 4
                """);
        Files.createDirectories(home.resolve("transforms"));
        var items = new StringBuilder();
        for (int i = 0; i < 9; i++) {
            items.append("{\"id\": \"u%d\", \"n\": %d, \"list\": [%d, 1.10], \"void\": null}%n".formatted(i, i, i));
        }
        Files.writeString(home.resolve("items.jsonl"), items);
        return home;
    }

    private RunFolder run(Path pipeline, String name) throws Exception {
        try (Engine engine = ShippedRun.engine("")) {
            return ShippedRun.drive(
                    engine, new ShippedRun(folder).make(pipeline, name, Integer.MAX_VALUE), Lane.REALTIME);
        }
    }

    private static List<JsonNode> output(RunFolder run, String name) throws IOException {
        return Files.readAllLines(run.outputs().resolve(name)).stream()
                .map(Json::parse)
                .toList();
    }

    @Test
    void a_mapping_adds_to_the_record_or_takes_its_place_and_null_and_what_is_empty_is_kept() throws Exception {
        Path adding = pipeline("adding", "- {name: shape, scope: transform}\n");
        Files.writeString(
                adding.resolve("transforms/shape.jslt"),
                "{\"first\": .list[0], \"void\": .void, \"none\": [], \"empty\": {}, \"unit_id\": \"other\"}");
        Path replacing = pipeline(
                "replacing",
                "- {name: shape, scope: transform, keep: none, map: '{\"sum\": .n + 1, \"price\": .list[1]}'}\n");

        assertThat(output(run(adding, "adding"), "results.jsonl").get(3))
                .hasToString("{\"unit_id\":\"u3\",\"id\":\"u3\",\"n\":3,\"list\":[3,1.10],\"void\":null,"
                        + "\"first\":3,\"none\":[],\"empty\":{}}");
        assertThat(output(run(replacing, "replacing"), "results.jsonl").get(3))
                .hasToString("{\"unit_id\":\"u3\",\"sum\":4,\"price\":1.10}");
    }

    @Test
    void what_cannot_be_mapped_fails_that_unit_alone() throws Exception {
        Path pipeline = pipeline(
                "some",
                "- {name: shape, scope: transform,"
                        + " map: 'if (.n == 2) [1] else {\"x\": 10 / .n}', validation: {ranges: {x: [0, 5]}}}\n");

        RunFolder run = run(pipeline, "some");

        assertThat(output(run, "failures.jsonl"))
                .extracting(each -> each.path("unit_id").asText() + " "
                        + each.path("class").asText() + " "
                        + each.path("code").asText())
                .containsExactly("u0 transform transform_error", "u1 validation range_x", "u2 transform not_an_object");
        assertThat(output(run, "results.jsonl")).hasSize(6);
    }

    @Test
    void fields_are_followed_through_a_mapping_and_its_mistakes_are_told() throws Exception {
        Path wrong = pipeline("wrong", """
                - {name: a, scope: transform}
                - {name: b, scope: transform, keep: some, map: '{"x": .n + }'}
                - {name: c, scope: transform, map: '{"x": now()}'}
                """);
        assertThatThrownBy(() -> ShippedRun.read(wrong))
                .hasMessageContaining("pipeline.steps[0]: has no mapping; write transforms/a.jslt")
                .hasMessageContaining("pipeline.steps[1].keep: must be one of all, none")
                .hasMessageContaining("pipeline.steps[1].map, line 1, column")
                .hasMessageContaining("now() is not available");

        Path gone = pipeline("gone", """
                - {name: a, scope: transform, keep: none, map: '{"x": .n}'}
                - {name: b, scope: expression, expressions: {y: "x + n"}}
                """);
        assertThatThrownBy(() -> ShippedRun.read(gone))
                .hasMessageContaining("pipeline.steps[1].expressions.y: there is no field 'n'");
    }
}
