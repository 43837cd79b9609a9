package dev.caravan.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.RealDisk;
import dev.caravan.provider.Lane;
import dev.caravan.run.CommandFolder;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.testing.ShippedRun;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of batch jobs that do not simply run through. */
class JobLifeTest {
    private static final Duration LONGEST = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    @Test
    void a_job_refused_whole_is_halved_until_the_unit_at_fault_stands_alone() throws Exception {
        RunFolder run = new ShippedRun(folder).run("poison", Lane.BATCH, "poison=0.05", 20);

        List<JsonNode> failures = ShippedRun.lines(run, "_failures.jsonl");
        assertThat(failures).isNotEmpty().hasSizeLessThan(20).allSatisfy(each -> {
            assertThat(each.path("failure_stage").asText()).isEqualTo("rejected");
            assertThat(each.path("errors").path(0).path("code").asText()).isEqualTo("invalid_request");
            assertThat(each.path("attempts").intValue()).isZero();
        });
        assertThat(ShippedRun.summary(run).progress().done()).isEqualTo(60 - failures.size());
    }

    @Test
    void a_full_queue_at_the_provider_is_waited_for() throws Exception {
        RunFolder run = new ShippedRun(folder).run("full", Lane.BATCH, "queueFull=0.5", 10);

        assertThat(ShippedRun.summary(run).progress().done()).isEqualTo(60);
        assertThat(Files.readString(run.root().resolve("RUN_LOG.txt"))).contains("token_limit_exceeded");
    }

    @Test
    void a_create_whose_answer_is_lost_is_found_and_not_repeated() throws Exception {
        RunFolder run = new ShippedRun(folder).run("lost", Lane.BATCH, "createLost=0.5", 10);

        assertThat(ShippedRun.summary(run).progress().done()).isEqualTo(60);
        assertThat(Files.readString(run.root().resolve("RUN_LOG.txt"))).contains("adopted");
        ShippedRun.lawHolds(RunStore.read(run), ShippedRun.bill(run), Lane.BATCH);
    }

