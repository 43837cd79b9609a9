package dev.caravan.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.app.Caravan;
import dev.caravan.base.Problem;
import dev.caravan.cost.ModelRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Schemas as their authors write them, at the check of a pipeline: before anything is bought. */
class SchemaFilesTest {
    @TempDir
    Path folder;

    private PipelineFolder with(String schema) throws IOException {
        return new PipelineFolder(folder)
                .with("config.yaml", """
                        pipeline: {steps: [{name: label}]}
                        api: {provider: openai, model: gpt-4o-mini}
                        processing: {chunk_size: 5, items: {source: items.jsonl}}
                        """)
                .with("items.jsonl", "{\"id\":\"t1\",\"subject\":\"The router is dark.\"}\n")
                .with("templates/label.vm", "Label this: $subject")
                .with("schemas/label.json", schema);
    }

    @Test
    void case_21_schemas_that_cannot_be_meant_are_refused_with_file_and_place() throws IOException {
        assertThat(with("{\"type\":\"array\",\"items\":{\"type\":\"object\"}}").problems())
                .singleElement()
                .asString()
                .startsWith("schemas/label.json: $: admits no object");
        assertThat(with("{\"name\":\"label\",\"strict\":true,\"schema\":{\"type\":\"object\"}}")
                        .problems())
                .singleElement()
                .asString()
                .contains("response_format");
        assertThat(with("{\"type\":\"object\",\"propertys\":{\"a\":{}},\"require\":[\"a\"]}")
                        .problems())
                .hasSize(2)
                .anyMatch(each -> each.contains("$.propertys") && each.contains("'properties'"))
                .anyMatch(each -> each.contains("$.require") && each.contains("'required'"));
        assertThat(with("{\"properties\":{\"a\":{\"$ref\":\"#/properties/a\"}}}")
                        .problems())
                .singleElement()
                .asString()
                .contains("in a circle");
        assertThat(with("{\"properties\":{\"a\":{\"pattern\":\"(\"}}}").problems())
                .singleElement()
                .asString()
                .contains("'(' is no regular expression");
    }

    @Test
    void case_21_nullable_is_a_hint_and_a_relative_id_is_valid() throws IOException {
        PipelineFolder nullable =
                with("{\"type\":\"object\",\"properties\":{\"team\":{\"type\":\"string\",\"nullable\":true}}}");

        assertThat(nullable.problems()).isEmpty();
        assertThat(nullable.read().hints())
                .extracting(Problem::toString)
                .anyMatch(each -> each.startsWith("schemas/label.json: $.properties.team.nullable: is no word"));
        assertThat(with("{\"$id\":\"team.json\",\"type\":\"object\",\"properties\":{\"team\":{\"type\":\"string\"}}}")
                        .problems())
                .isEmpty();
    }

    @Test
    void the_schemas_of_a_stored_run_are_not_checked_by_rules_of_today() throws IOException {
        with("{\"type\":\"array\",\"require\":[\"a\"]}");

        Pipeline stored = new PipelineReader(ModelRegistry.shipped(), Map.copyOf(Caravan.kinds()))
                .readSnapshot(folder, CallOverrides.NONE);

        assertThat(stored.steps()).extracting(Step::name).isEqualTo(List.of("label"));
    }
}
