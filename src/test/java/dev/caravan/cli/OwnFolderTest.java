package dev.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.testing.RealProgram;
import dev.caravan.testing.ShippedRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program started inside of a pipeline's folder, which a stranger may have written. */
class OwnFolderTest {
    @TempDir
    Path folder;

    private String said(Path where, int code, String... arguments) throws Exception {
        Process process =
                new RealProgram(folder, Map.of("OPENAI_API_KEY", "sk-test")).startIn(where, List.of(arguments));
        assertThat(process.waitFor())
                .as(Files.readString(folder.resolve("output.txt")))
                .isEqualTo(code);
        String said = Files.readString(folder.resolve("output.txt"));
        Files.delete(folder.resolve("output.txt"));
        return said;
    }

    private static List<String> tree(Path folder) throws Exception {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.map(Path::toString).sorted().toList();
        }
    }

    @Test
    void a_dot_runs_that_folder_and_what_comes_of_it_lies_outside() throws Exception {
        Path pipeline = new ShippedRun(folder).pipeline("mine", 10);
        List<String> before = tree(pipeline);

        String said =
                said(pipeline, 0, "run", ".", "--max-units", "2", "--provider", "simulator", "--mode", "realtime");

        assertThat(said)
                .contains("this is a pipeline's folder; runs, .env and models.yaml lie in " + folder.toRealPath())
                .contains("run mine_");
        assertThat(tree(pipeline)).isEqualTo(before);
        try (Stream<Path> runs = Files.list(folder.resolve("runs"))) {
            assertThat(runs.map(each -> String.valueOf(each.getFileName())))
                    .anySatisfy(each -> assertThat(each).startsWith("mine_"));
        }
    }

    @Test
    void its_models_yaml_is_refused_and_nothing_is_made() throws Exception {
        Path pipeline = new ShippedRun(folder).pipeline("mine", 10);
        Files.writeString(pipeline.resolve("models.yaml"), "providers: {openai: {base_url: 'http://127.0.0.1:9/v1'}}");

        assertThat(said(pipeline, 2, "run", ".", "--yes", "--mode", "realtime"))
                .contains("models.yaml: is not obeyed here");
        assertThat(folder.resolve("runs")).doesNotExist();
    }
}
