package dev.caravan.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.base.Json;
import dev.caravan.provider.Lane;
import dev.caravan.repair.RunVerification;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.simulator.Simulator;
import dev.caravan.testing.CommandResult;
import dev.caravan.testing.OutsideProvider;
import dev.caravan.testing.RunningService;
import dev.caravan.testing.ShippedRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every way a pipeline comes in, at one service in a process of its own: none starts twice, none spends unasked. */
class ServeArrivalTest {
    private static final String FREE = "provider: simulator, model: gpt-4o-mini";

    @TempDir
    static Path folder;

    private static Simulator provider;
    private static RunningService served;
    private static Process service;
    private static int marks;

    @BeforeAll
    static void serve() throws IOException {
        provider = OutsideProvider.simulator(folder, "", 1_000);
        provider.answers("label", Json.parse("{\"fields\":{\"mark\":{\"integer\":[1,5]}}}"));
        served = new RunningService(folder, OutsideProvider.environment(provider, folder));
        served.drop("early", "simulator");
        served.drop("tickets", "simulator");
        service = served.start("--job-millis", "50", "--runs", "3", "--interval", "1");
    }

    @AfterAll
    static void nothing_was_started_twice_and_the_service_ends_in_order() throws Exception {
        try (Simulator asked = provider;
                RunningService all = served) {
            service.destroy();
            assertThat(RunningService.ended(service)).isZero();
            assertThat(all.output()).contains("ready early", "stopped").doesNotContain("Exception");
            assertThat(all.runs("early")).isEmpty();
            assertThat(calls(asked)).as("asked for by a person").isEqualTo(12);
            List<String> pipelines;
            try (Stream<Path> runs = Files.list(folder.resolve("runs"))) {
                pipelines = runs.map(each -> String.valueOf(each.getFileName()))
                        .filter(each -> !each.startsWith("."))
                        .map(each -> each.substring(0, each.lastIndexOf('_')))
                        .toList();
            }
            assertThat(pipelines).doesNotHaveDuplicates();
        }
    }

    @Test
    void what_is_held_back_is_told_with_the_reason() throws Exception {
        Files.writeString(
                Files.createDirectories(served.pipelines().resolve("bare")).resolve("note.txt"), "soon");

        await().atMost(RunningService.LONGEST)
                .until(() -> served.http()
                        .get("/api/pipelines")
                        .text()
                        .contains("{\"name\":\"bare\",\"reason\":\"has no config.yaml yet\"}"));
        assertThat(RunningService.ended(served.run(List.of("ps")))).isZero();
        assertThat(served.output()).contains("held back: pipelines/bare: has no config.yaml yet");
    }

    @Test
    void copied_in() {
        drop("late");

        RunFolder run = served.complete("late");

        assertThat(RunStore.read(run).done()).isEqualTo(12);
        ShippedRun.lawHolds(RunStore.read(run), ShippedRun.bill(run), Lane.BATCH);
        assertThat(RunVerification.of(run).trouble()).isEmpty();
    }

    @Test
    void copied_slowly_with_its_config_last_and_a_file_that_is_not_complete() throws IOException {
        Path source = RunningService.write(folder.resolve("outside"), "slow", FREE, "");
        Path target = Files.createDirectories(served.pipelines().resolve("slow/templates"));
        Files.copy(source.resolve("templates/label.vm"), target.resolve("label.vm"));
        looksGoBy();
        Files.writeString(target.resolveSibling("items.jsonl.part"), RunningService.items(5));
        Files.copy(source.resolve("config.yaml"), target.resolveSibling("config.yaml"));
        looksGoBy();
        assertThat(served.runs("slow")).isEmpty();

        Files.writeString(target.resolveSibling("items.jsonl.part"), RunningService.items(12));
        Files.move(target.resolveSibling("items.jsonl.part"), target.resolveSibling("items.jsonl"));

        assertThat(RunStore.read(served.complete("slow")).done()).isEqualTo(12);
    }

    @Test
    void moved_in_and_then_to_another_name() throws IOException {
        Path source = RunningService.write(folder.resolve("outside"), "moved", FREE, "");
        Files.move(source, served.pipelines().resolve("moved"));
        served.complete("moved");

        Files.move(served.pipelines().resolve("moved"), served.pipelines().resolve("renamed"));

        says("ready renamed: was there under another name");
        looksGoBy();
        assertThat(served.runs("renamed")).isEmpty();
    }

    @Test
    void as_a_zip_file() throws IOException {
        Path source = RunningService.write(folder.resolve("outside"), "zipped", FREE, "");
        try (var zip = zip("zipped.zip");
                Stream<Path> all = Files.walk(source)) {
            for (Path each : all.filter(Files::isRegularFile).toList()) {
                zip.putNextEntry(new ZipEntry("zipped/" + source.relativize(each)));
                Files.copy(each, zip);
            }
        }

        assertThat(RunStore.read(served.complete("zipped")).done()).isEqualTo(12);
    }

    @Test
    void as_a_zip_file_that_leads_out() throws IOException {
        try (var zip = zip("slip.zip")) {
            zip.putNextEntry(new ZipEntry("slip/config.yaml"));
            zip.write("pipeline: {}".getBytes(StandardCharsets.UTF_8));
            zip.putNextEntry(new ZipEntry("../../slipped.txt"));
        }

        says("refused slip");

        assertThat(folder.resolve("slipped.txt")).doesNotExist();
        assertThat(folder.resolveSibling("slipped.txt")).doesNotExist();
        assertThat(served.pipelines().resolve("slip")).doesNotExist();
        assertThat(served.runs("slip")).isEmpty();
    }

