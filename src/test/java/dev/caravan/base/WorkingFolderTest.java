package dev.caravan.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkingFolderTest {
    @TempDir
    Path folder;

    private Path pipeline(String path) throws Exception {
        Path made = Files.createDirectories(folder.resolve(path));
        Files.writeString(made.resolve("config.yaml"), "pipeline: {}");
        return made;
    }

    @Test
    void it_is_where_one_is() throws Exception {
        assertThat(WorkingFolder.of(folder)).isEqualTo(folder);
        assertThat(WorkingFolder.of(Files.createDirectories(folder.resolve("pipelines"))))
                .isEqualTo(folder.resolve("pipelines"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"mine", "pipelines/mine"})
    void from_inside_a_pipeline_it_is_the_folder_the_pipeline_was_put_into(String path) throws Exception {
        assertThat(WorkingFolder.of(pipeline(path)).toRealPath()).isEqualTo(folder.toRealPath());
    }

    @Test
    void a_pipeline_inside_of_a_pipeline_does_not_make_the_outer_one_the_working_folder() throws Exception {
        pipeline("outer");

        assertThat(WorkingFolder.of(pipeline("outer/pipelines/inner")).toRealPath())
                .isEqualTo(folder.toRealPath());
    }

    @ParameterizedTest
    @ValueSource(strings = {".env", "models.yaml", "routes/x.yaml", "lib/x.jar"})
    void what_an_operator_says_is_refused_beside_a_config(String file) throws Exception {
        Path mine = pipeline("mine");
        Files.createDirectories(mine.resolve(file).getParent());
        Files.writeString(mine.resolve(file), "");

        assertThatThrownBy(() -> WorkingFolder.check(mine))
                .isInstanceOf(UserMistakeException.class)
                .hasMessageContaining(mine.toString())
                .hasMessageContaining(": " + file.split("/", 2)[0] + ": is not obeyed here")
                .hasMessageContaining("Move it to the working folder " + folder.toRealPath());
    }

    @Test
    void elsewhere_they_are_the_operators_own() throws Exception {
        pipeline("mine");
        Files.writeString(folder.resolve("models.yaml"), "");

        assertThatCode(() -> WorkingFolder.check(folder)).doesNotThrowAnyException();
        assertThatCode(() -> WorkingFolder.check(folder.resolve("mine"))).doesNotThrowAnyException();
    }
}
