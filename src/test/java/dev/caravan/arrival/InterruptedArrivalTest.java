package dev.caravan.arrival;

import static dev.caravan.arrival.Dock.only;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.arrival.ArrivalDecision.Arrived;
import dev.caravan.arrival.ArrivalDecision.Claimed;
import dev.caravan.arrival.ArrivalDecision.ItemsArrived;
import dev.caravan.arrival.ArrivalDecision.Notice;
import dev.caravan.base.Disk;
import dev.caravan.base.FolderTrees;
import dev.caravan.base.PowerCutDisk;
import dev.caravan.base.RealDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process dies between any two steps, and what was dropped is started all the same, and once. */
class InterruptedArrivalTest {
    @TempDir
    Path home;

    private Dock fresh(String name) throws IOException {
        Dock dock = new Dock(home.resolve(name));
        dock.folder("old", "a: 1");
        dock.open();
        return dock;
    }

    private static void drop(Dock dock) throws IOException {
        dock.folder("new", "a: 1");
        dock.write("old/inbox/items.jsonl", "{}\n");
        Files.write(
                dock.pipelines.resolve("packed.zip"),
                new Zip().with("config.yaml", "a: 2").bytes());
    }

    /** As the service does it: a run is made whole or not at all, and never under a name that exists. */
    private static void serve(Dock dock, Disk disk) {
        Path runs = dock.home.resolve("runs");
        ArrivalWatcher arrivals = dock.arrivals();
        for (ArrivalDecision each : dock.look()) {
            if (each instanceof Arrived arrived) {
                String run = arrived.name() + "_" + dock.instant().getEpochSecond();
                assertThat(arrivals.claim(arrived.name(), arrived.digest(), run))
                        .isTrue();
                disk.createDirectories(runs.resolve(run));
                arrivals.started(arrived.name(), run);
            } else if (each instanceof Claimed claimed) {
                assertThat(claimed.unchanged()).isTrue();
                disk.createDirectories(runs.resolve(claimed.run()));
                arrivals.started(claimed.name(), claimed.run());
            } else if (each instanceof ItemsArrived items) {
                assertThat(items.path()).hasContent("{}");
                disk.createDirectories(runs.resolve("items_" + items.id()));
                arrivals.taken(items.id());
            } else {
                assertThat(each).isInstanceOf(Notice.class).isNotInstanceOf(ArrivalDecision.Refused.class);
            }
        }
    }

    private static void serveAll(Dock dock, Disk disk) {
        for (int i = 0; i < 10; i++) {
            serve(dock, disk);
        }
    }

