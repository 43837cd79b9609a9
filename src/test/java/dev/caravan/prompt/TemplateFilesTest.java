package dev.caravan.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.testing.CommandResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Templates as editors save them and people write them, seen by the commands. */
class TemplateFilesTest {
    @TempDir
    Path folder;

    @BeforeEach
    void pipeline() throws IOException {
        Files.createDirectories(folder.resolve("templates"));
        Files.writeString(folder.resolve("config.yaml"), """
                pipeline: {steps: [{name: greet}]}
                processing: {chunk_size: 10, items: {source: guests.jsonl}}
                """);
        Files.writeString(
                folder.resolve("guests.jsonl"),
                "{\"id\":\"a\",\"name\":\"Ada\",\"title\":null}\n{\"id\":\"b\",\"title\":\"Dr\"}\n");
    }

    private CommandResult said(String template, String command, String... options) throws IOException {
        Files.writeString(folder.resolve("templates/greet.vm"), template);
        var arguments = new ArrayList<>(List.of(command, folder.toString()));
        arguments.addAll(List.of(options));
        return CommandResult.of(arguments.toArray(String[]::new));
    }

    @Test
    void a_null_behind_the_quiet_sign_is_nothing_as_a_missing_field_is() throws IOException {
        assertThat(said("Greet [$!title] [$!name].", "run", "--dry-run", "2").out())
                .contains("Greet [] [Ada].")
                .contains("Greet [Dr] [].");
    }

    @Test
    void a_byte_order_mark_does_not_reach_the_prompt() throws IOException {
        assertThat(said("\uFEFFGreet them.", "run", "--dry-run", "1").out()).contains("prompt\nGreet them.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n\t\n", "\uFEFF", "#* to be written *#\n"})
    void a_template_that_says_nothing_is_refused(String template) throws IOException {
        CommandResult said = said(template, "validate-config");

        assertThat(said.code()).isEqualTo(2);
        assertThat(said.err()).contains("templates/greet.vm: the prompt is empty");
    }

    @Test
    void a_unit_whose_prompt_comes_out_empty_fails_alone() throws IOException {
        CommandResult said = said("$!title\n", "run", "--dry-run", "2");

        assertThat(said.code()).isEqualTo(1);
        assertThat(said.out())
                .contains("--- a, greet: error\nthe prompt is empty")
                .contains("--- b, greet: prompt\nDr");
    }

    @Test
    void what_other_template_languages_would_fill_in_is_refused_with_our_word_for_it() throws IOException {
        CommandResult said = said("Dear\n{{ name }}, {% if title %}{{title}}{% endif %}", "validate-config");

        assertThat(said.code()).isEqualTo(2);
        assertThat(said.err())
                .contains("templates/greet.vm: line 2, column 1: {{ name }} is of another template language")
                .contains("write $name, or #[[{{ name }}]]# to send it so")
                .contains("templates/greet.vm: line 2, column 13: {% if title %} is of another template language");
        assertThat(said("$name, as JSON: {\"a\":{\"b\":{}}}, 5 {%}", "validate-config")
                        .out())
                .doesNotContain("{%}");
    }

    @Test
    void hints_are_told_at_the_start_of_a_run_and_stop_nothing() throws IOException {
        Path run = folder.resolve("runs/r");
        CommandResult said = said("Dear {{ nobody }}", "init", "--provider", "simulator", "--run-dir", run.toString());

        assertThat(said.code()).as(said.all()).isZero();
        assertThat(said.err())
                .contains("caravan: hint: templates/greet.vm: line 1, column 6: {{ nobody }} stays as it is");
    }
}
