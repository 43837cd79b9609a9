package dev.caravan.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.base.Json;
import dev.caravan.execution.Verification;
import dev.caravan.provider.Lane;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The service in a process of its own: what is dropped becomes runs, each once, whatever happens to the process. */
class ServeTest {
    /** Long enough that a job is out when the service is stopped, short enough to be waited for. */
    private static final String JOB_MILLIS = "20000";

    @TempDir
    Path folder;

    private Served served;

    @BeforeEach
    void open() throws IOException {
        served = new Served(folder, Map.of());
    }

    @AfterEach
    void close() {
        served.close();
    }

    @Test
    void a_folder_copied_in_becomes_a_finished_run_and_what_was_there_before_does_not() throws Exception {
        served.drop("early", "simulator");
        Process service = served.start("--job-millis", "50");

        served.drop("late", "simulator");

        RunFolder run = served.complete("late");
        assertThat(RunStore.read(run).done()).isEqualTo(12);
        Shipped.lawHolds(RunStore.read(run), Shipped.bill(run), Lane.BATCH);
        assertThat(Verification.of(run).trouble()).isEmpty();
        assertThat(served.runs("early")).isEmpty();
        await().atMost(Served.LONGEST).until(() -> served.output().contains("complete " + run.name()));
        service.destroy();
        assertThat(Served.ended(service)).isZero();
        assertThat(served.output()).contains("ready early", "stopped").doesNotContain("Exception");
    }

    @Test
    void ten_at_once_all_finish_once_and_a_broken_one_between_them_is_refused() throws Exception {
        served.start("--job-millis", "50", "--runs", "3");

        for (int i = 0; i < 10; i++) {
            served.drop("p" + i, "simulator");
        }
        Files.writeString(served.drop("broken", "simulator").resolve("templates/label.vm"), "Mark $txet.");

        for (int i = 0; i < 10; i++) {
            RunFolder run = served.complete("p" + i);
            assertThat(RunStore.read(run).done()).isEqualTo(12);
            Shipped.lawHolds(RunStore.read(run), Shipped.bill(run), Lane.BATCH);
        }
        await().atMost(Served.LONGEST).until(() -> standing("broken").equals("refused"));
        assertThat(served.runs("broken")).isEmpty();
        assertThat(served.output()).contains("refused broken: ", "did you mean 'text'?");
        assertThat(served.output().lines().filter(each -> each.contains(" queued p")))
                .hasSize(10);
    }

    private String standing(String pipeline) throws IOException {
        return Json.parse(Files.readString(folder.resolve("runs/.service/arrivals.json")))
                .path("pipelines")
                .path(pipeline)
                .path("phase")
                .asText();
    }

    @ParameterizedTest
    @EnumSource(Lane.class)
    void a_service_that_is_killed_with_runs_alive_finishes_them_all_once(Lane lane) throws Exception {
        String[] options = {
            "--mode",
            lane.name().toLowerCase(Locale.ROOT),
            "--runs",
            "3",
            "--concurrency",
            "3",
            "--job-millis",
            "700",
            "--faults",
            "latency=50..150"
        };
        Process service = served.start(options);
        for (int i = 0; i < 5; i++) {
            served.drop("p" + i, "simulator");
        }
        await().atMost(Served.LONGEST).until(() -> begun() >= 2);
        Served.kill(service);
        service = served.start(options);
        await().atMost(Served.LONGEST).until(() -> begun() >= 3);
        Served.kill(service);
        served.start(options);

        for (int i = 0; i < 5; i++) {
            RunFolder run = served.complete("p" + i);
            RunState state = RunStore.read(run);
            assertThat(state.done()).isEqualTo(12);
            Shipped.lawHolds(state, Shipped.bill(run), lane);
        }
        assertThat(standing("p4")).isEqualTo("started");
    }

    /** Runs that bought something. */
    private long begun() {
        return Stream.of("p0", "p1", "p2", "p3", "p4")
                .flatMap(each -> served.runs(each).stream())
                .map(RunStore::read)
                .filter(each ->
                        each.ledger().calls() > 0 || each.works().stream().anyMatch(work -> work.providerJob() != null))
                .count();
    }

