package dev.caravan.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.app.Caravan;
import dev.caravan.app.Engine;
import dev.caravan.base.RealDisk;
import dev.caravan.cli.RunDriver;
import dev.caravan.cost.Forecast;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.pipeline.CallOverrides;
import dev.caravan.pipeline.RunOptions;
import dev.caravan.provider.Lane;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.settle.PilotReport;
import dev.caravan.testing.PartsPipeline;
import dev.caravan.testing.ShippedRun;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A few units go first: nothing else is bought before somebody says so, and what all will cost is told in an interval. */
class PilotTest {
    private static final int RUNS = Integer.getInteger("caravan.pilots", 3);
    private static final int UNITS = 80;
    private static final int PILOT = 20;

    @TempDir
    Path folder;

    @Test
    void the_bill_lies_in_the_interval_that_the_pilot_gave() throws Exception {
        int inside = 0;
        try (var engine = ShippedRun.engine("brokenJson=0.1,reasoning=0.3")) {
            for (int i = 0; i < RUNS; i++) {
                RunFolder run = make("pilot-" + i, i, PILOT, 0);
                Forecast forecast = pilot(engine, run);
                long billed = finish(engine, run);
                inside += forecast.low() <= billed && billed <= forecast.high() ? 1 : 0;
                assertThat(forecast.high())
                        .as("an interval that says something")
                        .isLessThan(3 * forecast.expected());
            }
        }
        // 19 of 20, less what chance allows in so few.
        assertThat((double) inside / RUNS).isGreaterThanOrEqualTo(RUNS < 100 ? 0.6 : 0.95);
    }

    @Test
    void only_the_pilot_is_bought_and_its_answers_are_not_bought_again() throws Exception {
        RunFolder run = make("word", 1, PILOT, 0);
        try (var engine = ShippedRun.engine("brokenJson=0.1")) {
            pilot(engine, run);
            RunState state = RunStore.read(run);
            long before = state.ledger().calls();

            assertThat(state.status()).isEqualTo(RunStatus.PAUSED);
            assertThat(state.reason()).isEqualTo("pilot");
            assertThat(ShippedRun.summary(run).detail())
                    .contains("of 20 units held")
                    .contains("the whole run costs about $");
            assertThat(state.pilotOver()).isTrue();

            finish(engine, run);
            assertThat(RunStore.read(run).approvedBy()).isNotEmpty();
            assertThat(RunStore.read(run).ledger().calls()).isGreaterThan(2 * before);
        }
        RunFolder whole = make("whole", 1, 0, 0);
        try (var engine = ShippedRun.engine("brokenJson=0.1")) {
            finish(engine, whole);
        }
        assertThat(run.outputs().resolve("results.jsonl"))
                .hasSameBinaryContentAs(whole.outputs().resolve("results.jsonl"));
        assertThat(RunStore.read(run).ledger().calls())
                .isEqualTo(RunStore.read(whole).ledger().calls());
    }

    @Test
    void a_pilot_of_which_enough_held_lets_the_rest_in_by_itself_and_another_does_not() throws Exception {
        try (var engine = ShippedRun.engine("")) {
            RunFolder good = make("good", 1, PILOT, 90);
            finish(engine, good);
            assertThat(ShippedRun.summary(good).status()).isEqualTo(RunStatus.COMPLETE);
        }
        try (var engine = ShippedRun.engine("refusal=0.9")) {
            RunFolder bad = make("bad", 1, PILOT, 90);
            pilot(engine, bad);
            assertThat(RunStore.read(bad).reason()).isEqualTo("pilot");
        }
    }

    @Test
    void a_pilot_that_was_killed_goes_on_as_a_pilot() throws Exception {
        RunFolder run = make("killed", 1, PILOT, 0);
        try (var engine = ShippedRun.engine("latency=20..40")) {
            LiveRun first = engine.launch(run, Lane.REALTIME, "test");
            for (int i = 0; i < 400 && first.summary().cost().calls() < 5; i++) {
                new CountDownLatch(1).await(5, TimeUnit.MILLISECONDS);
            }
            engine.release(first);
            assertThat(RunStore.read(run).pilotOver()).isFalse();

            pilot(engine, run);
            assertThat(RunStore.read(run).reason()).isEqualTo("pilot");
            finish(engine, run);
        }
        assertThat(ShippedRun.summary(run).progress().settled()).isGreaterThanOrEqualTo(UNITS);
    }

    private static Forecast pilot(Engine engine, RunFolder folder) throws Exception {
        LiveRun run = engine.launch(folder, Lane.REALTIME, "test", RunDriver.AS_IT_WAS);
        try {
            assertThat(run.awaitEnd(60_000)).isTrue();
            assertThat(run.failure()).isNull();
            return PilotReport.of(run.store()).forecast();
        } finally {
            engine.release(run);
        }
    }

    private static long finish(Engine engine, RunFolder folder) throws Exception {
        LiveRun run = engine.launch(folder, Lane.REALTIME, "test");
        try {
            assertThat(run.awaitEnd(60_000)).isTrue();
            assertThat(run.failure()).isNull();
            return Objects.requireNonNull(engine.simulator(run))
                    .totals()
                    .path("usd")
                    .decimalValue()
                    .movePointRight(12)
                    .longValueExact();
        } finally {
            engine.release(run);
        }
    }

    private RunFolder make(String name, int seed, int pilot, int percent) throws IOException {
        Path pipeline = PartsPipeline.write(folder, name, UNITS, 1000 + seed);
        return new RunMaker(ModelRegistry.shipped(), Caravan.kinds(), new RealDisk(), Clock.systemUTC(), "test")
                .make(
                        ShippedRun.read(pipeline),
                        new RunOptions(CallOverrides.NONE, Integer.MAX_VALUE, true, pilot, percent),
                        folder.resolve("runs").resolve(name),
                        "test");
    }

    @Test
    void the_parts_of_a_forecast_are_what_statistics_says() {
        assertThat(Forecast.of(new long[] {5, 5, 5, 5}, 4)).isEqualTo(new Forecast(20, 20, 20));
        assertThat(Forecast.of(new long[] {5, 5}, 10)).isEqualTo(new Forecast(50, 50, 50));
        assertThat(Forecast.of(new long[] {5}, 10)).isEqualTo(Forecast.UNKNOWN);
        assertThat(List.of(Forecast.share(20, 20)[0], Forecast.share(0, 20)[1]))
                .allSatisfy(each -> assertThat(each).isBetween(0.16, 0.84));
    }
}
