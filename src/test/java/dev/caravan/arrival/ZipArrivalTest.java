package dev.caravan.arrival;

import static dev.caravan.arrival.Dock.only;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.arrival.ArrivalDecision.Arrived;
import dev.caravan.arrival.ArrivalDecision.Ready;
import dev.caravan.arrival.ArrivalDecision.Refused;
import dev.caravan.arrival.ArrivalDecision.Unpacked;
import dev.caravan.arrival.ArrivalDecision.Why;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Zip files that are dropped into the folder of pipelines, good ones and bad ones. */
class ZipArrivalTest {
    @TempDir
    Path home;

    private Dock dock;

    @BeforeEach
    void open() throws IOException {
        dock = new Dock(home);
        dock.folder("old", "a: 1");
        dock.open();
    }

    private void drop(String name, Zip zip) throws IOException {
        Files.write(dock.pipelines.resolve(name), zip.bytes());
    }

    private ArrivalRefusal refused(Zip zip) throws IOException {
        drop("new.zip", zip);
        List<ArrivalDecision> found = dock.all();
        for (int i = 0; i < 6 && found.isEmpty(); i++) {
            found = dock.look();
        }
        ArrivalRefusal refusal = only(Refused.class, found).refusal();
        assertThat(dock.names(".")).containsExactly(".refused", "old");
        assertThat(dock.names(".refused")).containsExactly("new.zip", "new.zip.txt");
        assertThat(dock.pipelines.resolve(".refused/new.zip.txt"))
                .content()
                .startsWith("file:  new.zip\nplace: ")
                .contains("\nwrong: " + refusal.wrong() + "\nright: " + refusal.right() + "\n");
        assertThat(refusal.right()).isNotBlank();
        assertThat(home.resolve("evil.txt")).doesNotExist();
        Files.delete(dock.pipelines.resolve(".refused/new.zip"));
        return refusal;
    }

    private static Zip good() {
        return new Zip().with("config.yaml", "a: 1").with("templates/one.vm", "$name");
    }

    @Test
    void a_zip_file_becomes_a_folder_of_its_name_and_arrives() throws IOException {
        drop("new.zip", good());
        List<ArrivalDecision> found = dock.all();
        assertThat(found.get(0)).isEqualTo(new Unpacked("new.zip", "new"));
        assertThat(dock.arrived(found).name()).isEqualTo("new");
        assertThat(dock.pipelines.resolve("new/templates/one.vm")).hasContent("$name");
        assertThat(dock.names(".")).containsExactly(".accepted", "new", "old");
        assertThat(dock.names(".accepted")).containsExactly("new.zip");
    }

    @Test
    void a_single_top_folder_gives_the_name() throws IOException {
        drop(
                "download (3).ZIP",
                new Zip()
                        .with("./triage/", "")
                        .with("triage/config.yaml", "a: 1")
                        .with("__MACOSX/triage/._config.yaml", "x"));
        assertThat(dock.arrived(dock.all()).name()).isEqualTo("triage");
        assertThat(dock.names("triage")).containsExactly("config.yaml");
    }

    @Test
    void a_zip_file_that_is_copied_slowly_is_unpacked_after_its_last_byte() throws IOException {
        byte[] whole = good().bytes();
        for (int i = 1; i <= 5; i++) {
            Files.write(dock.pipelines.resolve("new.zip"), Arrays.copyOf(whole, whole.length * i / 6));
            assertThat(dock.look()).isEmpty();
        }
        // The copy stalls for longer than the quiet time: what cannot be opened may still be on its way.
        for (int i = 0; i < 5; i++) {
            assertThat(dock.look()).isEmpty();
        }
        assertThat(dock.arrivals().held()).containsEntry("new.zip", "is not complete, or damaged");
        Files.write(dock.pipelines.resolve("new.zip"), whole);
        dock.arrived(dock.all());
    }

    @Test
    void zip_slip_is_refused_in_every_form() throws IOException {
        for (String path : List.of(
                "../evil.txt",
                "../../evil.txt",
                "templates/../../evil.txt",
                "a/..",
                "/evil.txt",
                "//evil.txt",
                "..\\evil.txt",
                "templates\\..\\..\\evil.txt",
                "\\evil.txt",
                "C:/evil.txt",
                "c:evil.txt",
                "C:\\evil.txt")) {
            ArrivalRefusal refusal = refused(good().with(path, "evil"));
            assertThat(refusal.kind()).as(path).isEqualTo(ArrivalRefusal.Kind.LEADS_OUT);
            assertThat(refusal.place()).isEqualTo(path);
        }
    }

    @Test
    void links_and_devices_are_refused() throws IOException {
        assertThat(refused(good().with("templates/two.vm", "/etc/passwd").mode("templates/two.vm", 0120777)))
                .extracting(ArrivalRefusal::kind, ArrivalRefusal::place)
                .containsExactly(ArrivalRefusal.Kind.LINK, "templates/two.vm");
        assertThat(refused(good().with("pipe", "").mode("pipe", 0010644)).kind())
                .isEqualTo(ArrivalRefusal.Kind.SPECIAL);
    }

    @Test
    void two_entries_for_one_place_are_refused() throws IOException {
        for (List<String> pair : List.of(
                List.of("a.txt", "./a.txt"), List.of("a.txt", "A.TXT"), List.of("a", "a/b"), List.of("a/b", "a"))) {
            ArrivalRefusal refusal = refused(good().with(pair.get(0), "1").with(pair.get(1), "2"));
            assertThat(refusal.kind()).as("%s", pair).isEqualTo(ArrivalRefusal.Kind.DUPLICATE);
        }
        assertThat(refused(good().with("one.txt", "1").with("two.txt", "2").renamed("two.txt", "one.txt"))
                        .kind())
                .isEqualTo(ArrivalRefusal.Kind.DUPLICATE);
    }

