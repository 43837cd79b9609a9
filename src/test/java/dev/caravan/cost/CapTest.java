package dev.caravan.cost;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.app.Caravan;
import dev.caravan.app.Engine;
import dev.caravan.app.EngineSettings;
import dev.caravan.base.FolderTrees;
import dev.caravan.base.Json;
import dev.caravan.base.RealDisk;
import dev.caravan.execution.LiveRun;
import dev.caravan.provider.Lane;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.simulator.SimulatorFaults;
import dev.caravan.testing.CommandResult;
import dev.caravan.testing.ShippedRun;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** No answer makes a run cost more than its cap, however many calls are in flight and however long answers are. */
class CapTest {
    private static final int RUNS = Integer.getInteger("caravan.caps", 3);
    private static final int SEED = Integer.getInteger("caravan.seed", 11);
    private static final int AT_ONCE = 5;
    private static final int UNITS = 1_200;
    private static final int LEAST_JOB = 20;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(Lane.class)
    void a_cap_is_never_passed_and_the_run_goes_on_when_it_is_raised(Lane lane) throws Exception {
        var random = new Random(SEED + lane.name().length());
        for (int done = 0; done < RUNS; done += AT_ONCE) {
            int concurrency = 1 + random.nextInt(40);
            String faults = "brokenJson=0." + random.nextInt(3) + "1,reasoning=0.5,throttle=0.02,reset=0.0"
                    + random.nextInt(3) + ((done / AT_ONCE % 2 == 0) == (lane == Lane.BATCH) ? ",tokens=bytes" : "");
            try (var engine = engine(concurrency, faults)) {
                var runs = new ArrayList<Capped>();
                for (int i = done; i < Math.min(RUNS, done + AT_ONCE); i++) {
                    long cap = 150_000_000L + random.nextInt(2_000) * 1_000_000L;
                    RunFolder made = make(lane + "-" + i, 2 + random.nextInt(20), 150 + random.nextInt(300));
                    runs.add(new Capped(
                            made,
                            engine.launch(made, lane, "test", cap),
                            cap,
                            "cap " + cap + ", " + concurrency + " at once, " + faults));
                }
                for (Capped each : runs) {
                    finish(engine, each);
                    assertThat(ShippedRun.summary(each.folder()).status()).isIn(RunStatus.PAUSED, RunStatus.COMPLETE);
                }
                for (Capped each : runs) {
                    drive(engine, each.folder(), lane, -1, "the cap is lifted");
                    var summary = ShippedRun.summary(each.folder());
                    assertThat(summary.status()).isEqualTo(RunStatus.COMPLETE);
                    assertThat(summary.progress().done() + summary.progress().failed())
                            .isEqualTo(60);
                    FolderTrees.delete(each.folder().root());
                }
            }
        }
    }

    @Test
    void a_capped_run_pauses_with_the_reason_and_leaves_the_rest_pending() throws Exception {
        RunFolder run = make("paused", 10, 200);

        try (var engine = engine(20, "")) {
            drive(engine, run, Lane.REALTIME, 700_000_000L, "a tight cap");
        }

        assertThat(ShippedRun.summary(run).status()).isEqualTo(RunStatus.PAUSED);
        assertThat(ShippedRun.summary(run).reason()).isEqualTo("cap");
        assertThat(ShippedRun.summary(run).detail()).contains("$0.0007");
        assertThat(ShippedRun.summary(run).progress().settled()).isLessThan(60);
        assertThat(RunStore.read(run).ledger().calls()).isPositive();
    }

    /** Else whoever went on with a run that died before its first step would spend without one. */
    @Test
    void a_cap_is_the_run_s_from_its_making_on() throws Exception {
        Path run = folder.resolve("runs/made");

        CommandResult said = CommandResult.of(
                "run",
                twoSteps().toString(),
                "--simulate",
                "--mode",
                "realtime",
                "--max-units",
                "1",
                "--cap",
                "0.5",
                "--run-dir",
                run.toString());

        assertThat(said.code()).as(said.all()).isZero();
        List<JsonNode> events = Files.readAllLines(new RunFolder(run).journal()).stream()
                .map(Json::parse)
                .filter(each -> !each.path("type").asText().equals("Commit"))
                .toList();
        assertThat(events).extracting(each -> each.path("type").asText()).startsWith("RunCreated", "CapSet");
        assertThat(events.get(1).path("actor")).isEqualTo(events.get(0).path("actor"));
        assertThat(RunStore.read(new RunFolder(run)).capPicos()).isEqualTo(500_000_000_000L);
    }

