package dev.caravan.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.app.Engine;
import dev.caravan.base.Disk;
import dev.caravan.base.FullDisk;
import dev.caravan.base.Json;
import dev.caravan.base.RealDisk;
import dev.caravan.base.UserMistakeException;
import dev.caravan.execution.LiveRun;
import dev.caravan.journal.CorruptJournalException;
import dev.caravan.lease.Lease;
import dev.caravan.provider.Lane;
import dev.caravan.repair.RunVerification;
import dev.caravan.run.JournalReplay;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.testing.CommandResult;
import dev.caravan.testing.ShippedRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever the disk does, there is a defined answer: go on, or stop with the reason. Never a guess. */
class DiskTroubleTest {
    private static final int UNITS = 12;

    private static Engine engine;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        engine = ShippedRun.engine("brokenJson=0.2,missingRow=0.1", 20, new RealDisk());
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    private RunFolder make(String name) throws IOException {
        return new ShippedRun(folder).make(name, 5, UNITS);
    }

    private static JsonNode go(RunFolder run, Disk disk, Lane lane) throws Exception {
        LiveRun live = engine.launch(run, lane, "test", disk);
        try {
            assertThat(live.awaitEnd(60_000)).isTrue();
            return Objects.requireNonNull(engine.simulator(live)).bill();
        } finally {
            engine.release(live);
        }
    }

    private RunFolder finished(String name) throws Exception {
        RunFolder run = make(name);
        go(run, new RealDisk(), Lane.BATCH);
        return run;
    }