    @Test
    void the_files_of_settled_jobs_are_deleted_at_the_provider() throws Exception {
        RunFolder run = new ShippedRun(folder).run("discard", Lane.BATCH, "errorRow=0.1", 20);

        try (Stream<Path> left = Files.list(ShippedRun.simulatorHome(run).resolve("files"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void a_killed_run_cancels_its_jobs_and_sends_nothing_more() throws Exception {
        RunFolder made = new ShippedRun(folder).make("killed", 20, 60);
        try (var engine = ShippedRun.engine("", 60_000, new RealDisk())) {
            LiveRun run = engine.launch(made, Lane.BATCH, "test");
            try {
                await().atMost(LONGEST)
                        .until(() -> run.jobsOut().stream()
                                        .filter(each -> !each.providerJob().isEmpty())
                                        .count()
                                == 3);
                new CommandFolder(made)
                        .send(
                                CommandFolder.Verb.KILL,
                                "tester",
                                Clock.systemUTC().instant());
                await().atMost(LONGEST).until(() -> run.is(RunStatus.KILLED) && !run.hasJobsOut());
                JsonNode bill = Objects.requireNonNull(engine.simulator(run)).bill();

                assertThat(bill.path("jobs"))
                        .hasSize(3)
                        .allSatisfy(
                                each -> assertThat(each.path("status").asText()).isEqualTo("cancelled"));
            } finally {
                engine.release(run);
            }
        }
        RunState state = RunStore.read(made);
        assertThat(state.status()).isEqualTo(RunStatus.KILLED);
        assertThat(state.atRiskPicos()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Lane.class)
    void A91_a_refused_key_pauses_the_run_with_the_reason_and_nothing_is_bought(Lane lane) throws Exception {
        RunFolder made = new ShippedRun(folder).make("key", 20, 60);
        try (var engine = ShippedRun.engine("wrongKey=1")) {
            LiveRun run = engine.launch(made, lane, "test");
            assertThat(run.awaitEnd(LONGEST.toMillis())).isTrue();
            assertThat(run.summary().status()).isEqualTo(RunStatus.PAUSED);
            assertThat(run.summary().reason()).isEqualTo("provider");
            assertThat(run.summary().detail()).contains("invalid_api_key");
            assertThat(run.summary().cost().calls()).isZero();
            assertThat(Objects.requireNonNull(engine.simulator(run)).bill().path("calls"))
                    .isEmpty();
            engine.release(run);
        }
        try (var engine = ShippedRun.engine("")) {
            ShippedRun.drive(engine, made, lane);
        }
        assertThat(ShippedRun.summary(made).progress().done()).isEqualTo(60);
    }

    @ParameterizedTest
    @EnumSource(Lane.class)
    void a_key_that_is_refused_is_refused_once(Lane lane) throws Exception {
        RunFolder made = new ShippedRun(folder).make("key", 10, 60);
        try (var engine = ShippedRun.engine("wrongKey=1")) {
            LiveRun run = engine.launch(made, lane, "test");
            assertThat(run.awaitEnd(30_000)).isTrue();
            long refused = Objects.requireNonNull(engine.simulator(run))
                    .totals()
                    .path("refused")
                    .longValue();
            engine.release(run);

            assertThat(refused).isEqualTo(1);
        }
        assertThat(ShippedRun.summary(made).reason()).isEqualTo("provider");
        assertThat(RunStore.read(made).atRiskPicos()).isZero();
    }

    @Test
    void a_job_that_is_turned_away_again_and_again_pauses_the_run() throws Exception {
        var overrides = ShippedRun.at("gemini");
        var shipped = new ShippedRun(folder);
        RunFolder made = shipped.make(ShippedRun.read(shipped.pipeline("full", 60), overrides), "full", 60, overrides);
        try (var engine = ShippedRun.engine("enqueued=10")) {
            LiveRun run = engine.launch(made, Lane.BATCH, "test");
            assertThat(run.awaitEnd(120_000)).isTrue();
            engine.release(run);
        }
        assertThat(ShippedRun.summary(made).reason()).isEqualTo("throttled");
        assertThat(ShippedRun.summary(made).detail()).contains("5 times in a row");
        assertThat(RunStore.read(made).jobsCreated()).isZero();
    }

    @Test
    void results_that_are_not_there_pause_the_run_and_stay_at_risk() throws Exception {
        RunFolder made = new ShippedRun(folder, "1s").make("gone", 20, 60);
        try (var engine = ShippedRun.engine("resultsGone=1")) {
            LiveRun run = engine.launch(made, Lane.BATCH, "test");
            assertThat(run.awaitEnd(LONGEST.toMillis())).isTrue();
            engine.release(run);
        }
        assertThat(ShippedRun.summary(made).reason()).isEqualTo("detached");
        assertThat(ShippedRun.summary(made).detail()).contains("results").contains("not there since");
        var state = RunStore.read(made);
        assertThat(state.ledger().calls()).isZero();
        assertThat(BigDecimal.valueOf(state.atRiskPicos(), 12))
                .isGreaterThanOrEqualTo(
                        ShippedRun.bill(made).path("totals").path("usd").decimalValue());
    }

    /** Anthropic's results go 29 days after a batch was made, and the batch says so: nobody will ever read them. */
    @Test
    void answers_that_were_given_and_are_gone_are_at_risk_and_asked_for_again() throws Exception {
        var overrides = ShippedRun.at("anthropic");
        var shipped = new ShippedRun(folder);
        RunFolder made =
                shipped.make(ShippedRun.read(shipped.pipeline("archived", 60), overrides), "archived", 60, overrides);
        try (var engine = ShippedRun.engine("", 3_000, new RealDisk())) {
            LiveRun run = engine.launch(made, Lane.BATCH, "test");
            await().atMost(LONGEST)
                    .until(() -> run.jobsOut().stream()
                            .anyMatch(each -> !each.providerJob().isEmpty()));
            var clock = URI.create(Objects.requireNonNull(engine.simulator(run)).baseUrl("anthropic")
                    + "/simulator/clock?forward=P30D");
            var request = HttpRequest.newBuilder(clock)
                    .POST(HttpRequest.BodyPublishers.noBody())
                    .build();
            assertThat(HttpClient.newHttpClient()
                            .send(request, HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
            assertThat(run.awaitEnd(LONGEST.toMillis())).isTrue();
            engine.release(run);
        }
        var state = RunStore.read(made);
        BigDecimal billed = ShippedRun.bill(made).path("totals").path("usd").decimalValue();
        BigDecimal settled = BigDecimal.valueOf(state.ledger().settledPicos(), 12);
        assertThat(ShippedRun.summary(made).progress().done()).isEqualTo(60);
        assertThat(state.ledger().lostCalls()).isEqualTo(60);
        assertThat(settled).isLessThan(billed);
        assertThat(billed).isLessThanOrEqualTo(settled.add(BigDecimal.valueOf(state.atRiskPicos(), 12)));
    }
}
