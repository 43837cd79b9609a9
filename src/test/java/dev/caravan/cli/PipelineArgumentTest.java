package dev.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.base.UserMistakeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PipelineArgumentTest {
    @TempDir
    Path folder;

    private Path pipeline(String path) throws Exception {
        Path made = Files.createDirectories(folder.resolve(path));
        Files.writeString(made.resolve("config.yaml"), "pipeline: {}");
        return made;
    }

    private Path found(String said) {
        return PipelineArgument.find(said, List.of(folder.resolve("pipelines"), folder.resolve("shipped")));
    }

    @Test
    void a_path_that_is_there_wins_over_the_name() throws Exception {
        Path mine = pipeline("mine");
        pipeline("pipelines" + mine);

        assertThat(found(mine.toString())).isEqualTo(mine);
        assertThat(found(mine + "/.")).isEqualTo(mine);
        assertThat(found(mine + "/config.yaml")).isEqualTo(mine);
    }

    /** The tests are started in the project's own folder. */
    @Test
    void a_dot_is_where_one_is_and_has_a_name() throws Exception {
        Files.createDirectories(folder.resolve("pipelines"));

        assertThat(found(".")).isEqualTo(Path.of("").toRealPath());
        assertThat(found("src/..")).isEqualTo(Path.of("").toRealPath());
        assertThat(found("./src/../pipelines/ticket-triage")).isEqualTo(Path.of("pipelines/ticket-triage"));
        assertThat(PipelineArgument.name("./pipelines/ticket-triage/")).isEqualTo("ticket-triage");
    }

    @Test
    void a_folder_of_that_name_that_is_no_pipeline_hides_none() throws Exception {
        Path named = pipeline("pipelines/src");

        assertThat(found("src")).isEqualTo(named);
    }

    @Test
    void names_are_looked_up_in_the_working_folder_first() throws Exception {
        pipeline("shipped/both");
        Path own = pipeline("pipelines/both");
        Path shipped = pipeline("shipped/other");

        assertThat(found("both")).isEqualTo(own);
        assertThat(found("other")).isEqualTo(shipped);
    }

    @ParameterizedTest
    @ValueSource(strings = {"othr", "./other", "../other", "other/../other", "", "a\0b"})
    void what_is_no_name_and_no_path_is_told(String said) throws Exception {
        pipeline("shipped/other");

        assertThatThrownBy(() -> found(said))
                .isInstanceOf(UserMistakeException.class)
                .hasMessageContaining("there is no such pipeline; ");
    }
}
