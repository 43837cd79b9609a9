package dev.caravan.arrival;

import static dev.caravan.arrival.Dock.only;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.arrival.ArrivalDecision.ItemsArrived;
import dev.caravan.arrival.ArrivalDecision.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of items that are dropped into a pipeline's inbox. */
class InboxTest {
    @TempDir
    Path home;

    private Dock dock;

    @BeforeEach
    void open() throws IOException {
        dock = new Dock(home);
        dock.folder("old", "a: 1");
        dock.open();
    }

    @Test
    void a_file_is_taken_once_it_was_quiet_and_handed_out_until_it_is_acknowledged() throws IOException {
        dock.write("old/inbox/items.jsonl", "{}\n");
        assertThat(dock.look()).isEmpty();
        dock.write("old/inbox/items.jsonl", "{}\n{}\n");
        assertThat(dock.look()).isEmpty();
        assertThat(dock.look()).isEmpty();
        ItemsArrived items = only(ItemsArrived.class, dock.look());
        assertThat(items.name()).isEqualTo("old");
        assertThat(items.file()).isEqualTo("items.jsonl");
        assertThat(items.id()).matches("20260702T1000\\d\\dZ-[0-9a-f]{8}");
        assertThat(items.path()).isRegularFile().hasFileName(items.id() + ".jsonl");
        assertThat(dock.names("old/inbox")).containsExactly(".claimed");
        assertThat(dock.look()).containsExactly(items);
        dock.arrivals().taken(items.id());
        assertThat(dock.all()).isEmpty();
        assertThat(dock.names("old/inbox/.claimed")).isEmpty();
        assertThat(dock.names("old/inbox/.done")).containsExactly(items.id() + ".jsonl");
        dock.arrivals().taken(items.id());
    }

    @Test
    void what_was_claimed_is_handed_out_again_after_a_restart_with_the_same_identity() throws IOException {
        dock.write("old/inbox/items.csv", "a\n1\n");
        ItemsArrived items = only(ItemsArrived.class, dock.rest());
        dock.restart();
        assertThat(dock.look()).containsExactly(items);
        dock.arrivals().taken(items.id());
        dock.restart();
        assertThat(dock.all()).isEmpty();
    }

    @Test
    void the_same_name_dropped_again_is_a_new_arrival() throws IOException {
        dock.write("old/inbox/items.json", "[{}]");
        ItemsArrived first = only(ItemsArrived.class, dock.rest());
        dock.write("old/inbox/items.json", "[{}]");
        List<ArrivalDecision> both = dock.rest();
        assertThat(both).hasSize(2).contains(first);
        both.forEach(each -> dock.arrivals().taken(((ItemsArrived) each).id()));
        assertThat(dock.names("old/inbox/.done")).hasSize(2);
    }

    @Test
    void all_forms_of_items_are_taken_in_the_order_of_their_names_some_at_each_look() throws IOException {
        dock.limits = new ArrivalLimits(Duration.ofSeconds(2), 50, 1, 1, 1000, 3);
        dock.restart();
        for (String file : List.of("e.csv", "d.yml", "c.yaml", "b.json", "a.JSONL")) {
            dock.write("old/inbox/" + file, "x");
        }
        // The folder is read anew after the restart; its inbox is opened when it has come to rest.
        dock.rest();
        assertThat(dock.look()).isEmpty();
        assertThat(dock.look())
                .extracting(each -> ((ItemsArrived) each).file())
                .containsExactly("a.JSONL", "b.json", "c.yaml");
        assertThat(dock.look())
                .extracting(each -> ((ItemsArrived) each).file())
                .containsExactly("a.JSONL", "b.json", "c.yaml", "d.yml", "e.csv");
    }

    @Test
    void unfinished_hidden_and_empty_files_wait() throws IOException {
        dock.write("old/inbox/items.jsonl.part", "{}");
        dock.write("old/inbox/.items.jsonl", "{}");
        dock.write("old/inbox/items.jsonl", "");
        assertThat(dock.all()).isEmpty();
        assertThat(dock.arrivals().held()).containsEntry("old/inbox/items.jsonl", "is empty");
    }

