package dev.caravan.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.RealDisk;
import dev.caravan.cli.Driver;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.execution.LiveRun;
import dev.caravan.provider.Lane;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.simulator.Faults;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** No answer makes a run cost more than its cap, however many calls are in flight and however long answers are. */
class CapTest {
    private static final int RUNS = Integer.getInteger("caravan.caps", 3);

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(Lane.class)
    void a_cap_is_never_passed_and_the_run_goes_on_when_it_is_raised(Lane lane) throws Exception {
        var random = new Random(lane.name().length());
        for (int i = 0; i < RUNS; i++) {
            int concurrency = 1 + random.nextInt(40);
            long cap = 150_000_000L + random.nextInt(2_000) * 1_000_000L;
            String faults =
                    "brokenJson=0." + random.nextInt(3) + "1,reasoning=0.5,throttle=0.02,reset=0.0" + random.nextInt(3);
            RunFolder run = make(lane + "-" + i, 2 + random.nextInt(20), 150 + random.nextInt(300));

            try (var engine = engine(concurrency, faults)) {
                drive(engine, run, lane, cap, "cap " + cap + ", " + concurrency + " at once, " + faults);
                RunStatus status = Shipped.summary(run).status();
                assertThat(status).isIn(RunStatus.PAUSED, RunStatus.COMPLETE);
                drive(engine, run, lane, -1, "the cap is lifted");
            }
            assertThat(Shipped.summary(run).status()).isEqualTo(RunStatus.COMPLETE);
            assertThat(Shipped.summary(run).done() + Shipped.summary(run).failed())
                    .isEqualTo(60);
        }
    }

    @Test
    void a_capped_run_pauses_with_the_reason_and_leaves_the_rest_pending() throws Exception {
        RunFolder run = make("paused", 10, 200);

        try (var engine = engine(20, "")) {
            drive(engine, run, Lane.REALTIME, 700_000_000L, "a tight cap");
        }

        assertThat(Shipped.summary(run).status()).isEqualTo(RunStatus.PAUSED);
        assertThat(Shipped.summary(run).reason()).isEqualTo("cap");
        assertThat(Shipped.summary(run).detail()).contains("$0.0007");
        assertThat(Shipped.summary(run).settled()).isLessThan(60);
        assertThat(RunStore.read(run).ledger().calls()).isPositive();
    }

    private static Engine engine(int concurrency, String faults) {
        return new Engine(
                new Engine.Settings(concurrency, 200, 60_000, Faults.parse(faults), 30),
                ModelRegistry.shipped(),
                Caravan.kinds(),
                new RealDisk(),
                Clock.systemUTC());
    }

    private static void drive(Engine engine, RunFolder folder, Lane lane, long cap, String about) throws Exception {
        LiveRun run = engine.launch(folder, lane, "test", cap);
        JsonNode bill;
        try {
            assertThat(run.awaitEnd(60_000)).as(about).isTrue();
            assertThat(run.failure()).isNull();
            settle(run);
            bill = Objects.requireNonNull(engine.simulator(run)).totals();
        } finally {
            engine.release(run);
        }
        long billed = bill.path("usd").decimalValue().movePointRight(12).longValueExact();
        if (cap >= 0 && cap != Driver.AS_IT_WAS) {
            assertThat(billed).as(about).isLessThanOrEqualTo(cap);
        }
        var state = RunStore.read(folder);
        assertThat(BigDecimal.valueOf(state.ledger().settledPicos()))
                .as(about)
                .isLessThanOrEqualTo(BigDecimal.valueOf(billed));
        assertThat(billed).as(about).isLessThanOrEqualTo(state.ledger().settledPicos() + state.atRiskPicos());
    }

    /** Calls in flight when a run pauses come in and are booked. */
    private static void settle(LiveRun run) throws InterruptedException {
        for (int i = 0; i < 200 && run.callsInFlight() + run.jobsOut().size() > 0; i++) {
            new java.util.concurrent.CountDownLatch(1).await(20, java.util.concurrent.TimeUnit.MILLISECONDS);
        }
    }

    private RunFolder make(String name, int chunkSize, int maxTokens) throws Exception {
        var shipped = new Shipped(folder);
        Path pipeline = shipped.pipeline(name, chunkSize);
        Path config = pipeline.resolve("config.yaml");
        Files.writeString(
                config, Files.readString(config).replaceAll("max_tokens: [0-9]+", "max_tokens: " + maxTokens));
        assertThat(Stream.of(Files.readString(config)).anyMatch(text -> text.contains("max_tokens: " + maxTokens)))
                .isTrue();
        return shipped.make(pipeline, name, 60);
    }
}
