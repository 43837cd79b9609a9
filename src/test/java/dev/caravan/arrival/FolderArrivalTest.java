package dev.caravan.arrival;

import static dev.caravan.arrival.Dock.only;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.arrival.ArrivalDecision.Arrived;
import dev.caravan.arrival.ArrivalDecision.Changed;
import dev.caravan.arrival.ArrivalDecision.Ready;
import dev.caravan.arrival.ArrivalDecision.Removed;
import dev.caravan.arrival.ArrivalDecision.Why;
import dev.caravan.base.FolderTrees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders that come, change, go and come back while the service runs. */
class FolderArrivalTest {
    @TempDir
    Path home;

    private Dock dock;

    @BeforeEach
    void open() throws IOException {
        dock = new Dock(home);
    }

    @Test
    void what_lies_there_at_the_very_first_start_is_ready_and_never_arrives() throws IOException {
        dock.folder("old", "a: 1");
        dock.write("late/notes.txt", "no config yet");
        assertThat(only(Ready.class, dock.all()))
                .extracting(Ready::name, Ready::why)
                .containsExactly("old", Why.WAS_THERE);
        dock.restart();
        assertThat(dock.all()).isEmpty();
        dock.folder("late", "a: 1");
        assertThat(only(Ready.class, dock.all()).name()).isEqualTo("late");
        assertThat(dock.phase("late")).isEqualTo(ArrivalPhase.READY);
    }

    @Test
    void the_first_start_is_remembered_even_when_the_process_dies_before_anything_came_to_rest() throws IOException {
        dock.folder("old", "a: 1");
        dock.look();
        dock.restart();
        dock.folder("new", "a: 1");
        assertThat(dock.rest()).extracting(ArrivalDecision::name).containsExactly("new", "old");
        assertThat(dock.phase("old")).isEqualTo(ArrivalPhase.READY);
        assertThat(dock.phase("new")).isEqualTo(ArrivalPhase.SEEN);
    }

    @Test
    void what_is_dropped_while_the_service_starts_for_the_first_time_arrives_and_later_notes_change_nothing()
            throws IOException {
        dock.folder("old", "a: 1");
        ArrivalWatcher.begin(dock.pipelines, dock.state, dock.disk, dock);
        dock.folder("dropped", "a: 1");
        dock.restart();
        assertThat(dock.rest()).extracting(ArrivalDecision::name).containsExactly("dropped", "old");
        assertThat(dock.phase("dropped")).isEqualTo(ArrivalPhase.SEEN);
        assertThat(dock.phase("old")).isEqualTo(ArrivalPhase.READY);
        dock.folder("later", "a: 1");
        ArrivalWatcher.begin(dock.pipelines, dock.state, dock.disk, dock);
        dock.restart();
        dock.rest();
        assertThat(dock.phase("later")).isEqualTo(ArrivalPhase.SEEN);
    }

    @Test
    void a_folder_that_is_moved_in_whole_arrives_once_it_was_quiet() throws IOException {
        dock.open();
        dock.folder("../outside", "a: 1");
        Files.move(home.resolve("outside"), dock.pipelines.resolve("new"));
        assertThat(dock.look()).isEmpty();
        assertThat(dock.look()).isEmpty();
        assertThat(dock.arrivals().held()).containsOnlyKeys("new");
        Arrived arrived = dock.arrived(dock.look());
        assertThat(arrived.name()).isEqualTo("new");
        assertThat(arrived.folder()).isEqualTo(dock.pipelines.resolve("new"));
        assertThat(dock.arrivals().held()).isEmpty();
        assertThat(dock.look()).as("asked until it is answered").containsExactly(arrived);
        dock.start(arrived);
        assertThat(dock.look()).isEmpty();
        assertThat(dock.phase("new")).isEqualTo(ArrivalPhase.STARTED);
    }

    @Test
    void a_folder_that_is_copied_slowly_arrives_after_its_last_byte() throws IOException {
        dock.open();
        dock.write("new/config.yaml", "a: 1");
        for (int i = 1; i < 8; i++) {
            dock.write("new/items.jsonl", "{}\n".repeat(i));
            assertThat(dock.look()).isEmpty();
        }
        dock.look();
        assertThat(dock.arrived(dock.look()).name()).isEqualTo("new");
    }