    private static List<String> runs(Dock dock) throws IOException {
        try (Stream<Path> all = Files.list(dock.home.resolve("runs"))) {
            return all.map(each -> String.valueOf(each.getFileName()).replaceAll("_.*", ""))
                    .filter(each -> !each.startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void cut_at_any_durable_write_everything_is_started_once() throws IOException {
        boolean cut = true;
        for (int operation = 1; cut; operation++) {
            for (int seed = 0; seed < 3; seed++) {
                Dock dock = fresh(operation + "-" + seed);
                var disk = new PowerCutDisk(seed);
                disk.cutAt(operation);
                dock.disk = disk;
                dock.restart();
                drop(dock);
                try {
                    serveAll(dock, disk);
                } catch (PowerCutDisk.PowerCut e) {
                    disk.materialise();
                }
                cut = disk.isCut();
                dock.disk = new RealDisk();
                dock.restart();
                serveAll(dock, dock.disk);
                String where = "cut at operation " + operation + ", seed " + seed;
                assertThat(runs(dock)).as(where).containsExactly("items", "new", "packed");
                assertThat(dock.phase("old")).as(where).isEqualTo(ArrivalPhase.READY);
                assertThat(dock.names(".")).as(where).containsExactly(".accepted", "new", "old", "packed");
                assertThat(dock.names("old/inbox/.done")).as(where).hasSize(1);
                assertThat(dock.arrivals().held()).as(where).isEmpty();
                FolderTrees.delete(dock.home);
            }
            assertThat(operation).isLessThan(200);
        }
    }

    @Test
    void a_first_start_that_is_cut_at_any_durable_write_starts_nothing_that_lay_there() throws IOException {
        boolean cut = true;
        for (int operation = 1; cut; operation++) {
            Dock dock = new Dock(home.resolve("first-" + operation));
            var disk = new PowerCutDisk(operation);
            disk.cutAt(operation);
            dock.disk = disk;
            dock.restart();
            dock.folder("new", "a: 1");
            Files.write(
                    dock.pipelines.resolve("packed.zip"),
                    new Zip().with("config.yaml", "a: 2").bytes());
            try {
                serveAll(dock, disk);
            } catch (PowerCutDisk.PowerCut e) {
                disk.materialise();
            }
            cut = disk.isCut();
            dock.disk = new RealDisk();
            dock.restart();
            serveAll(dock, dock.disk);
            assertThat(runs(dock)).as("cut at operation " + operation).isEmpty();
            assertThat(dock.phase("new")).isEqualTo(ArrivalPhase.READY);
            assertThat(dock.phase("packed")).isEqualTo(ArrivalPhase.READY);
            FolderTrees.delete(dock.home);
        }
    }

    @Test
    void killed_before_the_answer_it_is_asked_again() throws IOException {
        Dock dock = fresh("a");
        dock.folder("new", "a: 1");
        Arrived arrived = dock.arrived(dock.rest());
        dock.restart();
        assertThat(dock.rest()).containsExactly(arrived);
    }

    @Test
    void killed_after_the_claim_the_same_run_is_asked_for_at_once() throws IOException {
        Dock dock = fresh("a");
        dock.folder("new", "a: 1");
        Arrived arrived = dock.arrived(dock.rest());
        dock.arrivals().claim("new", arrived.digest(), "new_1");
        dock.restart();
        Claimed claimed = only(Claimed.class, dock.look());
        assertThat(claimed.run()).isEqualTo("new_1");
        assertThat(claimed.unchanged()).isTrue();
        dock.arrivals().started("new", "new_1");
        dock.arrivals().started("new", "new_1");
        dock.restart();
        assertThat(dock.all()).isEmpty();
    }

    @Test
    void a_claim_whose_folder_changed_or_went_meanwhile_says_so() throws IOException {
        Dock dock = fresh("a");
        dock.folder("new", "a: 1");
        Arrived arrived = dock.arrived(dock.rest());
        dock.arrivals().claim("new", arrived.digest(), "new_1");
        dock.folder("new", "a: 1, edited");
        dock.restart();
        assertThat(only(Claimed.class, dock.look()).unchanged()).isFalse();
        FolderTrees.delete(dock.pipelines.resolve("new"));
        assertThat(only(Claimed.class, dock.look()).unchanged()).isFalse();
        dock.arrivals().ready("new", arrived.digest());
        assertThat(dock.all()).isEmpty();
        dock.folder("new", "a: 1, edited");
        assertThat(dock.all()).singleElement().isInstanceOf(ArrivalDecision.Changed.class);
    }

    @Test
    void killed_while_unpacking_what_was_begun_is_cleaned_and_begun_anew() throws IOException {
        Dock dock = fresh("a");
        dock.write(".unpacking-12345678/config.yaml", "a: half");
        Files.write(
                dock.pipelines.resolve("packed.zip"),
                new Zip().with("config.yaml", "a: 2").bytes());
        dock.restart();
        dock.look();
        assertThat(dock.names(".")).containsExactly("old", "packed.zip");
        assertThat(dock.arrived(dock.all()).name()).isEqualTo("packed");
        assertThat(dock.pipelines.resolve("packed/config.yaml")).hasContent("a: 2");
    }

    @Test
    void a_claim_that_cannot_be_written_is_no_claim() throws IOException {
        for (int step = 1; step <= 4; step++) {
            Dock dock = fresh("claim-" + step);
            var disk = new PowerCutDisk(step);
            dock.disk = disk;
            dock.restart();
            dock.folder("new", "a: 1");
            Arrived arrived = dock.arrived(dock.rest());
            disk.cutAt(disk.operations() + step);
            assertThatThrownBy(() -> dock.arrivals().claim("new", arrived.digest(), "new_1"))
                    .isInstanceOf(PowerCutDisk.PowerCut.class);
            assertThat(dock.phase("new")).isEqualTo(ArrivalPhase.SEEN);
        }
    }
}
