package dev.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.testing.CommandResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the program says of itself, and what it tells shells. */
class HelpTest {
    @TempDir
    Path folder;

    @Test
    void help_lists_every_command_and_what_each_exit_code_means() {
        CommandResult said = CommandResult.of("help");

        assertThat(said.code()).isZero();
        assertThat(said.out()).contains("  resume  ", "Exit codes:", "  0   done", "  3   waits", "130   interrupted");
        assertThat(CommandResult.of("--help").out()).isEqualTo(said.out());
    }

    @Test
    void commands_are_listed_by_what_they_are_for() {
        String help = CommandResult.of("help").out();

        assertThat(help.lines().filter(each -> each.matches("[A-Z][A-Za-z, ]+:")))
                .containsExactly(
                        "Write a pipeline:",
                        "Run it:",
                        "Look at runs:",
                        "Take results away:",
                        "Mend and keep runs:",
                        "Serve:",
                        "Models, shells, help:",
                        "Exit codes:");
        assertThat(help.indexOf("  verify  ")).isBetween(help.indexOf("Look at runs:"), help.indexOf("Take results"));
    }

    @ParameterizedTest
    @CsvSource({"help run, run --help", "help import octobatch, import octobatch --help", "help help, help --help"})
    void a_command_is_explained_in_either_order(String words, String option) {
        CommandResult said = CommandResult.of(words.split(" "));

        assertThat(said.code()).isZero();
        assertThat(said.out())
                .startsWith("Usage: caravan")
                .isEqualTo(CommandResult.of(option.split(" ")).out());
    }

    @ParameterizedTest
    @CsvSource({"help nope, 'nope' is no command of caravan", "completion csh, bash, zsh or fish"})
    void what_does_not_exist_is_refused(String words, String why) {
        CommandResult said = CommandResult.of(words.split(" "));

        assertThat(said.code()).isEqualTo(2);
        assertThat(said.err()).contains(why);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "res > resume restart",
                "resume '' > cards_1 walks_2",
                "resume w > walks_2",
                "run my > my-own",
                "run my-own --mo > --mode --model",
                "run my-own --mode '' > batch realtime",
                "run my-own --provider sim > simulator",
                "import '' > octobatch",
                "completion '' > bash zsh fish",
                "export walks_2 --output '' > ''"
            })
    void bash_completes_commands_options_runs_and_pipelines(String typed, String offered)
            throws IOException, InterruptedException {
        for (String each :
                List.of("runs/cards_1/journal.jsonl", "runs/walks_2/journal.jsonl", "pipelines/my-own/config.yaml")) {
            Files.createDirectories(folder.resolve(each).getParent());
            Files.createFile(folder.resolve(each));
        }
        Files.createDirectories(folder.resolve("runs/.service"));
        Files.writeString(
                folder.resolve("completion"),
                CommandResult.of("completion", "bash").out());

        String script = "source completion; COMP_WORDS=(caravan " + typed
                + "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _caravan; echo \"${COMPREPLY[*]}\"";
        Process bash = new ProcessBuilder("bash", "-c", script)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(bash.waitFor()).isZero();
        assertThat(said.strip().split(" "))
                .containsExactlyInAnyOrder(offered.replace("''", "").split(" "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh", "fish"})
    void every_command_is_known_to_every_shell(String shell) {
        String script = CommandResult.of("completion", shell).out();
        Stream<String> commands = CommandResult.of("help")
                .out()
                .lines()
                .filter(each -> each.matches("  [a-z][a-z-]+ .*"))
                .map(each -> each.strip().replaceFirst(" .*", ""));

        assertThat(commands)
                .hasSizeGreaterThan(40)
                .allSatisfy(each -> assertThat(script).contains(each));
    }
}