    @Test
    void edited_later() throws IOException {
        Path pipeline = drop("edited");
        served.complete("edited");

        Files.writeString(pipeline.resolve("templates/label.vm"), "Mark once more $text. Answer {\"mark\": 1 to 5}.");

        says("changed edited: not started by itself");
        looksGoBy();
        assertThat(served.runs("edited")).hasSize(1);
    }

    @Test
    void broken_and_then_mended() throws IOException {
        Path pipeline = drop("mended");
        Files.writeString(pipeline.resolve("templates/label.vm"), "Mark $txet.");
        says("refused mended: ");
        assertThat(served.output()).contains("did you mean 'text'?");
        assertThat(served.runs("mended")).isEmpty();

        Files.writeString(pipeline.resolve("templates/label.vm"), "Mark $text. Answer {\"mark\": 1 to 5}.");

        assertThat(RunStore.read(served.complete("mended")).done()).isEqualTo(12);
    }

    @Test
    void asked_for_then_removed_while_its_run_is_at_work() throws IOException {
        Path pipeline = served.drop("removed", "openai");
        RunFolder run = served.run("removed", RunState::waitsForApproval);
        looksGoBy();
        assertThat(calls(provider)).as("unasked").isZero();
        assertThat(CommandResult.of("approve", run.root().toString()).code()).isZero();
        served.run("removed", state -> state.status() == RunStatus.RUNNING);

        try (Stream<Path> all = Files.walk(pipeline)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }

        says("removed removed: its runs go on");
        served.complete("removed");
        assertThat(RunStore.read(run).done()).isEqualTo(12);
        ShippedRun.lawHolds(RunStore.read(run), provider.bill(), Lane.BATCH);
    }

    @Test
    void ten_at_once_and_a_broken_one_between_them() throws IOException {
        for (int i = 0; i < 10; i++) {
            drop("p" + i);
        }
        Files.writeString(drop("broken").resolve("templates/label.vm"), "Mark $txet.");

        for (int i = 0; i < 10; i++) {
            RunFolder run = served.complete("p" + i);
            assertThat(RunStore.read(run).done()).isEqualTo(12);
            ShippedRun.lawHolds(RunStore.read(run), ShippedRun.bill(run), Lane.BATCH);
        }
        says("refused broken: ");
        assertThat(standing("broken")).isEqualTo("refused");
        assertThat(standing("p9")).isEqualTo("started");
        assertThat(served.runs("broken")).isEmpty();
        assertThat(served.output().lines().filter(each -> each.contains(" queued p")))
                .hasSize(10);
    }

    @Test
    void items_in_an_inbox_become_a_run_of_just_these() throws IOException {
        Path inbox = Files.createDirectories(served.pipelines().resolve("tickets/inbox"));

        Files.writeString(inbox.resolve("more.jsonl"), RunningService.items(4));
        Files.writeString(inbox.resolve("wrong.jsonl"), "{\"id\": 1, \"txt\": \"no text\"}\n");

        RunFolder run = served.complete("tickets");
        assertThat(RunStore.read(run).facts().units()).isEqualTo(4);
        await().atMost(RunningService.LONGEST).until(() -> Files.exists(inbox.resolve(".refused/wrong.jsonl.txt")));
        assertThat(Files.readString(inbox.resolve(".refused/wrong.jsonl.txt"))).contains("text");
        await().atMost(RunningService.LONGEST).until(() -> Files.isDirectory(inbox.resolve(".done")));
        try (Stream<Path> done = Files.list(inbox.resolve(".done"))) {
            assertThat(done).hasSize(1);
        }
        assertThat(run.name()).matches("tickets_\\d{8}T\\d{6}Z-[0-9a-f]{8}");
    }

    @Test
    void a_second_service_of_the_folder_is_refused_and_the_first_goes_on() throws Exception {
        assertThat(RunningService.ended(served.run(List.of("serve", "--port", "0"))))
                .isEqualTo(2);

        assertThat(served.output()).contains("another service is at work here: process " + service.pid());
        looksGoBy();
    }

    private static long calls(Simulator provider) {
        return provider.totals().path("calls").longValue();
    }

    private static Path drop(String name) {
        try {
            return served.drop(name, "simulator");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What comes in now is at rest later than all that came before; once it has a run, those were looked at. */
    private static void looksGoBy() {
        String mark = "mark" + ++marks;
        drop(mark);
        served.complete(mark);
    }

    private static void says(String text) {
        await(text).atMost(RunningService.LONGEST).until(() -> served.output().contains(text));
    }

    private static String standing(String pipeline) throws IOException {
        return Json.parse(Files.readString(folder.resolve("runs/.service/arrivals.json")))
                .path("pipelines")
                .path(pipeline)
                .path("phase")
                .asText();
    }

    /** Written where it is dropped. */
    private static ZipOutputStream zip(String name) throws IOException {
        return new ZipOutputStream(Files.newOutputStream(served.pipelines().resolve(name)));
    }
}
