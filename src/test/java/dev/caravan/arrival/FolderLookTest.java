package dev.caravan.arrival;

import static dev.caravan.arrival.Dock.only;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.arrival.ArrivalDecision.Changed;
import dev.caravan.arrival.ArrivalDecision.Refused;
import dev.caravan.base.UserMistakeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How folders are looked at: what is read and when, links, odd names, and what is remembered of them. */
class FolderLookTest {
    @TempDir
    Path home;

    private Dock dock;

    @BeforeEach
    void open() throws IOException {
        dock = new Dock(home);
    }

    @Test
    void no_file_is_read_where_no_name_size_or_time_changed() throws IOException {
        dock.open();
        dock.folder("new", "a: 1");
        dock.start(dock.arrived(dock.rest()));
        Path config = dock.pipelines.resolve("new/config.yaml");
        FileTime before = Files.getLastModifiedTime(config);
        Files.writeString(config, "a: 2");
        Files.setLastModifiedTime(config, before);
        assertThat(dock.all()).isEmpty();
        Files.setLastModifiedTime(config, FileTime.fromMillis(before.toMillis() + 1000));
        assertThat(dock.all()).singleElement().isInstanceOf(Changed.class);
    }

    @Test
    void a_touched_file_is_read_again_and_nothing_is_told() throws IOException {
        dock.open();
        dock.folder("new", "a: 1");
        dock.start(dock.arrived(dock.rest()));
        Files.setLastModifiedTime(dock.pipelines.resolve("new/config.yaml"), FileTime.fromMillis(0));
        assertThat(dock.all()).isEmpty();
        assertThat(dock.phase("new")).isEqualTo(ArrivalPhase.STARTED);
    }

    @Test
    void a_link_in_place_of_a_folder_is_told_once_and_not_followed() throws IOException {
        dock.folder("../outside", "a: 1");
        dock.open();
        Path link = Files.createSymbolicLink(dock.pipelines.resolve("new"), home.resolve("outside"));
        Refused refused = only(Refused.class, dock.all());
        assertThat(refused.refusal().kind()).isEqualTo(ArrivalRefusal.Kind.LINK);
        assertThat(refused.refusal()).hasToString("new: is a symbolic link; move or copy the folder itself here");
        dock.restart();
        assertThat(dock.all()).isEmpty();
        Files.delete(link);
        dock.folder("new", "a: 1");
        dock.arrived(dock.rest());
    }

    @Test
    void a_link_out_of_a_folder_is_told_and_one_inside_is_not() throws IOException {
        dock.write("../secret.txt", "secret");
        dock.open();
        dock.folder("new", "a: 1");
        Files.createSymbolicLink(dock.pipelines.resolve("new/templates/two.vm"), Path.of("one.vm"));
        Path out =
                Files.createSymbolicLink(dock.pipelines.resolve("new/templates/x.vm"), Path.of("../../../secret.txt"));
        assertThat(only(Refused.class, dock.all()).refusal().place()).isEqualTo("templates/x.vm");
        assertThat(dock.phase("new")).isEqualTo(ArrivalPhase.REFUSED);
        Files.delete(out);
        Files.createSymbolicLink(dock.pipelines.resolve("new/gone"), Path.of("../../nowhere"));
        assertThat(only(Refused.class, dock.all()).refusal().place()).isEqualTo("gone");
        Files.delete(dock.pipelines.resolve("new/gone"));
        dock.arrived(dock.rest());
    }

    @Test
    void a_folder_with_too_many_files_is_refused() throws IOException {
        dock.open();
        dock.folder("new", "a: 1");
        for (int i = 0; i < 60; i++) {
            dock.write("new/schemas/" + i + ".json", "{}");
        }
        assertThat(only(Refused.class, dock.all()).refusal().kind()).isEqualTo(ArrivalRefusal.Kind.TOO_MANY);
    }

    @Test
    void a_name_that_no_pipeline_can_have_is_refused() throws IOException {
        dock.open();
        dock.folder("new\nline", "a: 1");
        assertThat(only(Refused.class, dock.all()).refusal().wrong())
                .isEqualTo("'new\\nline' cannot be the name of a pipeline");
    }

    @Test
    void a_clock_that_is_set_back_only_makes_it_wait_anew() throws IOException {
        dock.open();
        dock.folder("new", "a: 1");
        dock.look();
        dock.pass(Duration.ofDays(-1));
        assertThat(dock.look()).isEmpty();
        dock.look();
        dock.arrived(dock.look());
    }

    @Test
    void a_damaged_state_file_is_named_and_nothing_is_guessed() throws IOException {
        dock.open();
        for (String damage : List.of("{", "{}", "[]", "{\"version\": 2}")) {
            Files.writeString(dock.state, damage);
            assertThatThrownBy(dock::restart)
                    .isInstanceOf(UserMistakeException.class)
                    .hasMessageContaining("arrivals.json")
                    .hasMessageContaining("does not hold what was written into it");
        }
    }

    @Test
    void the_state_file_is_written_only_when_something_is_to_be_remembered() throws IOException {
        dock.folder("old", "a: 1");
        dock.open();
        FileTime never = FileTime.fromMillis(1000);
        Files.setLastModifiedTime(dock.state, never);
        dock.all();
        assertThat(Files.getLastModifiedTime(dock.state)).isEqualTo(never);
    }
}
