package dev.caravan.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
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
        new java.util.Random(1).nextBytes(noise);
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
        try (var file = new java.io.RandomAccessFile(
                pipeline.folder().resolve("templates/one.vm").toFile(), "rw")) {
            file.setLength(8L << 30);
        }
        says("templates/one.vm: cannot be read: is larger than 4 MB");
        pipeline.with("schemas/one.json", "{}");
        try (var file = new java.io.RandomAccessFile(
                pipeline.folder().resolve("schemas/one.json").toFile(), "rw")) {
            file.setLength(8L << 30);
        }
        says("schemas/one.json: cannot be read: is larger than 4 MB");
        try (var file = new java.io.RandomAccessFile(
                pipeline.folder().resolve("config.yaml").toFile(), "rw")) {
            file.setLength(8L << 30);
        }
        says("config.yaml: is larger than 4 MB");
    }
}
