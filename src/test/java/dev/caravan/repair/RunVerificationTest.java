package dev.caravan.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.app.Engine;
import dev.caravan.base.Json;
import dev.caravan.base.RealDisk;
import dev.caravan.base.UserMistakeException;
import dev.caravan.execution.LiveRun;
import dev.caravan.journal.CorruptJournalException;
import dev.caravan.lease.Lease;
import dev.caravan.lease.LeaseHeldException;
import dev.caravan.provider.Lane;
import dev.caravan.run.Manifest;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.testing.ShippedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damage of every kind is told by what is damaged, mended where it is derived, and never guessed at where it is truth. */
class RunVerificationTest {
    @TempDir
    static Path shared;

    private static RunFolder finished;

    @TempDir
    Path folder;

    private RunFolder run;

    @BeforeAll
    static void runOnce() throws Exception {
        finished = new ShippedRun(shared).run("run", Lane.BATCH, "brokenJson=0.1,missingRow=0.05", 20);
    }

    @BeforeEach
    void copy() throws IOException {
        run = new RunFolder(folder.resolve("runs/run"));
        try (Stream<Path> files = Files.walk(finished.root())) {
            for (Path each : files.toList()) {
                Path target = run.root().resolve(finished.root().relativize(each));
                Files.createDirectories(Objects.requireNonNull(target.getParent()));
                Files.copy(each, target);
            }
        }
        // A copy is refused until somebody says that it is the only one.
        Lease.settle(run.root(), new RealDisk(), Clock.systemUTC());
        assertThat(verify().whole()).isTrue();
    }

    private RunVerification.Report verify() {
        return RunVerification.of(run);
    }

    private RunRepair.Done repair() {
        return RunRepair.of(run, ShippedRun.judging(), new RealDisk(), Clock.systemUTC(), "test");
    }

    private Path settled(String file) {
        return run.root().resolve("chunks/chunk_001").resolve(file);
    }

    private String removeLine(Path file, int line) throws IOException {
        var lines = new ArrayList<>(Files.readAllLines(file));
        String id = Json.parse(lines.remove(line)).get("unit_id").textValue();
        Files.writeString(file, String.join("\n", lines) + "\n");
        return id;
    }

    @Test
    void A01_a_removed_line_is_reported_by_its_exact_id_and_repaired() throws Exception {
        String id = removeLine(settled("classify_validated.jsonl"), 3);

        RunVerification.Report report = verify();

        assertThat(report.whole()).isFalse();
        assertThat(report.steps().get(0).missing()).containsExactly(id);
        assertThat(report.steps().get(1).missing()).isEmpty();
        assertThat(repair().rebuilt()).isEqualTo(1);
        assertThat(verify().whole()).isTrue();
    }

    @Test
    void I18_repair_twice_is_repair_once() throws Exception {
        byte[] outputs = Files.readAllBytes(run.outputs().resolve("results.jsonl"));
        removeLine(settled("check_validated.jsonl"), 0);
        Files.delete(run.outputs().resolve("results.jsonl"));

        assertThat(repair()).isEqualTo(new RunRepair.Done(0, 1, true));
        assertThat(repair()).isEqualTo(new RunRepair.Done(0, 0, true));

        assertThat(run.outputs().resolve("results.jsonl")).hasBinaryContent(outputs);
        assertThat(verify().whole()).isTrue();
    }

    @Test
    void I2_a_line_that_stands_twice_and_a_unit_of_another_chunk_are_told() throws Exception {
        Path file = settled("classify_validated.jsonl");
        List<String> lines = Files.readAllLines(file);
        String first = lines.get(0);
        String foreign = Files.readAllLines(run.root().resolve("chunks/chunk_000/classify_validated.jsonl"))
                .get(0);
        lines.set(1, first);
        lines.set(2, foreign);
        Files.writeString(file, String.join("\n", lines) + "\n");

        RunVerification.Report report = verify();

        assertThat(report.steps().get(0).duplicated())
                .contains(Json.parse(first).get("unit_id").textValue());
        assertThat(report.problems()).anyMatch(each -> each.contains("holds no unit of its chunk"));
    }

    @Test
    void B22_a_removed_chunk_is_missed_unit_by_unit() throws Exception {
        for (String each : List.of("classify_validated.jsonl", "check_validated.jsonl")) {
            Files.delete(settled(each));
        }

        assertThat(verify().steps())
                .allSatisfy(each -> assertThat(each.missing()).hasSize(20));
        repair();
        assertThat(verify().whole()).isTrue();
    }

    @Test
    void lost_paid_replies_are_told_and_cannot_be_repaired() throws Exception {
        Path replies = settled("classify_results.jsonl");
        Files.writeString(replies, Files.readString(replies).substring(0, 500));

        assertThat(verify().trouble()).contains("paid answers are missing").contains("the books hold");
        assertThatThrownBy(this::repair)
                .isInstanceOf(UserMistakeException.class)
                .hasMessageContaining("are missing");
    }

