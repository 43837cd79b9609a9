package dev.caravan.camel.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.base.Json;
import dev.caravan.base.JsonBytes;
import dev.caravan.execution.RowMapping;
import dev.caravan.provider.Prompt;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A line that is put into a frame is the line that the mapping makes. */
class RequestFrameTest {
    @TempDir
    Path folder;

    private static Prompt prompt(String key, String text, String model) {
        return new Prompt(
                key,
                model,
                "Be \"brief\".",
                text,
                100,
                Json.parse("0.20"),
                Json.parse("{\"type\":\"object\",\"properties\":{\"a\":{\"enum\":[\"é\",\"\\\"\"]}}}"),
                true,
                "classify",
                List.of("END"),
                7L,
                "low",
                "",
                "");
    }

    private static String text(Random random) {
        var pieces = List.of("a", "\"", "\\", "\n", "é", "😀", "{}", "\u0001", "caravan-text-31c05e", "Ω", " ");
        var text = new StringBuilder();
        for (int i = random.nextInt(60); i >= 0; i--) {
            text.append(pieces.get(random.nextInt(pieces.size())));
        }
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai", "mistral", "anthropic", "gemini"})
    void lines_in_a_frame_are_those_of_the_mapping(String provider) {
        var wire = new ProviderWire(Path.of("routes", provider));
        RowMapping.RequestLines lines = wire.requestLines("");
        var random = new Random(Long.getLong("caravan.seed", 5));
        var headers = new TreeMap<String, String>();
        for (int i = 0; i < 2_500; i++) {
            Prompt prompt = prompt("classify-" + i + "-1", text(random), i > 2_000 ? "other" : "model");
            var line = new JsonBytes();
            lines.write(prompt, prompt.callKey(), line);
            RequestFrame.Line mapped = wire.line(prompt, prompt.callKey(), "");
            headers.putAll(mapped.headers());

            assertThat(line.toBytes()).isEqualTo(mapped.bytes());
            assertThat(lines.endpoint()).isEqualTo(mapped.endpoint());
        }
        assertThat(lines.headers()).isEqualTo(headers);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"text\": .text, \"long\": size(.text) > 100}",
                "{\"text\": trim(.text)}",
                "{\"text\": .text, \"again\": .text}",
                "{\"text\": \"Q: \" + .text}",
                "{\"text\": if (contains(\"\\\"\", .text)) \"no\" else .text}",
                "{\"text\": .text, \"key\": .callKey}",
                "{\"text\": .text[0 : 500]}"
            })
    void a_mapping_that_looks_at_the_text_has_no_frame(String body) throws Exception {
        Files.writeString(folder.resolve("complete-request.jslt"), "{\"path\": \"/x\", \"body\": " + body + "}");
        Files.writeString(folder.resolve("batch-line.jslt"), "{\"id\": .customId, \"body\": .body}");
        var wire = new ProviderWire(folder);

        assertThat(RequestFrame.of(prompt("a-1-1", "text", "m"), (prompt, id) -> wire.line(prompt, id, "")))
                .isNull();
        RowMapping.RequestLines lines = wire.requestLines("");
        for (String each : List.of("short", " blanks ", "\"quoted\"", "long ".repeat(300))) {
            var line = new JsonBytes();
            Prompt prompt = prompt("a-1-1", each, "m");
            lines.write(prompt, "id", line);
            assertThat(line.toBytes()).isEqualTo(wire.line(prompt, "id", "").bytes());
        }
    }

    @Test
    void a_difference_that_shows_later_ends_all_frames_of_the_job() throws Exception {
        Files.writeString(
                folder.resolve("complete-request.jslt"),
                "{\"path\": \"/x\", \"body\": {\"text\": if (.text == \"magic\") \"other\" else .text}}");
        Files.writeString(folder.resolve("batch-line.jslt"), "{\"id\": .customId, \"body\": .body}");
        RowMapping.RequestLines lines = new ProviderWire(folder).requestLines("");
        for (int i = 0; i <= 1_001; i++) {
            var line = new JsonBytes();
            lines.write(prompt("a-1-1", i >= 1_000 ? "magic" : "text", "m"), "id", line);
            if (i >= 1_000) {
                assertThat(new String(line.toBytes(), StandardCharsets.UTF_8)).contains("other");
            }
        }
    }
}
