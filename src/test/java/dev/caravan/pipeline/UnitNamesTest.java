package dev.caravan.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.testing.CommandResult;
import dev.caravan.testing.RealProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Units whose names are not in ASCII, from the input to a file of each. */
class UnitNamesTest {
    private static final List<String> FILES = List.of(
            "__-01eeed02.json", "ÄRGER.json", "ärger_2.json", "मरम्मत.json", "日本語_の質問.json", ".caravan-extract");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"openai", "anthropic", "gemini"})
    void they_stay_readable_at_every_provider(String provider) throws IOException {
        Path run = folder.resolve("run");

        CommandResult said = CommandResult.of(
                "run",
                pipeline(),
                "--provider",
                provider,
                "--simulate",
                "--interval",
                "1",
                "--quiet",
                "--run-dir",
                run.toString());

        assertThat(said.code()).as(said.all()).isZero();
        assertThat(Files.readString(run.resolve("outputs/results.jsonl")).lines())
                .extracting(each -> each.replaceFirst(".*?\"unit_id\":\"(.*?)\".*", "$1"))
                .containsExactly("日本語_の質問", "मरम्मत", "__-01eeed02", "ÄRGER", "ärger~2");
        assertThat(CommandResult.of("verify", run.toString()).code()).isZero();
        assertThat(CommandResult.of("extract", run.toString()).code()).isZero();
        assertThat(run.resolve("outputs/units").toFile().list()).containsExactlyInAnyOrderElementsOf(FILES);
    }

    @Test
    void a_locale_that_cannot_name_their_files_is_told() throws IOException, InterruptedException {
        Path run = folder.resolve("run");
        assertThat(CommandResult.of(
                                "run",
                                pipeline(),
                                "--simulate",
                                "--interval",
                                "1",
                                "--quiet",
                                "--run-dir",
                                run.toString())
                        .code())
                .isZero();

        var program = new RealProgram(folder, Map.of("LC_ALL", "C", "CARAVAN_STATE", folder + "/state"));
        int code = program.start(List.of(), List.of("extract", run.toString())).waitFor();

        assertThat(code).isEqualTo(2);
        assertThat(Files.readString(folder.resolve("output.txt")))
                .contains("is no path here", "LC_ALL=C.UTF-8")
                .doesNotContain("our fault", "\tat ");
        assertThat(run.resolve("outputs/units")).doesNotExist();
    }

    private String pipeline() throws IOException {
        Path pipeline = folder.resolve("pipeline");
        Files.createDirectories(pipeline.resolve("templates"));
        Files.writeString(pipeline.resolve("config.yaml"), """
                pipeline:
                  name: names
                  steps:
                    - {name: first, max_tokens: 50, validation: {required: [mark], types: {mark: integer}}, simulate: {mark: {integer: [1, 5]}}}
                api: {provider: openai, model: gpt-4o-mini}
                processing: {chunk_size: 2, items: {source: items.jsonl, name_field: id}}
                """);
        Files.writeString(pipeline.resolve("items.jsonl"), """
                {"id":"日本語 の質問","t":"a"}
                {"id":"मरम्मत","t":"b"}
                {"id":"🐫🐪","t":"c"}
                {"id":"ÄRGER","t":"e"}
                {"id":"ärger","t":"f"}
                """);
        Files.writeString(pipeline.resolve("templates/first.vm"), "Mark $t. Answer {\"mark\": 1}.\n");
        return pipeline.toString();
    }
}
