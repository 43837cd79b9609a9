package dev.caravan.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.app.Caravan;
import dev.caravan.base.UserMistakeException;
import dev.caravan.cost.ModelRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PipelineReaderTest {
    private static final String GOOD = """
            pipeline:
              steps:
                - {name: one}
            processing: {chunk_size: 5, items: {source: items.csv}}
            """;

    @TempDir
    Path folder;

    @BeforeEach
    void write() throws IOException {
        Files.createDirectories(folder.resolve("templates"));
        Files.writeString(folder.resolve("templates/one.vm"), "$name");
        Files.writeString(folder.resolve("items.csv"), "name,x\nA B,1\nA_B,2\nA B,3\n");
        config(GOOD);
    }

    @Test
    void a_step_is_linked_by_its_name() {
        Pipeline pipeline = read();

        assertThat(pipeline.steps().get(0).template()).isEqualTo("templates/one.vm");
        assertThat(pipeline.steps().get(0).provider()).isEqualTo("openai");
        assertThat(pipeline.maxRetries()).isEqualTo(5);
    }

    @Test
    void C19_global_context_cannot_take_the_systems_names() throws IOException {
        config(GOOD + "prompts: {global_context: {errors: 1, tone: kind, config: 2}}\n");

        assertThatThrownBy(this::read)
                .isInstanceOf(UserMistakeException.class)
                .hasMessageContaining("prompts.global_context.errors")
                .hasMessageContaining("prompts.global_context.config");
    }

    @Test
    void the_short_form_means_the_same() throws IOException {
        config(
                "name: s\nitems_source: items.csv\nchunk_size: 5\nmax_retries: 2\npipeline: [{name: one, template: one.vm}]\n");

        assertThat(read().maxRetries()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "chunk_size: 5|chunk_size: 0|processing.chunk_size: must be a whole number from 1 to 50000, not 0",
                "{name: one}|{name: one, modle: x}|pipeline.steps[0].modle: unknown key; did you mean 'model'?",
                "{name: one}|{name: one, provider: opnai}|pipeline.steps[0].provider: unknown provider 'opnai'; did you mean 'openai'?",
                "{name: one}|{name: one, model: claude-haiku-4-5}|the model 'claude-haiku-4-5' is not one of openai's but of anthropic",
                "{name: one}|{name: one, model: gpt-5-mini, temperature: 1}|pipeline.steps[0].temperature: the model 'gpt-5-mini' takes no temperature as it is asked here; leave it out",
                "{name: one}|{name: one, model: gpt-6-sol, temperature: 1}|takes one with reasoning_effort none",
                "{name: one}|{name: one, provider: anthropic, model: claude-haiku-4-5, api_version: 2026-10-21, temperature: 1}|takes one with api_version 2023-06-01",
                "{name: one}|{name: one, scope: expresion}|pipeline.steps[0].scope: 'expresion' is not a kind of step",
                "{name: one}|{name: two}|pipeline.steps[0]: has no template; write templates/two.vm",
                "{name: one}|{name: one, template: onne.vm}|there is no file 'templates/onne.vm'; did you mean 'one.vm'?",
                "{name: one}|{name: one, template: ../../x.vm}|leads out of the pipeline folder",
                "{name: one}|{name: one, depends_on: x}|pipeline.steps[0].depends_on: steps run in the order they are written",
                "items.csv|itms.csv|there is no file 'itms.csv'; did you mean 'items.csv'?",
                "items.csv|config.yaml.txt|must end in one of: yaml, yml, json, jsonl, csv, tsv",
                "pipeline:|pipeline: []\\npipeline:|duplicate key",
            })
    void B34_what_is_wrong_is_refused_with_its_place(String from, String to, String message) throws IOException {
        config(GOOD.replace(from, to.replace("\\n", "\n")));

        assertThatThrownBy(this::read)
                .isInstanceOf(UserMistakeException.class)
                .hasMessageContaining("config.yaml")
                .hasMessageContaining(message);
    }

    @Test
    void several_problems_in_several_files_come_in_one_report() throws IOException {
        Files.writeString(folder.resolve("templates/one.vm"), "a\n#if($name)");
        Files.createDirectories(folder.resolve("schemas"));
        Files.writeString(folder.resolve("schemas/one.json"), "{\"type\": \"objekt\"}");
        config(GOOD.replace("{name: one}", "{name: one}\n    - {name: one}").replace("chunk_size: 5", "chunk_siz: 5"));

        assertThatThrownBy(this::read)
                .hasMessageContaining("templates/one.vm: line 2")
                .hasMessageContaining("schemas/one.json")
                .hasMessageContaining("'one' is already taken")
                .hasMessageContaining("processing.chunk_siz: unknown key; did you mean 'chunk_size'?");
    }

    @Test
    void B33_items_whose_names_become_alike_get_different_ids() {
        var out = new ByteArrayOutputStream();

        int units = UnitWriter.write(read(), out, Integer.MAX_VALUE);

        assertThat(units).isEqualTo(3);
        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .extracting(line -> line.split("\"", -1)[3])
                .isEqualTo(List.of("A_B", "A_B~2", "A_B~3"));
    }

    @ParameterizedTest
    @CsvSource({".hidden,_hidden", "a:b*c,a_b_c", "ümlaut,ümlaut", "a/ü,a_ü", "-x,_x"})
    void C23_an_id_is_safe_as_a_file_name(String name, String id) throws IOException {
        Files.writeString(folder.resolve("items.csv"), "name\n" + name + "\n");
        var out = new ByteArrayOutputStream();

        UnitWriter.write(read(), out, 1);

        assertThat(out.toString(StandardCharsets.UTF_8)).contains("\"unit_id\":\"" + id + "\"");
    }

    private Pipeline read() {
        return new PipelineReader(ModelRegistry.shipped(), Map.copyOf(Caravan.kinds()))
                .read(folder, CallOverrides.NONE);
    }

    private void config(String text) throws IOException {
        Files.writeString(folder.resolve("config.yaml"), text);
    }
}