    /** Units are taken to their end before others begin, and what comes back is spent in pieces worth a job. */
    @ParameterizedTest
    @CsvSource({"BATCH,35", "REALTIME,45"})
    void half_the_money_finishes_nearly_half_of_the_units(Lane lane, int least) throws Exception {
        Path pipeline = twoSteps();
        var shipped = new ShippedRun(folder);
        RunFolder whole = shipped.make(pipeline, "whole", UNITS);
        RunFolder half = shipped.make(pipeline, "half", UNITS);
        try (var engine = engine(40, "")) {
            drive(engine, whole, lane, -1, "without a cap");
            long cap = RunStore.read(whole).ledger().settledPicos() / 2;

            drive(engine, half, lane, cap, "half of it");
        }

        var summary = ShippedRun.summary(half);
        assertThat(summary.status()).isEqualTo(RunStatus.PAUSED);
        assertThat(summary.detail())
                .contains(
                        "Finished: %,d of %,d units"
                                .formatted(summary.progress().done(), UNITS),
                        "one dollar more would finish");
        assertThat(summary.progress().done() * 100 / UNITS).isGreaterThanOrEqualTo(least);
        assertThat(summary.steps().get(0).done())
                .as("nothing is begun that is not ended")
                .isEqualTo(summary.progress().done());
        assertThat(jobs(half).subList(0, Math.max(0, jobs(half).size() - 2)))
                .as("no crumbs")
                .allMatch(requests -> requests >= LEAST_JOB);
        assertThat(jobs(half)).hasSizeLessThan(UNITS / LEAST_JOB);
    }

    private Path twoSteps() throws IOException {
        Path pipeline = Files.createDirectories(folder.resolve("pipelines/two"));
        Files.createDirectories(pipeline.resolve("templates"));
        Files.createDirectories(pipeline.resolve("schemas"));
        Files.writeString(pipeline.resolve("config.yaml"), """
                pipeline:
                  name: two
                  steps:
                    - {name: sort, max_tokens: 20, simulate: {topic: {choice: [card, cash]}}}
                    - name: answer
                      max_tokens: 60
                      simulate: {reply: {text: We looked at your account and all is well. Please try again.}}
                api: {provider: openai, model: gpt-4.1-mini}
                processing: {chunk_size: 100, min_job: %d, items: {source: items.jsonl, name_field: id}}
                """.formatted(LEAST_JOB));
        Files.writeString(pipeline.resolve("templates/sort.vm"), "What is this about: $text");
        Files.writeString(pipeline.resolve("templates/answer.vm"), "Answer this message on $topic: $text");
        Files.writeString(pipeline.resolve("schemas/sort.json"), """
                {"type": "object", "properties": {"topic": {"type": "string"}}, "required": ["topic"]}""");
        Files.writeString(pipeline.resolve("schemas/answer.json"), """
                {"type": "object", "properties": {"reply": {"type": "string"}}, "required": ["reply"]}""");
        var items = new StringBuilder();
        for (int i = 0; i < UNITS; i++) {
            items.append("{\"id\": \"m").append(i).append("\", \"text\": \"Where is the card that I asked for on day ");
            items.append(i).append("?\"}\n");
        }
        Files.writeString(pipeline.resolve("items.jsonl"), items);
        return pipeline;
    }

    /** How many requests each job had, in their order. */
    private static List<Integer> jobs(RunFolder run) throws IOException {
        return Files.readAllLines(run.journal()).stream()
                .map(Json::parse)
                .filter(each -> each.path("type").asText().equals("JobIntended"))
                .map(each -> each.path("body").path("requests").intValue())
                .toList();
    }

    private static Engine engine(int concurrency, String faults) {
        return new Engine(
                new EngineSettings(concurrency, 200, 60_000, SimulatorFaults.parse(faults), 30),
                ModelRegistry.shipped(),
                Caravan.kinds(),
                new RealDisk(),
                Clock.systemUTC());
    }

    /** @param about what is said when something does not hold */
    private record Capped(RunFolder folder, LiveRun run, long cap, String about) {}

    private static void drive(Engine engine, RunFolder folder, Lane lane, long cap, String about) throws Exception {
        finish(engine, new Capped(folder, engine.launch(folder, lane, "test", cap), cap, about));
    }

    private static void finish(Engine engine, Capped capped) throws Exception {
        JsonNode bill;
        try {
            assertThat(capped.run().awaitEnd(120_000)).as(capped.about()).isTrue();
            assertThat(capped.run().failure()).isNull();
            settle(capped.run());
            bill = Objects.requireNonNull(engine.simulator(capped.run())).totals();
        } finally {
            engine.release(capped.run());
        }
        long billed = bill.path("usd").decimalValue().movePointRight(12).longValueExact();
        if (capped.cap() >= 0) {
            assertThat(billed).as(capped.about()).isLessThanOrEqualTo(capped.cap());
        }
        var state = RunStore.read(capped.folder());
        assertThat(BigDecimal.valueOf(state.ledger().settledPicos()))
                .as(capped.about())
                .isLessThanOrEqualTo(BigDecimal.valueOf(billed));
        assertThat(billed).as(capped.about()).isLessThanOrEqualTo(state.ledger().settledPicos() + state.atRiskPicos());
    }

    /** Calls in flight when a run pauses come in and are booked. */
    private static void settle(LiveRun run) throws InterruptedException {
        for (int i = 0; i < 200 && run.callsInFlight() + run.jobsOut().size() > 0; i++) {
            new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
        }
    }

    private RunFolder make(String name, int chunkSize, int maxTokens) throws Exception {
        var shipped = new ShippedRun(folder);
        Path pipeline = shipped.pipeline(name, chunkSize);
        Path config = pipeline.resolve("config.yaml");
        Files.writeString(
                config, Files.readString(config).replaceAll("max_tokens: [0-9]+", "max_tokens: " + maxTokens));
        assertThat(Stream.of(Files.readString(config)).anyMatch(text -> text.contains("max_tokens: " + maxTokens)))
                .isTrue();
        return shipped.make(pipeline, name, 60);
    }
}