    @Test
    void another_ending_is_refused_with_a_text_beside_it() throws IOException {
        dock.write("old/inbox/items.xls", "x");
        Refused refused = only(Refused.class, dock.all());
        assertThat(refused.refusal().kind()).isEqualTo(ArrivalRefusal.Kind.FORMAT);
        assertThat(dock.names("old/inbox/.refused")).containsExactly("items.xls", "items.xls.txt");
        assertThat(dock.pipelines.resolve("old/inbox/.refused/items.xls.txt")).hasContent("""
                        file:  old
                        place: inbox/items.xls
                        wrong: is no file of items
                        right: its name must end in .jsonl, .json, .yaml, .yml, .csv or .tsv
                        """);
    }

    @Test
    void items_the_caller_cannot_use_are_put_aside_and_never_over_others() throws IOException {
        for (int i = 0; i < 2; i++) {
            dock.write("old/inbox/items.jsonl", "{");
            ItemsArrived items = only(ItemsArrived.class, dock.rest());
            dock.arrivals().refusedItems(items.id(), "line 1: is not JSON");
        }
        assertThat(dock.all()).isEmpty();
        assertThat(dock.names("old/inbox/.refused"))
                .containsExactly("items-2.jsonl", "items-2.jsonl.txt", "items.jsonl", "items.jsonl.txt");
        assertThat(dock.pipelines.resolve("old/inbox/.refused/items.jsonl.txt"))
                .content()
                .contains("wrong: line 1: is not JSON");
    }

    @Test
    void links_and_folders_in_an_inbox_are_told_once_and_left() throws IOException {
        dock.write("../secret.jsonl", "{}");
        dock.write("old/inbox/sub/items.jsonl", "{}");
        Files.createSymbolicLink(dock.pipelines.resolve("old/inbox/link.jsonl"), home.resolve("secret.jsonl"));
        assertThat(dock.all())
                .extracting(each -> ((Refused) each).refusal().kind())
                .containsExactly(ArrivalRefusal.Kind.LINK, ArrivalRefusal.Kind.SPECIAL);
        assertThat(dock.all()).isEmpty();
        Files.createSymbolicLink(dock.pipelines.resolve("old/inbox/.claimed"), home);
        dock.write("old/inbox/items.jsonl", "{}");
        assertThat(only(Refused.class, dock.all()).refusal().place()).isEqualTo("inbox/.claimed");
        assertThat(home.resolve("secret.jsonl")).exists();
    }

    @Test
    void an_inbox_is_no_content_of_its_pipeline() throws IOException {
        String digest = dock.standing("old").digest();
        dock.write("old/inbox/items.jsonl", "{}");
        assertThat(dock.all()).hasOnlyElementsOfType(ItemsArrived.class);
        assertThat(dock.standing("old").digest()).isEqualTo(digest);
    }

    @Test
    void items_wait_while_their_pipeline_is_unanswered_or_refused() throws IOException {
        dock.folder("new", "a: [");
        dock.write("new/inbox/items.jsonl", "{}");
        List<ArrivalDecision> found = dock.all();
        String digest = dock.arrived(found).digest();
        assertThat(found).hasSize(1);
        dock.arrivals().refused("new", digest, "broken");
        assertThat(dock.all()).isEmpty();
        dock.folder("new", "a: [1]");
        dock.start(dock.arrived(dock.rest()));
        assertThat(only(ItemsArrived.class, dock.all()).file()).isEqualTo("items.jsonl");
    }

    @Test
    void what_was_copied_along_with_a_folder_is_not_handed_out() throws IOException {
        dock.write("new/inbox/.claimed/20260702T100000Z-00000000.jsonl", "{}");
        dock.folder("new", "a: 1");
        dock.start(dock.arrived(dock.rest()));
        assertThat(dock.all()).isEmpty();
    }
}
