package dev.caravan.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders that mean harm, or merely went wrong: one clear message each, and never a stack trace. */
class HostileFolderTest {
    private static final String CONFIG = """
            pipeline: {steps: [{name: one}]}
            processing: {chunk_size: 5, items: {source: items.jsonl}}
            """;

    @TempDir
    Path home;

    private PipelineFolder pipeline;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(home.resolve("secret.txt"), "$name");
        pipeline = new PipelineFolder(home.resolve("p"))
                .with("config.yaml", CONFIG)
                .with("templates/one.vm", "$name")
                .with("items.jsonl", "{\"name\": \"a\"}\n");
        assertThat(pipeline.problems()).isEmpty();
    }

    private void link(String file, String target) throws IOException {
        Path path = pipeline.folder().resolve(file);
        Files.createDirectories(Objects.requireNonNull(path.getParent()));
        Files.deleteIfExists(path);
        Files.createSymbolicLink(path, Path.of(target));
    }

    private void says(String part) {
        assertThat(pipeline.problems()).anySatisfy(each -> assertThat(each).contains(part));
    }

    @Test
    void paths_that_lead_out_are_refused() throws IOException {
        for (String path : new String[] {"../secret.txt", "/etc/passwd", "templates/../../secret.txt"}) {
            pipeline.with("config.yaml", CONFIG.replace("{name: one}", "{name: one, template: \"" + path + "\"}"));
            says("leads out of the pipeline folder");
            pipeline.with("config.yaml", CONFIG.replace("items.jsonl", path));
            says("leads out of the pipeline folder");
        }
        pipeline.with("config.yaml", CONFIG + "prompts: {template_dir: ../..}\nschemas: {schema_dir: /etc}\n");
        assertThat(pipeline.problems()).isNotEmpty();
    }

    @Test
    void links_that_lead_out_are_refused() throws IOException {
        link("templates/one.vm", "../../secret.txt");
        says("is a link out of the pipeline folder");
        link("templates/one.vm", "/dev/zero");
        assertThat(pipeline.problems()).isNotEmpty();
        pipeline.with("templates/x", "");
        Files.delete(pipeline.folder().resolve("templates/one.vm"));
        pipeline.with("templates/one.vm", "$name");
        link("schemas/one.json", home.resolve("secret.txt").toString());
        says("schemas/one.json' is a link out of the pipeline folder");
        Files.delete(pipeline.folder().resolve("schemas/one.json"));
        link("items.jsonl", "/etc/passwd");
        says("items.jsonl' is a link out of the pipeline folder");
        link("config.yaml", "../secret.txt");
        says("is a link out of the pipeline folder");
    }

    @Test
    void yaml_bombs_and_duplicate_keys_are_refused() throws IOException {
        var bomb = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 60; i++) {
            bomb.append("a%d: &a%d [*a%d, *a%d]%n".formatted(i, i, i - 1, i - 1));
        }
        pipeline.with("config.yaml", bomb + CONFIG);
        says("config.yaml");
        pipeline.with("config.yaml", "a: &a {b: *a}\n" + CONFIG);
        says("config.yaml");
        pipeline.with("config.yaml", CONFIG + "processing: {chunk_size: 6}\n");
        says("duplicate key");
        pipeline.with("config.yaml", "[".repeat(100_000));
        says("config.yaml");
        pipeline.with("config.yaml", CONFIG.replace("chunk_size: 5", "chunk_size: .inf"));
        says("is no number that JSON can hold");
        pipeline.with("config.yaml", CONFIG.replace("chunk_size: 5", "chunk_size: 1e999999999"));
        says("config.yaml");
        pipeline.with("config.yaml", "!!javax.script.ScriptEngineManager [1]\n");
        says("config.yaml");
        pipeline.with("config.yaml", "- just\n- a list\n");
        says("must be a map");
        pipeline.with("config.yaml", "");
        says("must be a map");
    }

    @Test
    void other_encodings_and_binary_files_are_refused() throws IOException {
        byte[] noise = new byte[10_000];
        new Random(1).nextBytes(noise);
        for (String file : new String[] {"config.yaml", "templates/one.vm", "items.jsonl"}) {
            byte[] before = Files.readAllBytes(pipeline.folder().resolve(file));
            Files.write(pipeline.folder().resolve(file), CONFIG.getBytes(StandardCharsets.UTF_16));
            says(file + ": is not UTF-8 text");
            Files.write(pipeline.folder().resolve(file), noise);
            says(file + ": is not UTF-8 text");
            Files.write(pipeline.folder().resolve(file), before);
        }
        pipeline.with("schemas/one.json", "{\"type\": \"object\"} more");
        says("schemas/one.json: line 1");
        pipeline.with("schemas/one.json", "{\"type\": \"objct\"}");
        says("is no valid JSON Schema");
        pipeline.with("schemas/one.json", "{\"$ref\": \"http://127.0.0.1:1/x.json\"}");
        says("a schema may not load another file or address");
    }

    @Test
    void json_that_is_nested_too_deeply_is_refused_with_its_line() throws IOException {
        String deep = "[".repeat(2_000) + "]".repeat(2_000);
        pipeline.with("schemas/one.json", "{\n\"enum\":" + deep + "}");
        assertThat(pipeline.problems())
                .containsExactly(
                        "schemas/one.json: line 2: is not JSON: Document nesting depth (501) exceeds the maximum"
                                + " allowed (500)");
        pipeline.with("schemas/one.json", "{\n\"minimum\":" + "1".repeat(2_000) + "}");
        says("schemas/one.json: line 2: is not JSON: Number value length (2000) exceeds the maximum allowed (1000)");
        Files.delete(pipeline.folder().resolve("schemas/one.json"));
        pipeline.with("config.yaml", CONFIG.replace("items.jsonl", "items.json"))
                .with("items.json", "[{\"name\":\"a\"},\n{\"x\":" + deep + "}]");
        says("items.json: line 2: is not JSON: Document nesting depth (501) exceeds");
    }

    @Test
    void numbers_in_a_schema_that_none_can_be_are_refused_with_their_place() throws IOException {
        for (String each : List.of("1e999", "-1e999", "1e-999", "1e999999999")) {
            pipeline.with("schemas/one.json", "{\"properties\":{\"a\":{\"type\":" + each + "}}}");
            says("schemas/one.json: $.properties.a.type: ");
            pipeline.with("schemas/one.json", "{\"properties\":{\"a\":{\"enum\":[1," + each + "]}}}");
            says("is beyond what numbers can be; write one from 1e-300 to 1e300");
        }
    }

    @Test
    void what_is_no_map_in_a_list_of_maps_is_refused_with_its_place() throws IOException {
        for (String each : List.of("completed", "1", "[]", "null", "1.5")) {
            pipeline.with("config.yaml", CONFIG.replace("[{", "[" + each + ", {"));
            says("config.yaml: pipeline.steps[0]: must be a map with at least a name, not ");
            pipeline.with("config.yaml", CONFIG + "post_process: [" + each + "]\n");
            says("config.yaml: post_process[0]: must be a map with at least a name, not ");
            pipeline.with("config.yaml", CONFIG.replace("one}", "one, validation: {rules: [" + each + "]}}"));
            says("config.yaml: pipeline.steps[0].validation.rules[0]");
            pipeline.with("config.yaml", "pipeline: [" + each + "]\nchunk_size: 1\nitems_source: items.jsonl\n");
            says("config.yaml: pipeline[0]: must be a map with a name, not ");
        }
        pipeline.with("config.yaml", CONFIG.replace("processing: {", "processing: {positions: [1], "));
        says("config.yaml: processing.positions[0]: needs a name of letters");
        pipeline.with("config.yaml", CONFIG.replace("[{name: one}]", "{name: one}"));
        says("config.yaml: pipeline.steps: must be a list of at least one step");
    }

    @Test
    void items_that_could_not_be_read_back_are_refused() throws IOException {
        String deep = "{\"a\":".repeat(250) + "1" + "}".repeat(250);
        for (String form : List.of("items.jsonl", "items.json", "items.yaml")) {
            String item = "{\"name\": \"a\", \"x\": " + deep + "}";
            pipeline.with("config.yaml", CONFIG.replace("items.jsonl", form))
                    .with(form, form.equals("items.jsonl") ? item : "[" + item + "]");
            says("holds values that are nested more than 200 levels deep");
        }
        pipeline.with(
                "config.yaml",
                CONFIG.replace(
                        "items: {source: items.jsonl}",
                        "strategy: cross_product, positions:" + " [name], items: {source: items.yaml}"));
        pipeline.with("items.yaml", "{\"names\": [{\"name\": \"a\", \"x\": " + deep + "}]}");
        says("items.yaml: a: holds values that are nested more than 200 levels deep");
        pipeline.with("config.yaml", CONFIG + "description: " + "[".repeat(600) + "]".repeat(600) + "\n");
        says("config.yaml: is nested more than 500 levels deep");
    }

    @Test
    void a_simulate_block_between_whose_bounds_nothing_lies_is_refused() throws IOException {
        for (String bounds : List.of("integer: [1, 0]", "number: [1.5, 1]", "integer: [0, 1e30]")) {
            pipeline.with("config.yaml", CONFIG.replace("one}", "one, simulate: {a: {" + bounds + "}}}"));
            says("config.yaml: pipeline.steps[0].simulate.a." + bounds.replaceFirst(":.*", "")
                    + ": must be the lowest and the highest number");
        }
    }

    @Test
    void steps_behind_one_that_is_none_are_still_read() throws IOException {
        pipeline.with(
                "config.yaml",
                CONFIG.replace(
                        "[{name: one}]", "[{scope: run, type: report}, {name: one}, 7, {name: one, scope: odd}]"));

        says("config.yaml: pipeline.steps[1]: comes behind a step of scope run");
        says("config.yaml: pipeline.steps[2]: must be a map with at least a name, not 7");
        says("config.yaml: pipeline.steps[3].scope: 'odd' is not a kind of step");
    }

    @Test
    void names_that_no_file_can_have_are_refused() throws IOException {
        for (String key : List.of("template", "schema")) {
            pipeline.with("config.yaml", CONFIG.replace("one}", "one, " + key + ": \"a\\0b\"}"));
            says("config.yaml: pipeline.steps[0]." + key + ": '");
            says("' is no file name");
        }
        pipeline.with("config.yaml", CONFIG.replace("name: one}", "name: \"a\\0b\"}"));
        says("config.yaml: pipeline.steps[0].name");
        pipeline.with("config.yaml", CONFIG + "post_process: [{script: \"scripts/a\\0b\"}, {output: \"a\\0b\"}]\n");
        says("config.yaml: post_process[0].script: '");
        says("config.yaml: post_process[1].output: must name a file");
    }

    @Test
    void numbers_that_are_too_large_are_not_taken_for_others() throws IOException {
        pipeline.with("config.yaml", CONFIG.replace("chunk_size: 5", "chunk_size: 18446744073709551621"));
        says("config.yaml: processing.chunk_size: must be a whole number");
    }

    @Test
    void items_that_are_none_are_refused_with_their_line() throws IOException {
        pipeline.with("items.jsonl", "{\"name\": \"a\"}\n{\"name\": \n");
        says("items.jsonl: line 2: is not JSON");
        pipeline.with("items.jsonl", "{\"name\": \"a\"}\n[1]\n");
        says("items.jsonl: line 2: must hold one JSON object");
        pipeline.with("items.jsonl", "{\"name\": \"a\", \"_n\": 7}\n");
        says("the field '_n' begins with _");
        pipeline.with("items.jsonl", "{\"name\": \"a\", \"x\": " + "[".repeat(2_000) + "]".repeat(2_000) + "}\n");
        says("items.jsonl: line 1");
        pipeline.with("items.jsonl", "{\"name\": \"" + "x".repeat(17 << 20) + "\"}\n");
        says("items.jsonl: line 1: is longer than 16 MB");
        pipeline.with("items.jsonl", "");
        says("items.jsonl: holds no items");
    }

    @Test
    void files_too_large_for_what_they_are_are_refused_unread() throws IOException {
        try (var file = new RandomAccessFile(
                pipeline.folder().resolve("templates/one.vm").toFile(), "rw")) {
            file.setLength(8L << 30);
        }
        says("templates/one.vm: is larger than 4 MB");
        pipeline.with("schemas/one.json", "{}");
        try (var file = new RandomAccessFile(
                pipeline.folder().resolve("schemas/one.json").toFile(), "rw")) {
            file.setLength(8L << 30);
        }
        says("schemas/one.json: is larger than 4 MB");
        try (var file =
                new RandomAccessFile(pipeline.folder().resolve("config.yaml").toFile(), "rw")) {
            file.setLength(8L << 30);
        }
        says("config.yaml: is larger than 4 MB");
    }
}
