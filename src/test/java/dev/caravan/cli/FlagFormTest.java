package dev.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.base.UserMistakeException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlagFormTest {
    private static String[] words(String line) {
        return line.isEmpty() ? new String[0] : line.split(" ", -1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--init --pipeline X --run-dir Y --realtime|run X --run-dir Y --mode realtime",
                "--init -p X -r Y --max-units 3 --yes|init X --max-units 3 --yes --run-dir Y",
                "--init --pipeline=X --run-dir=Y --watch --max-retries=2|run X --max-retries=2 --run-dir Y --mode batch",
                "--watch --run-dir runs/a --timeout 30m|watch runs/a --timeout 30m",
                "--realtime -r runs/a --json|realtime runs/a --json",
                "--tick --run-dir a|tick a",
                "--verify --run-dir a --json|verify a --json",
                "--retry-failures --run-dir a|retry-failures a",
                "--status --run-dir a --json|status a --json",
                "--ps --json|ps --json",
                "--repair --run-dir a --yes|repair a",
                "--repair -y -r a --json|repair a --json",
                "--repair --run-dir a|repair a",
                "--watch --run-dir a --max-cost 2.50|watch a --max-cost 2.50",
                "--watch --run-dir a --max-cost=2.50 --interval 5|watch a --max-cost=2.50 --interval 5",
                "--init --watch -p X -r Y --max-cost 5 --yes|run X --max-cost 5 --yes --run-dir Y --mode batch",
                "--realtime --run-dir a --yes|realtime a --yes",
                "--watch --run-dir a --yes|watch a --yes",
                "--restart --run-dir a|restart a",
                "--revalidate -r a --step s --use-source-config --yes|revalidate a --step s --use-source-config",
                "--report --run-dir a --failures-by id --json|report a --failures-by id --json",
                "--compare a b --json|compare a b --json",
                "--info --run-dir a --json|info a --json",
                "--pause -r a|pause a",
                "--kill -r a|kill a",
                "--validate-config --config p/config.yaml --json|validate-config CWD/p --json",
                "--name Z -r a|name a Z",
                "run X --mode realtime|run X --mode realtime",
                "--help|--help",
                "--version|--version",
                "''|''",
            })
    void the_older_flags_mean_our_commands(String old, String ours) {
        assertThat(String.join(" ", FlagForm.translated(words(old))))
                .isEqualTo(ours.replace("CWD", Path.of("").toAbsolutePath().toString()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--init --run-dir Y|needs --pipeline or --config",
                "--watch|needs --run-dir",
                "--watch --tick --run-dir a|are several modes",
                "--init --tick -p X|do not go together",
                "--run-dir a|needs a mode",
                "--max-units 3|needs a mode",
                "--watch --run-dir a --name Z|give it with --init",
                "--report|needs --run-dir",
                "--init -p X --max-cost 5|give it with --watch or --realtime",
                "--init --pipeline|needs a value",
            })
    void B25_what_does_not_go_together_is_refused(String old, String message) {
        assertThatThrownBy(() -> FlagForm.translated(words(old)))
                .isInstanceOf(UserMistakeException.class)
                .hasMessageContaining(message);
    }
}