    @Test
    void a_second_service_of_the_folder_is_refused_and_the_first_goes_on() throws Exception {
        Process first = served.start("--job-millis", "50");

        assertThat(Served.ended(served.run(List.of("serve", "--port", "0")))).isEqualTo(2);

        assertThat(served.output())
                .contains("another service is at work here: process " + first.pid())
                .doesNotContain("Exception");
        served.drop("late", "simulator");
        served.complete("late");
    }

    @Test
    void items_dropped_into_an_inbox_become_a_run_of_just_these() throws Exception {
        served.drop("tickets", "simulator");
        served.start("--job-millis", "50");
        Path inbox = Files.createDirectories(served.pipelines().resolve("tickets/inbox"));

        Files.writeString(inbox.resolve("more.jsonl"), Served.items(4));
        Files.writeString(inbox.resolve("wrong.jsonl"), "{\"id\": 1, \"txt\": \"no text\"}\n");

        RunFolder run = served.complete("tickets");
        assertThat(RunStore.read(run).facts().units()).isEqualTo(4);
        await().atMost(Served.LONGEST).until(() -> Files.exists(inbox.resolve(".refused/wrong.jsonl")));
        assertThat(Files.readString(inbox.resolve(".refused/wrong.jsonl.txt"))).contains("text");
        try (Stream<Path> done = Files.list(inbox.resolve(".done"))) {
            assertThat(done).hasSize(1);
        }
        assertThat(run.name()).matches("tickets_\\d{8}T\\d{6}Z-[0-9a-f]{8}");
    }

    @Test
    void a_service_that_is_stopped_names_the_jobs_that_stay_out_and_collects_them_later() throws Exception {
        Process service = served.start("--job-millis", JOB_MILLIS);
        served.drop("slow", "simulator");
        served.run(
                "slow",
                state -> state.works().stream()
                                .filter(each -> each.providerJob() != null)
                                .count()
                        == 4);

        service.destroy();

        assertThat(Served.ended(service)).isZero();
        RunState left = RunStore.read(served.runs("slow").get(0));
        assertThat(left.status()).isEqualTo(RunStatus.RUNNING);
        left.works()
                .forEach(each -> assertThat(served.output())
                        .contains("job slow_")
                        .contains(each.providerJob() + ", 3 requests, due by "));
        served.start("--job-millis", "50");
        RunFolder run = served.complete("slow");
        Shipped.lawHolds(RunStore.read(run), Shipped.bill(run), Lane.BATCH);
    }

    @Test
    void a_run_that_a_person_paused_stays_paused_and_its_jobs_are_collected() throws Exception {
        Process service = served.start("--job-millis", JOB_MILLIS);
        served.drop("slow", "simulator");
        RunFolder run = served.run(
                "slow",
                state -> state.works().stream()
                                .filter(each -> each.providerJob() != null)
                                .count()
                        == 4);
        assertThat(Said.of("pause", run.root().toString()).code()).isZero();
        await().atMost(Served.LONGEST).until(() -> RunStore.read(run).status() == RunStatus.PAUSED);
        Served.kill(service);

        served.start("--job-millis", "50");

        await().atMost(Served.LONGEST).until(() -> RunStore.read(run).works().isEmpty());
        assertThat(RunStore.read(run).ledger().calls()).isEqualTo(12);
    }

    @Test
    void a_restart_takes_a_run_over_from_the_service() throws Exception {
        served.start("--job-millis", JOB_MILLIS);
        served.drop("slow", "simulator");
        RunFolder run =
                served.run("slow", state -> state.works().stream().anyMatch(each -> each.providerJob() != null));

        Said said = Said.of("restart", run.root().toString(), "--quiet", "--job-millis", "50");

        assertThat(said.code()).as(said.all()).isZero();
        assertThat(RunStore.read(run).done()).isEqualTo(12);
    }
}
