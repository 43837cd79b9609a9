package dev.caravan.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.base.ProcessIdentity;
import dev.caravan.base.RealDisk;
import dev.caravan.base.UserMistakeException;
import dev.caravan.journal.JournalRecovery;
import dev.caravan.run.PlainFacts;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunMaking;
import dev.caravan.run.RunStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nobody goes on in a folder that may not be the only one of its run, or that is not as it was left. */
class LeaseTest {
    @TempDir
    Path folder;

    private RunFolder run;

    @BeforeEach
    void make() {
        run = new RunFolder(folder.resolve("run"));
        try (RunMaking making = RunMaking.begin(run.root(), new RealDisk(), Clock.systemUTC())) {
            try (RunStore store = making.open("test")) {
                store.recordAndWait(PlainFacts.made("run", 3, 2));
            }
            making.finish();
        }
        named("first");
    }

    private RunStore open() {
        return RunStore.open(run, new RealDisk(), Clock.systemUTC(), "test");
    }

    private void named(String title) {
        try (RunStore store = open()) {
            store.recordAndWait(new RunEvent.RunNamed(title));
        }
    }

    private void refused(String why) {
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(this::open)
                    .as("asked as often as it is tried")
                    .isInstanceOf(UserMistakeException.class)
                    .hasMessageContaining(why)
                    .hasMessageContaining("`caravan moved run`");
        }
        assertThat(RunStore.read(run).created()).as("it may be looked at").isTrue();
        RunStore.moved(run, new RealDisk(), Clock.systemUTC(), "Ada");
        assertThatCode(() -> open().close()).doesNotThrowAnyException();
        assertThat(run.journal()).content().contains("\"RunMoved\"").contains("\"actor\":\"Ada\"");
    }

    private static void lay(Path from, Path over) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.filter(Files::isRegularFile).toList()) {
                Path target = over.resolve(from.relativize(each));
                Files.createDirectories(Objects.requireNonNull(target.getParent()));
                if (Files.exists(target)) {
                    Files.write(target, Files.readAllBytes(each));
                } else {
                    Files.copy(each, target, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    @Test
    void a_copy_without_its_lease_asks_before_it_goes_on() throws IOException {
        lay(run.root(), folder.resolve("copy/run"));
        run = new RunFolder(folder.resolve("copy/run"));
        Files.delete(run.root().resolve("lease"));
        Files.delete(run.root().resolve("lease.json"));

        refused("has no lease.json");
    }

    @Test
    void a_backup_laid_over_the_run_asks_before_it_goes_on() throws IOException {
        lay(run.root(), folder.resolve("backup"));
        named("second");

        lay(folder.resolve("backup"), run.root());

        refused("holds older files than it did");
    }

    @Test
    void a_run_removed_and_restored_in_its_place_asks_before_it_goes_on() throws IOException {
        lay(run.root(), folder.resolve("backup"));
        Files.move(run.root(), folder.resolve("removed"));

        lay(folder.resolve("backup"), run.root());

        refused("was copied, or came from another disk or a backup");
    }

    @Test
    void a_journal_restored_alone_asks_before_the_run_goes_on() throws IOException {
        Path old = folder.resolve("old.jsonl");
        Path oldManifest = folder.resolve("old.json");
        Files.copy(run.journal(), old);
        Files.copy(run.manifest(), oldManifest);
        named("second");
        Files.write(run.journal(), Files.readAllBytes(old));
        Files.write(run.manifest(), Files.readAllBytes(oldManifest));

        refused("holds older files than it did");

        Files.move(run.journal(), folder.resolve("moved away"));
        Files.copy(folder.resolve("moved away"), run.journal());

        refused("was copied, or came from another disk or a backup");
    }

    @Test
    void a_renamed_run_and_one_whose_process_was_killed_go_on_unasked() throws IOException {
        run = new RunFolder(Files.move(run.root(), folder.resolve("renamed")));
        named("second");
        Path lease = run.root().resolve("lease.json");
        String left = Files.readString(lease);
        named("third");
        // As a kill leaves it: the last heartbeat is older than the last events.
        Files.writeString(lease, left.replaceFirst("\"epoch\":[0-9]+", "\"epoch\":" + epoch()));

        named("fourth");

        assertThat(RunStore.read(run).title()).isEqualTo("fourth");
    }

    private long epoch() {
        return Lease.holder(run.root()).orElseThrow().epoch();
    }

    @Test
    void a_lease_of_an_earlier_version_is_read_and_its_holder_is_taken_for_nobody() throws IOException {
        String number = String.valueOf(Files.getAttribute(run.root().resolve("lease"), "unix:ino"));
        Files.delete(run.root().resolve(".lease-" + epoch()));
        Files.writeString(run.root().resolve("lease.json"), """
                {"pid":%d,"host":"localhost","started":"2026-01-01T00:00:00Z","heartbeat":"2026-01-01T00:00:00Z",\
                "epoch":7,"doing":"","mark":"%s","released":false}""".formatted(
                        ProcessHandle.current().pid(), number));

        LeaseHolder before = Lease.holder(run.root()).orElseThrow();
        assertThat(before.process().isSame(ProcessIdentity.here())).isFalse();
        named("second");

        assertThat(epoch()).isEqualTo(8);
        assertThat(Lease.holder(run.root()).orElseThrow().process()).isEqualTo(ProcessIdentity.here());
    }

    @ParameterizedTest
    @ValueSource(strings = {"removed", "replaced", "cut"})
    void a_journal_that_is_taken_away_under_its_holder_ends_the_run(String how) throws IOException {
        Lease lease = Lease.acquire(run.root(), new RealDisk(), Clock.systemUTC(), false);
        try {
            lease.opened(run.journal().toFile()::length, new JournalRecovery(0, 0, 0, 0, Instant.EPOCH, 0), true);
            long bytes = Files.size(run.journal());
            lease.opened(() -> bytes, new JournalRecovery(0, bytes, 0, 0, Instant.EPOCH, 0), false);
            lease.beat();
            assertThat(lease.lost().toCompletableFuture()).isNotDone();

            Path away = folder.resolve("away");
            switch (how) {
                case "removed" -> Files.move(run.journal(), away);
                case "replaced" -> Files.copy(Files.move(run.journal(), away), run.journal());
                default -> Files.writeString(run.journal(), "");
            }
            lease.beat();

            assertThat(lease.lost().toCompletableFuture())
                    .isCompletedWithValueMatching(why ->
                            String.valueOf(why.getMessage()).contains("journal.jsonl was removed, replaced or cut"));
        } finally {
            lease.close();
        }
    }

    @Test
    void nothing_is_written_behind_a_hole_in_the_journal() throws IOException {
        RunStore store = open();
        try {
            Files.writeString(run.journal(), "");

            assertThatThrownBy(() -> store.recordAndWait(new RunEvent.RunNamed("second")))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("it has 0 bytes where we left");
            assertThat(store.isBroken()).isTrue();
        } finally {
            store.close();
        }
        assertThat(run.journal()).isEmptyFile();
    }

    @Test
    void who_holds_a_folder_here_is_told_by_the_lock_and_not_by_a_number() {
        assertThat(Lease.isHeldHere(run.root())).isFalse();
        try (RunStore store = open()) {
            assertThat(store.created()).isTrue();
            assertThat(Lease.isHeldHere(run.root())).isTrue();
        }
        assertThat(Lease.isHeldHere(run.root())).isFalse();
        assertThat(Lease.isHeldHere(folder.resolve("none"))).isFalse();
    }

    @Test
    void whoever_looks_whether_a_folder_is_held_keeps_nobody_from_it() throws Exception {
        assertThat(Lease.isHeld(run.root())).isFalse();
        var over = new AtomicBoolean();
        var looks = CompletableFuture.supplyAsync(() -> {
            int seen = 0;
            while (!over.get()) {
                seen += Lease.isHeld(run.root()) ? 1 : 0;
            }
            return seen;
        });

        for (int i = 0; i < 200; i++) {
            try (Lease lease = Lease.acquire(run.root(), new RealDisk(), Clock.systemUTC(), false)) {
                assertThat(Lease.isHeld(run.root())).isTrue();
                assertThat(lease.lost().toCompletableFuture()).isNotDone();
            }
        }
        over.set(true);

        assertThat(looks.get()).isPositive();
        assertThat(Lease.isHeld(run.root())).isFalse();
        assertThat(Lease.isHeld(folder.resolve("none"))).isFalse();
    }

    /** To look would open the file again under its other name, and with that the lock would fall. */
    @Test
    void a_folder_that_was_renamed_under_its_holder_is_held_still() throws IOException {
        try (Lease lease = Lease.acquire(run.root(), new RealDisk(), Clock.systemUTC(), false)) {
            Path renamed = Files.move(run.root(), folder.resolve("renamed"));

            assertThat(Lease.isHeld(renamed)).isTrue();
            assertThatThrownBy(() -> Lease.acquire(renamed, new RealDisk(), Clock.systemUTC(), false))
                    .isInstanceOf(LeaseHeldException.class)
                    .hasMessageContaining("in this process");
            assertThat(lease.lost().toCompletableFuture()).isNotDone();
            Files.move(renamed, run.root());
        }
        assertThat(Lease.isHeld(run.root())).isFalse();
    }
}