    @Test
    void a_hidden_file_that_grows_is_a_copy_in_the_making_but_no_content() throws IOException {
        dock.open();
        dock.folder("new", "a: 1");
        for (int i = 1; i < 6; i++) {
            dock.write("new/.items.jsonl.Xy3", "x".repeat(i));
            assertThat(dock.look()).isEmpty();
        }
        dock.look();
        String digest = dock.arrived(dock.look()).digest();
        Files.delete(dock.pipelines.resolve("new/.items.jsonl.Xy3"));
        assertThat(dock.arrived(dock.rest()).digest()).isEqualTo(digest);
    }

    @Test
    void without_a_config_or_with_a_marker_nothing_arrives() throws IOException {
        dock.open();
        dock.write("new/items.jsonl", "{}");
        assertThat(dock.all()).isEmpty();
        assertThat(dock.arrivals().held()).containsEntry("new", "has no config.yaml yet");
        dock.folder("new", "a: 1");
        for (String marker : List.of(".incomplete", "items.jsonl.part", "templates/two.vm.tmp")) {
            dock.write("new/" + marker, "");
            assertThat(dock.all()).isEmpty();
            assertThat(dock.arrivals().held()).containsEntry("new", "is not complete while there is " + marker);
            Files.delete(dock.pipelines.resolve("new").resolve(marker));
        }
        assertThat(dock.arrived(dock.rest()).name()).isEqualTo("new");
    }

    @Test
    void names_that_begin_with_a_dot_or_an_underscore_and_plain_files_are_nobody() throws IOException {
        dock.open();
        dock.folder("_shared", "a: 1");
        dock.folder(".hidden", "a: 1");
        dock.write("README.md", "hello");
        assertThat(dock.all()).isEmpty();
        assertThat(dock.arrivals().standings()).isEmpty();
    }

    @Test
    void an_edited_folder_is_told_once_and_does_not_start_again() throws IOException {
        dock.open();
        dock.folder("new", "a: 1");
        dock.start(dock.arrived(dock.rest()));
        dock.folder("new", "a: 2, edited");
        Changed changed = only(Changed.class, dock.all());
        assertThat(changed.before()).isEqualTo(ArrivalPhase.STARTED);
        assertThat(dock.phase("new")).isEqualTo(ArrivalPhase.READY);
        dock.restart();
        assertThat(dock.all()).isEmpty();
        dock.folder("new", "a: 1");
        assertThat(only(Changed.class, dock.all()).before()).isEqualTo(ArrivalPhase.READY);
    }

    @Test
    void a_broken_folder_is_asked_about_again_only_when_it_changed() throws IOException {
        dock.open();
        dock.folder("new", "a: [");
        Arrived broken = dock.arrived(dock.rest());
        assertThat(dock.arrivals().refused("new", broken.digest(), "line 1: is not YAML"))
                .isTrue();
        assertThat(dock.all()).isEmpty();
        dock.restart();
        assertThat(dock.all()).isEmpty();
        assertThat(dock.standing("new").reason()).isEqualTo("line 1: is not YAML");
        assertThat(dock.arrivals().claim("new", broken.digest(), "new_1")).isFalse();
        dock.folder("new", "a: [1]");
        dock.start(dock.arrived(dock.rest()));
        dock.folder("new", "a: [1, 2]");
        assertThat(dock.all()).singleElement().isInstanceOf(Changed.class);
    }

    @Test
    void what_changes_before_it_is_answered_is_asked_about_as_it_is_now() throws IOException {
        dock.open();
        dock.folder("new", "a: 1");
        Arrived first = dock.arrived(dock.rest());
        dock.folder("new", "a: 1, more");
        Arrived second = dock.arrived(dock.rest());
        assertThat(second.digest()).isNotEqualTo(first.digest());
        assertThat(dock.arrivals().claim("new", first.digest(), "new_1")).isFalse();
        assertThat(dock.arrivals().ready("new", first.digest())).isFalse();
        assertThat(dock.arrivals().ready("new", second.digest())).isTrue();
    }