    @Tag("crash")
    @ParameterizedTest
    @EnumSource(Lane.class)
    void a_full_disk_stops_the_run_with_its_reason_and_nothing_is_lost(Lane lane) throws Exception {
        RunFolder calm = make("calm");
        go(calm, new RealDisk(), lane);
        byte[] expected = Files.readAllBytes(calm.outputs().resolve("results.jsonl"));
        long bytes = Files.size(calm.journal()) * 2;

        for (int i = 1; i <= 8; i++) {
            RunFolder run = make("full" + i);
            try {
                LiveRun live = engine.launch(run, lane, "test", new FullDisk(bytes * i / 9));
                try {
                    assertThat(live.awaitEnd(60_000)).as("ends by itself").isTrue();
                    if (live.summary().status() != RunStatus.COMPLETE) {
                        assertThat(live.failure()).isInstanceOf(UncheckedIOException.class);
                        assertThat(Disk.reason((UncheckedIOException) Objects.requireNonNull(live.failure())))
                                .contains("No space left on device");
                    }
                } finally {
                    engine.release(live);
                }
            } catch (UncheckedIOException e) {
                assertThat(e).hasMessageContaining("No space left on device");
            }

            JsonNode bill = go(run, new RealDisk(), lane);

            RunState state = RunStore.read(run);
            assertThat(state.status()).isEqualTo(RunStatus.COMPLETE);
            assertThat(run.outputs().resolve("results.jsonl")).hasBinaryContent(expected);
            ShippedRun.lawHolds(state, bill, lane);
            assertThat(RunVerification.of(run).trouble()).isEmpty();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path each : files.toList()) {
                Files.copy(each, to.resolve(from.relativize(each)), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    /** Tickets name a run by the name it was made under: the two would get each other's. */
    @Test
    void a_copy_that_was_taken_for_another_run_waits_while_the_first_is_at_work() throws Exception {
        RunFolder run = make("twin");
        var twin = new RunFolder(folder.resolve("runs/other"));
        copy(run.root(), twin.root());
        Lease.settle(twin.root(), new RealDisk(), Clock.systemUTC());
        LiveRun live = engine.launch(run, Lane.BATCH, "test", new RealDisk());

        try {
            assertThatThrownBy(() -> engine.launch(twin, Lane.BATCH, "test", new RealDisk()))
                    .isInstanceOf(UserMistakeException.class)
                    .hasMessageContaining(twin.root().toString())
                    .hasMessageContaining("made under the same name as " + run.root());
            assertThat(live.awaitEnd(60_000)).isTrue();
        } finally {
            engine.release(live);
        }

        go(twin, new RealDisk(), Lane.BATCH);
        assertThat(RunStore.read(twin).done()).isEqualTo(UNITS);
    }

    @Test
    void a_copied_run_is_refused_and_a_renamed_one_is_not() throws Exception {
        RunFolder run = finished("run");
        Path copy = folder.resolve("runs/copy");
        copy(run.root(), copy);
        Path renamed = folder.resolve("runs/renamed");
        Files.move(run.root(), renamed);

        open(new RunFolder(renamed)).close();
        assertThatThrownBy(() -> open(new RunFolder(copy)))
                .isInstanceOf(UserMistakeException.class)
                .hasMessageContaining("was copied")
                .hasMessageContaining("caravan moved");
        assertThat(RunStore.read(new RunFolder(copy)).done())
                .as("it may be looked at")
                .isEqualTo(UNITS);

        Lease.settle(copy, new RealDisk(), Clock.systemUTC());
        open(new RunFolder(copy)).close();
    }

    private static RunStore open(RunFolder run) {
        return RunStore.open(run, new RealDisk(), Clock.systemUTC(), "test");
    }

    @Test
    void the_manifest_of_another_run_is_refused() throws Exception {
        RunFolder one = finished("one");
        RunFolder two = make("two");
        Files.copy(one.manifest(), two.manifest(), StandardCopyOption.REPLACE_EXISTING);

        assertThatThrownBy(() -> open(two))
                .isInstanceOf(UserMistakeException.class)
                .hasMessageContaining("belongs to another run");
        Files.delete(two.manifest());
        open(two).close();
    }

    @Test
    void a_missing_manifest_is_made_again_and_a_missing_journal_is_told() throws Exception {
        RunFolder run = finished("run");
        Files.delete(run.manifest());
        open(run).close();
        assertThat(RunVerification.of(run).trouble()).isEmpty();
        assertThat(run.manifest()).exists();

        Files.delete(run.journal());

        assertThatThrownBy(() -> open(run))
                .isInstanceOf(UserMistakeException.class)
                .hasMessageContaining("journal.jsonl: is gone");
        assertThatThrownBy(() -> RunVerification.of(run)).hasMessageContaining("is gone");
        assertThat(run.journal()).as("nothing is made up in its place").doesNotExist();
    }

    @Test
    void a_manifest_newer_than_the_journal_is_refused() throws Exception {
        RunFolder run = finished("run");
        List<String> lines = Files.readAllLines(run.journal());
        int commit = lines.size() - 2;
        while (!lines.get(commit).contains("\"type\":\"Commit\"")) {
            commit--;
        }
        Files.writeString(run.journal(), String.join("\n", lines.subList(0, commit + 1)) + "\n");

        assertThatThrownBy(() -> open(run))
                .isInstanceOf(CorruptJournalException.class)
                .hasMessageContaining("the manifest knows events up to");
    }

    @Test
    void a_bad_line_in_the_middle_stops_and_a_torn_end_is_cut() throws Exception {
        RunFolder run = finished("run");
        byte[] whole = Files.readAllBytes(run.journal());
        Files.delete(run.manifest());

        Files.write(run.journal(), Arrays.copyOf(whole, whole.length - 20));
        open(run).close();
        assertThat(JournalReplay.of(run).status())
                .as("the torn group never counted")
                .isNotEqualTo(RunStatus.COMPLETE);

        byte[] bad = whole.clone();
        bad[whole.length / 2] ^= 1;
        Files.write(run.journal(), bad);
        Files.delete(run.manifest());
        assertThatThrownBy(() -> open(run)).isInstanceOf(CorruptJournalException.class);
    }

    @Test
    void epochs_rise_even_when_the_lease_was_torn() throws Exception {
        RunFolder run = finished("run");
        long before;
        try (RunStore store = open(run)) {
            before = store.epoch();
            store.recordAndWait(new RunEvent.RunNamed("once"));
        }
        Files.writeString(run.root().resolve("lease.json"), "{\"pid\": 1");

        try (RunStore store = open(run)) {
            assertThat(store.epoch()).isGreaterThan(before);
            store.recordAndWait(new RunEvent.RunNamed("again"));
        }

        List<Long> epochs = Files.readAllLines(run.journal()).stream()
                .map(line -> Json.parse(line).path("epoch"))
                .filter(JsonNode::isNumber)
                .map(JsonNode::longValue)
                .toList();
        assertThat(epochs).isSorted().endsWith(before + 1);
    }

    @Test
    void a_lost_reply_file_is_told_and_never_bought_again() throws Exception {
        RunFolder run = finished("run");
        Path results = run.results("classify", 0);
        Files.write(results, Arrays.copyOf(Files.readAllBytes(results), 10));

        assertThatThrownBy(() -> go(run, new RealDisk(), Lane.BATCH))
                .isInstanceOf(UserMistakeException.class)
                .hasMessageContaining("paid answers are missing");
        assertThat(RunVerification.of(run).trouble()).contains("classify_results.jsonl");
    }

    @Test
    void a_line_that_is_no_outcome_of_a_call_is_told_with_its_place() throws Exception {
        RunFolder run = finished("run");
        Path results = run.results("classify", 0);
        String whole = Files.readString(results);
        int second = whole.indexOf('\n') + 1;
        // As long as what stood there, so that nothing seems to be missing.
        String rest = " ".repeat(whole.indexOf('\n', second) - second);

        for (String odd : List.of("", "null", "[]", "{\"key\":7}")) {
            Files.writeString(
                    results,
                    whole.substring(0, second)
                            + odd
                            + rest.substring(odd.length())
                            + whole.substring(second + rest.length()));

            for (String command : List.of("report", "diagnose")) {
                CommandResult said = CommandResult.of(command, run.root().toString());
                assertThat(said.code())
                        .as("%s with %s: %s", command, odd, said.all())
                        .isEqualTo(2);
                assertThat(said.err()).contains("classify_results.jsonl", "byte " + second, "holds a line that is no");
            }
            assertThat(CommandResult.of("repair", run.root().toString()).code())
                    .as("it cannot make a paid answer again")
                    .isBetween(1, 2);
            assertThat(RunVerification.of(run).trouble()).contains("the line at byte " + second + " is no reply");
        }
    }
}