    @Test
    void A63_a_manifest_that_lies_is_told_and_a_missing_one_is_made_again() throws Exception {
        String manifest = Files.readString(run.manifest());
        Files.writeString(run.manifest(), manifest.replace("\"arrived\":60", "\"arrived\":59"));
        assertThat(verify().problems()).anyMatch(each -> each.startsWith("MANIFEST.json differs"));

        for (String broken : List.of(
                "", "{", "[]", "{\"schema_version\": 99}", "{\"schema_version\": " + Manifest.SCHEMA_VERSION + "}")) {
            Files.writeString(run.manifest(), broken);
            assertThat(verify().problems()).as(broken).anyMatch(each -> each.contains("MANIFEST.json"));
        }
        Files.delete(run.manifest());
        assertThat(verify().whole()).isTrue();
        repair();
        assertThat(run.manifest()).exists();
    }

    @Test
    void one_flipped_digit_of_a_manifest_is_not_believed_and_the_journal_is_read_instead() throws Exception {
        RunState known = RunStore.read(run);
        String manifest = Files.readString(run.manifest());
        String flipped = manifest.replaceFirst("(\"picos\":)([0-9])", "$19");
        flipped = flipped.equals(manifest) ? manifest.replaceFirst("(\"picos\":)([0-9])", "$18") : flipped;
        assertThat(flipped).isNotEqualTo(manifest);
        Files.writeString(run.manifest(), flipped);

        assertThat(RunStore.read(run).ledger().settledPicos())
                .isEqualTo(known.ledger().settledPicos());
        assertThat(verify().problems()).anyMatch(each -> each.startsWith("MANIFEST.json differs from its checksum"));
        RunStore.open(run, new RealDisk(), Clock.systemUTC(), "test").close();
        assertThat(verify().whole()).as("it was made again").isTrue();
    }

    @Test
    void lines_of_the_outputs_that_changed_places_or_words_are_told() throws Exception {
        Path results = run.outputs().resolve("results.jsonl");
        Path table = run.outputs().resolve("results.csv");
        List<String> lines = Files.readAllLines(results);
        var exchanged = new ArrayList<>(lines);
        Collections.swap(exchanged, 3, 7);
        Files.write(results, exchanged);

        assertThat(verify().problems()).anyMatch(each -> each.startsWith("outputs/results.jsonl is not what"));

        Files.writeString(table, Files.readString(table).replaceFirst("(?m)^(.*)$", "$1 "));
        assertThat(verify().problems()).anyMatch(each -> each.startsWith("outputs/results.csv is not what"));
        repair();
        assertThat(verify().whole()).isTrue();
        assertThat(Files.readAllLines(results)).isEqualTo(lines);
    }

    /** Its last event knows no checksums, as that of an earlier version. */
    @Test
    void lines_that_changed_places_are_told_of_runs_of_an_earlier_version_too() throws Exception {
        try (RunStore store = RunStore.open(run, new RealDisk(), Clock.systemUTC(), "test")) {
            int done = store.onState(RunState::done);
            int failed = store.onState(RunState::failed);
            store.recordAndWait(new RunEvent.TasksReopened());
            store.recordAndWait(new RunEvent.RunCompleted(done, failed, 0, new TreeMap<>()));
        }
        assertThat(verify().problems()).isEmpty();
        Path results = run.outputs().resolve("results.jsonl");
        List<String> lines = Files.readAllLines(results);
        Collections.swap(lines, 3, 7);
        Files.write(results, lines);

        assertThat(verify().problems())
                .containsExactly(
                        "outputs/results.jsonl: line 4 is not what its unit came to; `caravan repair` writes it again");
        repair();
        assertThat(verify().whole()).isTrue();
    }

    @Test
    void a_file_of_the_run_that_was_changed_by_hand_is_told() throws Exception {
        Path schema = run.config().resolve("schemas/classify.json");
        Files.writeString(schema, Files.readString(schema) + " ");
        Path units = run.units();
        Files.writeString(units, Files.readString(units).replaceFirst("a", "b"));

        assertThat(verify().problems())
                .contains("config/schemas/classify.json was changed by hand since the run was made")
                .contains("input/units.jsonl was changed by hand since the run was made");
        assertThatThrownBy(this::repair)
                .isInstanceOf(UserMistakeException.class)
                .hasMessageContaining("input/units.jsonl: was changed by hand");
    }

    @Test
    void C30_a_manifest_of_an_earlier_version_is_made_again_from_the_journal() throws Exception {
        Files.writeString(
                run.manifest(),
                Files.readString(run.manifest()).replaceFirst("\"schema_version\":[0-9]+", "\"schema_version\":1"));

        assertThat(verify().whole()).isTrue();
        repair();
        assertThat(Files.readString(run.manifest())).contains("\"schema_version\":" + Manifest.SCHEMA_VERSION);
    }

    @Test
    void a_damaged_or_missing_journal_and_a_folder_that_is_no_run_are_refused() throws Exception {
        String journal = Files.readString(run.journal());
        Files.writeString(run.journal(), journal.replaceFirst("RunStarted", "RunStartet"));
        assertThatThrownBy(this::verify).isInstanceOf(CorruptJournalException.class);
        Files.delete(run.journal());
        assertThatThrownBy(this::verify)
                .isInstanceOf(UserMistakeException.class)
                .hasMessageContaining("is gone");
    }

