package dev.caravan.camel.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.provider.Lane;
import dev.caravan.run.CommandFolder;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.testing.CommandResult;
import dev.caravan.testing.RealProgram;
import dev.caravan.testing.ShippedRun;
import dev.caravan.testing.mistral.MistralServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A provider that was added by routes and registry alone, driven as a user drives it: the program, real HTTP, a bill. */
@Tag("conformance")
class MistralTest {
    private static final int UNITS = 24;
    private static final int CHUNK = 8;

    @TempDir
    Path folder;

    private MistralServer server;

    @BeforeEach
    void start() throws Exception {
        server = new MistralServer();
        new ShippedRun(folder).pipeline("triage", CHUNK);
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    private Process caravan(String key, String... arguments) throws IOException {
        Map<String, String> environment = Map.of("MISTRAL_BASE_URL", server.baseUrl(), "MISTRAL_API_KEY", key);
        return new RealProgram(folder, environment).start(List.of(), List.of(arguments));
    }

    private Process start(Lane lane, String key) throws IOException {
        String asked = "run triage --provider mistral --yes --name it --interval 0 --max-units " + UNITS;
        String mode = " --mode " + lane.name().toLowerCase(Locale.ROOT);
        return caravan(key, (asked + mode).split(" ", -1));
    }

    private int run(Lane lane, String key) throws Exception {
        return ended(start(lane, key));
    }

    /** Its exit code; a run that does not end is ended. */
    private int ended(Process process) throws Exception {
        boolean over = process.waitFor(3, TimeUnit.MINUTES);
        process.destroyForcibly();
        assertThat(over).as(said()).isTrue();
        return process.exitValue();
    }

    private RunFolder folder() {
        return new RunFolder(folder.resolve("runs/it"));
    }

    private String said() throws IOException {
        return Files.readString(folder.resolve("output.txt"));
    }

    private String log() throws IOException {
        return Files.readString(folder().root().resolve("RUN_LOG.txt"));
    }

    /** All units through, and the books equal to the server's bill to the token. */
    private RunState done() throws IOException {
        RunState state = RunStore.read(folder());
        assertThat(ShippedRun.summary(folder()).progress().done()).as(said()).isEqualTo(UNITS);
        assertThat(state.ledger().lines())
                .allSatisfy(line -> assertThat(line.provider()).isEqualTo("mistral"));
        assertThat(state.atRiskPicos()).isZero();
        ShippedRun.booksEqual(folder(), server.bill.totals());
        return state;
    }

    @ParameterizedTest
    @EnumSource(Lane.class)
    void a_shipped_pipeline_runs_to_its_end_with_exact_books(Lane lane) throws Exception {
        assertThat(run(lane, MistralServer.KEY)).as(said()).isZero();

        RunState state = done();
        assertThat(state.facts().chunkOf(UNITS - 1)).isEqualTo(2);
        assertThat(server.bill.calls()).isEqualTo(2 * UNITS);
        assertThat(server.bill.cached()).isPositive();
        assertThat(state.ledger().usage().cached()).isEqualTo(server.bill.cached());
        assertThat(server.jobs()).hasSize(lane == Lane.BATCH ? 6 : 0);
        assertThat(server.files()).as("files left at the provider").isEmpty();
    }

    @Test
    void a_lost_create_is_found_by_its_nonce_on_a_later_page_and_not_bought_twice() throws Exception {
        server.trouble.lostCreates.set(2);

        assertThat(run(Lane.BATCH, MistralServer.KEY)).as(said()).isZero();

        done();
        assertThat(log()).contains("adopted");
        assertThat(server.listedPages()).isGreaterThan(2);
        everyJobIsNeeded();
    }

    /** Pages with numbers: a job made meanwhile moves others on, so that one is read twice. It is still one job. */
    @Test
    void a_job_that_stands_on_two_pages_is_one_job() throws Exception {
        server.trouble.lostCreates.set(1);
        server.trouble.busyLists.set(1);
        server.trouble.others.set(90);
        server.othersMakeJobs();

        assertThat(run(Lane.BATCH, MistralServer.KEY)).as(said()).isZero();

        done();
        assertThat(server.listedPages()).isGreaterThan(1);
        everyJobIsNeeded();
    }

    /** None was made twice, and none was cancelled. */
    private void everyJobIsNeeded() {
        assertThat(server.jobs())
                .hasSize(6)
                .allSatisfy(each -> assertThat(each.path("status").asText()).isEqualTo("SUCCESS"));
        assertThat(server.jobs().stream().map(each -> each.at("/metadata/caravan_nonce")))
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource(Lane.class)
    void a_bad_key_is_refused_once_and_pauses_the_run(Lane lane) throws Exception {
        String wrong = "another-key-0123456789";
        assertThat(run(lane, wrong)).as(said()).isNotZero();

        assertThat(ShippedRun.summary(folder()).reason()).isEqualTo("provider");
        assertThat(ShippedRun.summary(folder()).detail()).contains("http_401").contains("Unauthorized");
        assertThat(server.bill.calls()).isZero();
        assertThat(RunStore.read(folder()).atRiskPicos()).isZero();
        if (lane == Lane.REALTIME) {
            assertThat(server.refusedKeys()).isEqualTo(1);
        }
        assertThat(said()).doesNotContain(wrong);
    }

    @ParameterizedTest
    @EnumSource(Lane.class)
    void who_is_turned_away_comes_again_and_nothing_is_bought_by_it(Lane lane) throws Exception {
        server.trouble.throttled.set(1);

        assertThat(run(lane, MistralServer.KEY)).as(said()).isZero();

        done();
        assertThat(server.turnedAway()).isEqualTo(1);
        assertThat(server.bill.calls()).isEqualTo(2 * UNITS);
    }

    @Test
    void a_row_with_an_error_costs_nothing_and_goes_again() throws Exception {
        server.trouble.errorRows.set(3);

        assertThat(run(Lane.BATCH, MistralServer.KEY)).as(said()).isZero();

        done();
        assertThat(server.jobs()).hasSizeGreaterThan(6);
        assertThat(server.bill.calls()).isEqualTo(2 * UNITS);
        assertThat(server.files()).isEmpty();
    }

    @Test
    void what_a_job_finished_before_its_time_ran_out_is_kept_and_the_rest_goes_again() throws Exception {
        server.trouble.expiringJobs.set(1);

        assertThat(run(Lane.BATCH, MistralServer.KEY)).as(said()).isZero();

        done();
        assertThat(server.jobs())
                .extracting(each -> each.path("status").asText())
                .containsOnlyOnce("TIMEOUT_EXCEEDED");
        assertThat(server.bill.calls()).isEqualTo(2 * UNITS);
    }

    @Test
    void a_killed_run_cancels_its_jobs_and_books_what_they_had_done() throws Exception {
        server.trouble.endless.set(true);
        Process process = start(Lane.BATCH, MistralServer.KEY);
        await().atMost(Duration.ofMinutes(2))
                .until(() -> server.jobs().stream()
                                .filter(each -> each.path("status").asText().equals("RUNNING"))
                                .count()
                        == UNITS / CHUNK);
        new CommandFolder(folder())
                .send(CommandFolder.Verb.KILL, "tester", Clock.systemUTC().instant());
        ended(process);

        assertThat(RunStore.read(folder()).status()).as(said()).isEqualTo(RunStatus.KILLED);
        assertThat(server.jobs())
                .hasSize(UNITS / CHUNK)
                .allSatisfy(each -> assertThat(each.path("status").asText()).isEqualTo("CANCELLED"));
        assertThat(server.bill.calls()).isEqualTo(2 * UNITS / CHUNK);
        assertThat(RunStore.read(folder()).atRiskPicos()).isZero();
        ShippedRun.booksEqual(folder(), server.bill.totals());
    }

    @Test
    void models_refresh_tells_what_is_new_among_those_that_chat() throws Exception {
        assertThat(ended(caravan(MistralServer.KEY, "models", "refresh", "--provider", "mistral")))
                .isEqualTo(1);

        assertThat(said())
                .contains("new:", "without price:", MistralServer.NEW_MODEL)
                .doesNotContain("gone:", "embed", MistralServer.KEY);
    }

    @Test
    void the_simulator_says_that_it_does_not_speak_this_wire() {
        CommandResult said = CommandResult.of(
                "run",
                folder.resolve("pipelines/triage").toString(),
                "--run-dir",
                folder.resolve("runs/it").toString(),
                "--provider",
                "mistral",
                "--simulate",
                "--yes");

        assertThat(said.code()).isEqualTo(2);
        assertThat(said.err()).contains("the simulator does not speak the wire of routes/mistral");
    }
}
