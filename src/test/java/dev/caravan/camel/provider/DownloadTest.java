package dev.caravan.camel.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.base.Json;
import dev.caravan.journal.JsonLines;
import dev.caravan.provider.JobStatus;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a download is before anybody reads a row of it. */
class DownloadTest {
    @TempDir
    Path folder;

    private boolean write(String text, String unwrap) throws IOException {
        return Download.write(
                new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
                new JobStatus.Result("f", "/f", unwrap),
                folder.resolve("f.jsonl"));
    }

    private String written() throws IOException {
        try (InputStream in = JsonLines.open(folder.resolve("f.jsonl"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void a_last_row_that_ends_in_the_middle_is_fetched_once_more_and_then_is_what_the_provider_has() throws Exception {
        assertThat(write("{\"a\":1}\n{\"b", "")).isFalse();
        assertThat(folder.resolve("f.jsonl.gz")).doesNotExist();

        assertThat(write("{\"a\":1}\n{\"b\":", ""))
                .as("it grew: still on its way")
                .isFalse();
        assertThat(write("{\"a\":1}\n{\"b\":", "")).isTrue();

        assertThat(written()).isEqualTo("{\"a\":1}\n{\"b\":");
    }

    @Test
    void a_whole_last_row_needs_no_line_break() throws Exception {
        assertThat(write("{\"a\":1}\n{\"b\":\"" + "x".repeat(200_000) + "\"}", ""))
                .isTrue();
        assertThat(write("", "")).isTrue();
        assertThat(write("{\"a\":1}\n\n", "")).isTrue();
    }

    @Test
    void rows_in_an_answer_become_lines_however_deep_one_of_them_is() throws Exception {
        String deep = "[".repeat(2_000) + "]".repeat(2_000);

        assertThat(write("{\"x\":{\"y\":[{\"a\":1.50},{\"a\":" + deep + "},\"odd\",{\"b\":\"é\\u0000\"}]}}", "x.y"))
                .isTrue();

        var lines = written().lines().toList();
        assertThat(lines).hasSize(4);
        assertThat(lines.get(1)).hasSize(deep.length() + 6);
        assertThat(Json.parse(lines.get(3)).path("b").asText()).isEqualTo("é\0");
    }
}