    @Test
    void changed_input_and_outputs_are_told() throws Exception {
        Files.writeString(run.outputs().resolve("results.jsonl"), "{}\n", StandardOpenOption.APPEND);
        assertThat(verify().trouble()).contains("outputs/ hold");
        repair();
        assertThat(verify().whole()).isTrue();
        Files.writeString(run.units(), "{\"unit_id\":\"extra\",\"_n\":60}\n", StandardOpenOption.APPEND);
        assertThat(verify().trouble()).contains("input/units.jsonl holds 61 units, the run has 60");
    }

    @Test
    void lines_that_are_no_json_are_told_with_their_place() throws Exception {
        for (String each : List.of("classify_validated.jsonl", "classify_results.jsonl")) {
            Path file = settled(each);
            Files.writeString(file, Files.readString(file).replaceFirst("\\{\"", "!!"));
        }
        Files.writeString(run.units(), Files.readString(run.units()).replaceFirst("\\{\"", "!!"));

        assertThat(verify().problems())
                .anyMatch(each -> each.contains("classify_validated.jsonl: the line at byte 0 holds no unit"))
                .anyMatch(each -> each.contains("classify_results.jsonl: the line at byte 0 is no reply"))
                .anyMatch(each -> each.contains("input/units.jsonl: line 1 does not hold unit 0"));
    }

    /** The quick look goes by checksums; where one does not hold, it must see what the thorough one sees. */
    @Test
    void whatever_is_damaged_the_check_before_complete_finds_what_verify_finds() throws Exception {
        var random = new Random(11);
        List<Path> files;
        try (Stream<Path> all = Files.walk(run.root())) {
            files = all.filter(each -> each.toString().matches(".*(units|results|validated|failures)\\.jsonl"))
                    .filter(each -> each.toFile().length() > 0)
                    .sorted()
                    .toList();
        }
        int found = 0;
        for (int i = 0; i < 80; i++) {
            Path file = files.get(random.nextInt(files.size()));
            byte[] whole = Files.readAllBytes(file);
            Files.write(file, damaged(whole, random));
            RunVerification.Report thorough = verify();
            RunVerification.Report quick = RunVerification.ofFiles(run, () -> RunStore.summary(RunStore.read(run)));
            assertThat(quick.steps()).as("%s", file).isEqualTo(thorough.steps());
            assertThat(quick.problems())
                    .as("%s", file)
                    .isEqualTo(thorough.problems().stream()
                            .filter(each -> !each.contains("was changed by hand"))
                            .toList());
            found += thorough.whole() ? 0 : 1;
            Files.write(file, whole);
        }
        assertThat(found).isGreaterThan(60);
        assertThat(verify().whole()).isTrue();
    }

    private static byte[] damaged(byte[] whole, Random random) {
        byte[] some = whole.clone();
        int at = random.nextInt(some.length);
        int count = Math.min(some.length - at, 1 + random.nextInt(40));
        switch (random.nextInt(4)) {
            case 0 -> some[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> Arrays.fill(some, at, at + count, (byte) 0);
            case 2 -> System.arraycopy(some, random.nextInt(some.length - count + 1), some, at, count);
            default -> {
                byte[] shorter = Arrays.copyOf(some, some.length - count);
                System.arraycopy(some, at + count, shorter, at, some.length - at - count);
                return shorter;
            }
        }
        return some;
    }

    @Test
    void I7_repair_is_refused_while_a_process_is_at_the_run() throws Exception {
        RunFolder live = new ShippedRun(folder).make("live", 20, 60);
        try (Engine engine = ShippedRun.engine("", 60_000, new RealDisk())) {
            LiveRun at = engine.launch(live, Lane.BATCH, "test");
            run = live;
            assertThatThrownBy(this::repair).isInstanceOf(LeaseHeldException.class);
            assertThat(verify().whole())
                    .as("an unfinished run is not a damaged one")
                    .isTrue();
            assertThat(verify().status()).isEqualTo(RunStatus.RUNNING);
            engine.release(at);
        }
    }

    @Test
    void I1_a_run_whose_files_do_not_hold_every_unit_does_not_complete() throws Exception {
        RunFolder live = new ShippedRun(folder).make("short", 20, 60);
        try (Engine engine = ShippedRun.engine("", 3_000, new RealDisk())) {
            LiveRun at = engine.launch(live, Lane.BATCH, "test");
            Path extra = live.units();
            Files.writeString(extra, "{\"unit_id\":\"extra\",\"_n\":60}\n", StandardOpenOption.APPEND);
            assertThat(at.awaitEnd(120_000)).isTrue();
            assertThat(at.summary().status()).isEqualTo(RunStatus.PAUSED);
            assertThat(at.summary().reason()).isEqualTo("integrity");
            assertThat(at.summary().detail()).contains("holds 61 units");
            engine.release(at);
        }
    }
}
