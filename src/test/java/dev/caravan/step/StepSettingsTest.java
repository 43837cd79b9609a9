package dev.caravan.step;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.app.Caravan;
import dev.caravan.base.Json;
import dev.caravan.pipeline.Manner;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.StepGrammar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepSettingsTest {
    @TempDir
    Path folder;

    private WrittenPipeline steps(String... steps) throws IOException {
        return new WrittenPipeline(folder).steps(steps);
    }

    private static ObjectNode record() {
        return Json.object().put("unit_id", "one").put("_n", 0).put("text", "t");
    }

    @Test
    void all_that_is_wrong_with_an_expression_step_is_told_at_once_in_its_order() throws IOException {
        var written = steps("- {name: sum, scope: expression, init: {unit_id: 1}, expressions: {a: '1 +', 1b: '2'},"
                + " max_iterations: 0, skip_if: '(', validation: {ranges: {a: [2, 1]}}}");

        assertThat(written.problems())
                .extracting(each -> each.replaceFirst("^config.yaml: ", "").replaceFirst(": .*", ""))
                .containsExactly(
                        "pipeline.steps[0].init.unit_id",
                        "pipeline.steps[0].expressions.a",
                        "pipeline.steps[0].expressions.1b",
                        "pipeline.steps[0].max_iterations",
                        "pipeline.steps[0].max_iterations",
                        "pipeline.steps[0].validation.ranges.a",
                        "pipeline.steps[0].skip_if");
        assertThat(steps("- {name: sum, scope: expression, max_iterations: 3}").problems())
                .containsExactly(
                        "config.yaml: pipeline.steps[0].expressions: is missing; an expression step maps names to"
                                + " expressions",
                        "config.yaml: pipeline.steps[0].max_iterations: has no meaning without loop_until; remove it,"
                                + " or say until when to repeat");
    }

    @Test
    void all_that_is_wrong_with_a_fan_out_is_told_at_once() throws IOException {
        var written = steps("- {name: split, scope: fan_out, child_field: '1x', max_children: 0, on_empty: maybe,"
                + " drop_if: 'true'}");

        assertThat(written.problems())
                .containsSubsequence(
                        "config.yaml: pipeline.steps[0].field: is missing; name the field that holds the array, each"
                                + " of whose elements becomes a unit",
                        "config.yaml: pipeline.steps[0].child_field: must be the name of a field (letters, digits, _),"
                                + " not \"1x\"",
                        "config.yaml: pipeline.steps[0].max_children: must be a whole number from 1 to 100000, not 0",
                        "config.yaml: pipeline.steps[0].on_empty: must be one of fail, drop, keep, not \"maybe\"",
                        "config.yaml: pipeline.steps[0].drop_if: has no place at a fan-out; give it to the step before,"
                                + " or to the first step of the children");
        assertThat(steps("- {name: split, scope: fan_out, field: list, on_empty: keep}")
                        .problems())
                .singleElement()
                .asString()
                .contains("keep needs a gather that ends this fan-out");
    }

    @Test
    void all_that_is_wrong_with_a_gather_is_told_at_once() throws IOException {
        var written = steps(
                "- {name: split, scope: fan_out, field: list}",
                "- {name: join, scope: gather, field: _n, missing_field: errors, take: [], on_failed: keep,"
                        + " skip_if: 'true'}");

        assertThat(written.problems())
                .containsExactly(
                        "config.yaml: pipeline.steps[1].field: '_n' is a name of the system's",
                        "config.yaml: pipeline.steps[1].missing_field: 'errors' is a name of the system's",
                        "config.yaml: pipeline.steps[1].take: must be the name of a field, or a list of names, not []",
                        "config.yaml: pipeline.steps[1].on_failed: must be one of fail, drop, not \"keep\"",
                        "config.yaml: pipeline.steps[1].skip_if: has no place at a gather: children that were not"
                                + " gathered would be gone");
    }

    @Test
    void all_that_is_wrong_with_a_mapping_an_approval_and_a_question_is_told_at_once() throws IOException {
        var written = steps(
                "- {name: map, scope: transform, map: '{', keep: some}",
                "- {name: look, scope: approval, sample: 0, schema: x.json, model: gpt-4o}",
                "- {name: ask, same_prompt: perhaps, prompt_template: other.vm, template: ask.vm}");
        written.with("templates/ask.vm", "Of #if($text");

        assertThat(written.problems())
                .extracting(each -> each.replaceFirst("^config.yaml: ", "").replaceFirst(": .*", ""))
                .contains(
                        "pipeline.steps[0].keep",
                        "pipeline.steps[1].schema",
                        "pipeline.steps[1].model",
                        "pipeline.steps[1].sample",
                        "templates/ask.vm",
                        "pipeline.steps[2].same_prompt",
                        "pipeline.steps[2].prompt_template")
                .anyMatch(each -> each.startsWith("pipeline.steps[0].map"));
    }

    @Test
    void a_step_is_prepared_by_what_was_read_whatever_became_of_its_files() throws Exception {
        var written =
                steps("- {name: map, scope: transform}", "- {name: ask, schema: answer.json, model: gpt-4o-mini}");
        written.with("transforms/map.jslt", "{\"short\": .text}");
        written.with("templates/ask.vm", "Of $short");
        written.with(
                "schemas/answer.json", "{\"type\": \"object\", \"properties\": {\"mark\": {\"type\": \"integer\"}}}");
        Pipeline read = written.read();
        for (String each : List.of("transforms/map.jslt", "templates/ask.vm", "schemas/answer.json")) {
            Files.delete(folder.resolve(each));
        }

        List<PreparedStep> steps = StepKind.prepared(read, Caravan.kinds());

        var local = (PreparedStep.Local) steps.get(0);
        ObjectNode mapped =
                Objects.requireNonNull(local.perform(record(), 0).verdict().output());
        assertThat(mapped.path("short").asText()).isEqualTo("t");
        var asking = steps.get(1).asking().orElseThrow();
        assertThat(asking.prompt("k", mapped, Json.mapper().createArrayNode(), false)
                        .text())
                .isEqualTo("Of t");
        assertThat(asking.schema()).isNotNull();
        assertThat(asking.judge("{\"mark\": \"x\"}", mapped).output()).isNull();
    }

    @Test
    void a_step_has_the_manner_and_the_role_of_its_kind() throws IOException {
        var written = steps(
                "- {name: split, scope: fan_out, field: list}",
                "- {name: ask, model: gpt-4o-mini}",
                "- {name: sum, scope: expression, expressions: {a: '1'}}",
                "- {name: join, scope: gather, field: all}",
                "- {name: map, scope: transform, map: '{\"b\": 1}'}",
                "- {name: look, scope: approval}");
        written.with("templates/ask.vm", "Of $list");

        List<PreparedStep> steps = written.prepared();

        assertThat(steps)
                .extracting(PreparedStep::manner)
                .containsExactly(
                        Manner.COMPUTES, Manner.BUYS, Manner.COMPUTES, Manner.COMPUTES, Manner.COMPUTES, Manner.WAITS);
        assertThat(steps).allSatisfy(each -> {
            StepKind kind = StepGrammar.of(Caravan.kinds(), each.step());
            assertThat(each.manner()).isEqualTo(kind.manner());
            assertThat(each.role()).isEqualTo(kind.role());
        });
    }
}
