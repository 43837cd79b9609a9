package dev.caravan.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGKILLs of a service with five runs, in batch and realtime, at a provider that takes money: while they come in, while
 * all are at work, and while the service starts. {@code -Dcaravan.kills=12 -Dcaravan.seed=5} kills more often, elsewhere.
 */
@Tag("crash")
class ServeKillTest {
    private static final int UNITS = 60;
    private static final int MILLIS_OF_ARRIVING = 6_000;
    private static final int MILLIS_OF_WORK = 6_000;
    private static final int MILLIS_OF_STARTING = 4_000;

    /** Pipelines, each with a model of its own by which the bill tells them apart. */
    private static final Map<String, String> MODELS = Map.of(
            "a", "provider: openai, model: gpt-4o-mini",
            "b", "provider: gemini, model: gemini-3.1-flash-lite",
            "c", "provider: anthropic, model: claude-haiku-5-5",
            "d", "provider: openai, model: gpt-4.1-mini",
            "e", "provider: gemini, model: gemini-2.5-flash-lite");

    @TempDir
    Path folder;

    private final long seed = Long.getLong("caravan.seed", 11);
    private final Random random = new Random(seed);

    @Test
    void five_runs_are_made_once_and_end_with_books_that_agree_with_the_bill() throws Exception {
        int kills = Math.max(3, Integer.getInteger("caravan.kills", 3));
        try (Simulator provider = OutsideProvider.simulator(folder, "latency=200..800,brokenJson=0.05", 4_000);
                var served = new RunningService(folder, OutsideProvider.environment(provider, folder))) {
            provider.answers("label", Json.parse("{\"fields\":{\"mark\":{\"integer\":[1,5]}}}"));
            Process service = start(served, Lane.BATCH);
            for (String each : List.of("a", "b", "c")) {
                drop(served, each);
            }
            kill(service, MILLIS_OF_ARRIVING);
            service = start(served, Lane.BATCH);
            waiting(served, List.of("a", "b", "c"));
            RunningService.kill(service);
            service = start(served, Lane.REALTIME);
            for (String each : List.of("d", "e")) {
                drop(served, each);
            }
            waiting(served, List.of("d", "e"));
            assertThat(bill(provider).path("calls")).as("unasked").isEmpty();
            for (String each : MODELS.keySet()) {
                String run = served.runs(each).get(0).root().toString();
                assertThat(CommandResult.of("approve", run).code()).isZero();
            }
            await().atMost(RunningService.LONGEST).until(() -> alive(served) == 5);
            kill(service, MILLIS_OF_WORK);
            for (int i = 2; i < kills; i++) {
                if (i % 2 == 0) {
                    kill(process(served), MILLIS_OF_STARTING);
                } else {
                    kill(start(served, Lane.BATCH), MILLIS_OF_WORK);
                }
            }

            start(served, Lane.BATCH);

            List<RunFolder> runs =
                    MODELS.keySet().stream().sorted().map(served::complete).toList();
            JsonNode bill = bill(provider);
            BigDecimal billed = BigDecimal.ZERO;
            for (RunFolder each : runs) {
                billed = billed.add(held(each, each.name().substring(0, 1), bill));
            }
            assertThat(billed)
                    .as("nothing else was bought, seed %s", seed)
                    .isEqualByComparingTo(bill.path("totals").path("usd").decimalValue());
        }
    }

    private static List<String> options(Lane lane) {
        return List.of(
                "--mode",
                lane.name().toLowerCase(Locale.ROOT),
                "--concurrency",
                "6",
                "--interval",
                "1",
                "--find-grace",
                "3");
    }

    private static Process start(RunningService served, Lane lane) throws IOException {
        return served.start(options(lane).toArray(String[]::new));
    }

    /** Not waited for until it is ready. */
    private static Process process(RunningService served) throws IOException {
        var arguments = new ArrayList<>(List.of("serve", "--port", "0"));
        arguments.addAll(options(Lane.BATCH));
        return served.run(arguments);
    }

    private static String api(String pipeline) {
        return Objects.requireNonNull(MODELS.get(pipeline));
    }

    private static void drop(RunningService served, String name) throws IOException {
        Path pipeline = served.write(name, api(name), "");
        Files.writeString(pipeline.resolve("items.jsonl"), RunningService.items(UNITS));
    }

    private void kill(Process service, int millis) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(random.nextInt(millis));
        while (System.nanoTime() < until && service.isAlive()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
        assertThat(service.isAlive()).as("seed %s", seed).isTrue();
        RunningService.kill(service);
    }

    private static void waiting(RunningService served, List<String> pipelines) {
        pipelines.forEach(each -> served.run(each, RunState::waitsForApproval));
    }

    /** Runs that bought something, or are about to, and are not over. */
    private static long alive(RunningService served) {
        return MODELS.keySet().stream()
                .flatMap(each -> served.runs(each).stream())
                .map(RunStore::read)
                .filter(each -> each.status() == RunStatus.RUNNING
                        && (each.ledger().calls() > 0 || !each.works().isEmpty()))
                .count();
    }

    /** @return what it was billed */
    private BigDecimal held(RunFolder run, String pipeline, JsonNode bill) throws IOException {
        String about = pipeline + ", seed " + seed;
        RunState state = RunStore.read(run);
        assertThat(state.done()).as(about).isEqualTo(UNITS);
        assertThat(Files.readAllLines(run.outputs().resolve("results.jsonl"))).hasSize(UNITS);
        assertThat(RunVerification.of(run).trouble()).as(about).isEmpty();
        Lane lane = List.of("d", "e").contains(pipeline) ? Lane.REALTIME : Lane.BATCH;
        assertThat(state.lane()).as(about).isEqualTo(lane);
        JsonNode own = own(pipeline, bill);
        ShippedRun.lawHolds(state, own, lane);
        long unbooked =
                own.path("totals").path("calls").longValue() - state.ledger().calls();
        assertThat(unbooked).as(about).isBetween(0L, state.ledger().lostCalls());
        return own.path("totals").path("usd").decimalValue();
    }

    /** The whole bill, with its calls. */
    private static JsonNode bill(Simulator provider) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + provider.port() + "/simulator/bill"))
                .build();
        return Json.parse(HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body());
    }

    /** The part of the bill that is about one pipeline's model. */
    private static JsonNode own(String pipeline, JsonNode bill) {
        BigDecimal usd = BigDecimal.ZERO;
        long calls = 0;
        for (JsonNode each : bill.path("calls")) {
            if (String.valueOf(MODELS.get(pipeline))
                    .endsWith(" " + each.path("model").asText())) {
                usd = usd.add(each.path("usd").decimalValue());
                calls++;
            }
        }
        ObjectNode own = Json.object();
        own.set("jobs", bill.path("jobs"));
        own.putObject("totals").put("usd", usd).put("calls", calls);
        return own;
    }
}