    @Test
    void bombs_are_refused_by_what_comes_out_of_them() throws IOException {
        assertThat(refused(good().with("items.jsonl", "0".repeat(2 << 20)))).satisfies(each -> {
            assertThat(each.kind()).isEqualTo(ArrivalRefusal.Kind.BOMB);
            assertThat(each.place()).isEqualTo("items.jsonl");
        });
        assertThat(refused(good().with("items.jsonl", "0".repeat(2 << 20)).claiming("items.jsonl", 10))
                        .kind())
                .as("a header that lies")
                .isIn(ArrivalRefusal.Kind.BOMB, ArrivalRefusal.Kind.BROKEN);
        assertThat(refused(good().noise("items.jsonl", 4 << 20)).kind()).isEqualTo(ArrivalRefusal.Kind.TOO_LARGE);
        Zip many = good();
        for (int i = 0; i < 60; i++) {
            many.with("schemas/" + i + ".json", "{}");
        }
        assertThat(refused(many).kind()).isEqualTo(ArrivalRefusal.Kind.TOO_MANY);
    }

    @Test
    void encrypted_and_broken_files_are_refused() throws IOException {
        assertThat(refused(good().encrypted("config.yaml")).kind()).isEqualTo(ArrivalRefusal.Kind.ENCRYPTED);
        assertThat(refused(good().noise("items.jsonl", 1000).damaged("items.jsonl"))
                        .kind())
                .isEqualTo(ArrivalRefusal.Kind.BROKEN);
        byte[] whole = good().bytes();
        for (int length : new int[] {0, 3, 30, whole.length / 2, whole.length - 10, whole.length - 1}) {
            assertThat(refused(Zip.of(Arrays.copyOf(whole, length))).kind()).isEqualTo(ArrivalRefusal.Kind.BROKEN);
        }
        assertThat(refused(Zip.of("this is no zip file at all, only a text".getBytes(StandardCharsets.UTF_8)))
                        .kind())
                .isEqualTo(ArrivalRefusal.Kind.BROKEN);
        for (int at : new int[] {0, 1, 2, 3, 10, 11, 12, 13, 14, 15, 20, 21}) {
            byte[] torn = whole.clone();
            torn[whole.length - 22 + at] ^= 0x55;
            assertThat(refused(Zip.of(torn)).kind())
                    .as("byte %d of the end", at)
                    .isIn(ArrivalRefusal.Kind.BROKEN, ArrivalRefusal.Kind.TOO_MANY);
        }
    }

    @Test
    void what_is_no_pipeline_or_has_its_name_taken_is_refused() throws IOException {
        assertThat(refused(new Zip().with("readme.txt", "hello")).kind()).isEqualTo(ArrivalRefusal.Kind.NO_CONFIG);
        assertThat(refused(new Zip()).kind()).isEqualTo(ArrivalRefusal.Kind.NO_CONFIG);
        assertThat(refused(new Zip().with("_x/config.yaml", "a: 1")).kind()).isEqualTo(ArrivalRefusal.Kind.NAME);
        assertThat(refused(new Zip().with("old/config.yaml", "a: 2")).kind()).isEqualTo(ArrivalRefusal.Kind.TAKEN);
        assertThat(refused(good().with("x".repeat(300), "1")).kind()).isEqualTo(ArrivalRefusal.Kind.NAME);
        assertThat(refused(good().with("a/".repeat(40) + "x", "1")).kind()).isEqualTo(ArrivalRefusal.Kind.NAME);
        assertThat(refused(good().with("a\nb", "1")).kind()).isEqualTo(ArrivalRefusal.Kind.NAME);
        assertThat(dock.pipelines.resolve("old/config.yaml")).hasContent("a: 1");
    }

    @Test
    void a_zip_file_of_the_first_start_becomes_a_folder_that_is_ready() throws IOException {
        Dock other = new Dock(home.resolve("other"));
        Files.write(other.pipelines.resolve("new.zip"), good().bytes());
        List<ArrivalDecision> found = other.all();
        assertThat(found).hasSize(2).noneMatch(each -> each instanceof Arrived);
        assertThat(only(Ready.class, found).why()).isEqualTo(Why.WAS_THERE);
        Files.write(other.pipelines.resolve("later.zip"), good().bytes());
        assertThat(other.arrived(other.all()).name()).isEqualTo("later");
    }

    @Test
    void one_name_refused_or_accepted_twice_is_kept_twice() throws IOException {
        for (int i = 0; i < 2; i++) {
            drop("triage.zip", new Zip().with("top" + i + "/config.yaml", "a: 1"));
            dock.all();
            drop("bad.zip", new Zip().with("x", "a: 1"));
            dock.all();
        }
        assertThat(dock.names(".accepted")).containsExactly("triage-2.zip", "triage.zip");
        assertThat(dock.names(".refused")).containsExactly("bad-2.zip", "bad-2.zip.txt", "bad.zip", "bad.zip.txt");
    }

    @Test
    void a_disk_that_will_not_serve_one_zip_file_keeps_nobody_else_waiting() throws IOException {
        dock.write(".accepted", "a file where a folder should be");
        drop("new.zip", good());
        dock.folder("other", "a: 2");
        List<ArrivalDecision> found = dock.all();
        assertThat(only(Refused.class, found).refusal().kind()).isEqualTo(ArrivalRefusal.Kind.DISK);
        assertThat(found)
                .anyMatch(each -> each instanceof Arrived && each.name().equals("other"));
        Files.delete(dock.pipelines.resolve(".accepted"));
        dock.all();
        assertThat(dock.names(".")).containsExactly(".accepted", "new", "old", "other");
    }
}