    @Test
    void a_person_starts_what_is_ready_once_and_nothing_else() throws IOException {
        dock.open();
        dock.folder("new", "a: 1");
        Arrived arrived = dock.arrived(dock.rest());
        assertThat(dock.arrivals().ready("new", arrived.digest())).isTrue();
        assertThat(dock.all()).isEmpty();
        dock.restart();
        assertThat(dock.phase("new")).isEqualTo(ArrivalPhase.READY);
        assertThat(dock.arrivals().claim("new", arrived.digest(), "new_1")).isTrue();
        assertThat(dock.arrivals().claim("new", arrived.digest(), "new_1")).isTrue();
        assertThat(dock.arrivals().claim("new", arrived.digest(), "new_2")).isFalse();
        dock.arrivals().started("new", "new_1");
        assertThat(dock.arrivals().claim("new", arrived.digest(), "new_3")).isFalse();
        assertThat(dock.arrivals().ready("new", arrived.digest())).isFalse();
        assertThatThrownBy(() -> dock.arrivals().started("new", "new_3")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void an_edit_while_a_person_has_it_to_himself_is_told() throws IOException {
        dock.open();
        dock.folder("new", "a: 1");
        Arrived arrived = dock.arrived(dock.rest());
        dock.arrivals().ready("new", arrived.digest());
        dock.folder("new", "a: 1, dearer");
        assertThat(only(Changed.class, dock.all()).before()).isEqualTo(ArrivalPhase.READY);
        assertThat(dock.arrivals().claim("new", arrived.digest(), "new_1")).isFalse();
    }

    @Test
    void a_removed_folder_is_forgotten_calmly_and_does_not_start_when_it_comes_back() throws IOException {
        dock.open();
        dock.folder("new", "a: 1");
        dock.start(dock.arrived(dock.rest()));
        FolderTrees.delete(dock.pipelines.resolve("new"));
        assertThat(dock.look()).containsExactly(new Removed("new"));
        assertThat(dock.all()).isEmpty();
        dock.restart();
        assertThat(dock.all()).isEmpty();
        dock.folder("new", "a: 1");
        assertThat(only(Ready.class, dock.all()).why()).isEqualTo(Why.CAME_BACK);
        FolderTrees.delete(dock.pipelines.resolve("new"));
        dock.look();
        dock.folder("new", "a: 1, other");
        assertThat(dock.all()).hasOnlyElementsOfType(Changed.class);
    }

    @Test
    void a_folder_that_goes_before_it_was_answered_arrives_when_it_comes_back() throws IOException {
        dock.open();
        dock.folder("new", "a: 1");
        dock.arrived(dock.rest());
        Files.move(dock.pipelines.resolve("new"), home.resolve("away"));
        assertThat(dock.all()).containsExactly(new Removed("new"));
        Files.move(home.resolve("away"), dock.pipelines.resolve("new"));
        dock.arrived(dock.rest());
    }

    @Test
    void a_renamed_folder_does_not_start_again_but_a_copy_does() throws IOException {
        dock.folder("old", "a: 1");
        dock.open();
        dock.folder("copy", "a: 1");
        dock.start(dock.arrived(dock.rest()));
        Files.move(dock.pipelines.resolve("copy"), dock.pipelines.resolve("other"));
        assertThat(dock.all())
                .hasSize(2)
                .contains(new Removed("copy"))
                .anyMatch(each -> each instanceof Ready ready && ready.why() == Why.MOVED);
        assertThat(dock.phase("other")).isEqualTo(ArrivalPhase.READY);
    }

    @Test
    void a_folder_of_pipelines_that_is_not_there_is_empty() throws IOException {
        dock.open();
        Files.delete(dock.pipelines);
        assertThat(dock.all()).isEmpty();
        dock.folder("new", "a: 1");
        dock.arrived(dock.rest());
    }

    @Test
    void ten_at_once_among_hundreds_come_in_the_order_of_their_names() throws IOException {
        for (int i = 0; i < 300; i++) {
            dock.write("old-" + i + "/config.yaml", "a: " + i);
        }
        dock.open();
        for (int i = 9; i >= 0; i--) {
            dock.folder("new-" + i, "a: 1");
        }
        List<ArrivalDecision> found = dock.rest();
        assertThat(found).hasSize(10).hasOnlyElementsOfType(Arrived.class);
        assertThat(found).extracting(ArrivalDecision::name).isSorted();
        found.forEach(each -> dock.start((Arrived) each));
        assertThat(dock.all()).isEmpty();
    }

    @Test
    void what_is_more_than_one_look_can_read_is_read_at_the_next() throws IOException {
        dock.limits = new ArrivalLimits(Duration.ofSeconds(2), 50, 1, 1, 5, 1);
        dock.restart();
        dock.open();
        for (int i = 0; i < 3; i++) {
            dock.write("new-" + i + "/config.yaml", "a: 12345");
        }
        assertThat(dock.rest()).hasSize(1);
        assertThat(dock.arrivals().held()).containsOnlyKeys("new-1", "new-2");
        assertThat(dock.look()).hasSize(2);
        assertThat(dock.look()).hasSize(3);
    }
}
