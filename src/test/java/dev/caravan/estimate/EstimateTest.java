package dev.caravan.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.app.Caravan;
import dev.caravan.app.Engine;
import dev.caravan.base.Json;
import dev.caravan.base.RealDisk;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.execution.LiveRun;
import dev.caravan.execution.RunMaker;
import dev.caravan.money.Money;
import dev.caravan.pipeline.CallOverrides;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.RunOptions;
import dev.caravan.provider.CountAnswer;
import dev.caravan.provider.Lane;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStore;
import dev.caravan.testing.CommandResult;
import dev.caravan.testing.PartsPipeline;
import dev.caravan.testing.ShippedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a run will cost, said before it is made: from an earlier run where there is one, else from a sample. */
class EstimateTest {
    private static final int SEEDS = Integer.getInteger("caravan.estimates", 3);
    private static final int UNITS = 80;
    private static final ModelRegistry REGISTRY = ModelRegistry.shipped();

    @TempDir
    Path folder;

    @Test
    void what_was_measured_in_a_pilot_holds_the_bill_of_the_whole_run() throws Exception {
        int inside = 0;
        try (var engine = ShippedRun.engine("brokenJson=0.1,reasoning=0.3")) {
            for (int seed = 0; seed < SEEDS; seed++) {
                Pipeline pipeline = ShippedRun.read(parts("parts-" + seed, seed));
                RunFolder pilot = make(pipeline, "pilot-" + seed, 20);
                pilot(engine, pilot);

                Estimate estimate = estimate(pipeline, simulated(0), Lane.BATCH, List.of(pilot));
                RunFolder whole = ShippedRun.drive(engine, make(pipeline, "whole-" + seed, 0), Lane.BATCH);
                long billed = RunStore.read(whole).ledger().settledPicos();

                inside += holds(estimate, billed) ? 1 : 0;
                assertThat(estimate.measuredIn()).isEqualTo("pilot-" + seed);
                assertThat(estimate.total().high())
                        .as("an interval that says something")
                        .isLessThan(3 * estimate.total().expected());
                assertThat(estimate.worst().picos()).isGreaterThan(billed);
                assertThat(estimate.steps()).extracting(StepCost::step).containsExactly("sum", "part");
            }
        }
        // 19 of 20, less what chance allows in so few.
        assertThat((double) inside / SEEDS).isGreaterThanOrEqualTo(SEEDS < 100 ? 0.6 : 0.95);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ticket-triage", "fact-check"})
    void what_is_assumed_holds_the_bill_too_and_says_that_it_is_assumed(String name) throws Exception {
        Pipeline pipeline = ShippedRun.read(Path.of("pipelines").resolve(name));
        Estimate estimate = estimate(pipeline, simulated(0), Lane.REALTIME, List.of());
        try (var engine = ShippedRun.engine("")) {
            RunFolder run = ShippedRun.drive(engine, make(pipeline, name, 0), Lane.REALTIME);
            assertThat(holds(estimate, RunStore.read(run).ledger().settledPicos()))
                    .isTrue();
        }
        assertThat(estimate.measured()).isFalse();
        assertThat(estimate.basis().output()).startsWith("assumed");
        assertThat(estimate.notes()).anyMatch(each -> each.contains("--pilot"));
        assertThat(estimate.total().high())
                .isGreaterThan(3 * estimate.total().expected() / 2)
                .isLessThanOrEqualTo(estimate.worst().picos());
    }

    @Test
    void what_fans_out_of_the_input_is_counted_and_what_an_expression_skips_is_not_asked() throws Exception {
        Path folder = parts("skips", 1);
        Path config = folder.resolve("config.yaml");
        Files.writeString(
                config, Files.readString(config).replace("{name: part,", "{name: part, skip_if: title == 'short',"));
        Pipeline pipeline = ShippedRun.read(folder);
        Files.writeString(config, Files.readString(config).replace("title == 'short'", "part.size() > 150"));
        Pipeline known = ShippedRun.read(folder);

        Estimate all = estimate(pipeline, simulated(0), Lane.BATCH, List.of());
        Estimate exact = estimate(known, simulated(0), Lane.BATCH, List.of());
        long parts = 0;
        long asked = 0;
        for (String line : Files.readAllLines(folder.resolve("items.jsonl"))) {
            for (JsonNode each : Json.parse(line).path("parts")) {
                parts++;
                asked += each.asText().length() > 150 ? 0 : 1;
            }
        }
        assertThat(all.steps()).extracting(StepCost::calls).containsExactly((long) UNITS, parts);
        assertThat(all.notes()).anyMatch(each -> each.contains("skipped or dropped at part depends on answers"));
        assertThat(all.notes()).noneMatch(each -> each.contains("how many units"));
        // What came of no answer is computed.
        assertThat(exact.steps()).extracting(StepCost::calls).containsExactly((long) UNITS, asked);
    }

    @Test
    void runs_of_another_kind_measure_nothing_and_runs_of_another_model_measure_widely() throws Exception {
        Pipeline pipeline = ShippedRun.read(parts("kinds", 2));
        RunFolder run = make(pipeline, "run", 20);
        try (var engine = ShippedRun.engine("")) {
            pilot(engine, run);
        }
        var real = new RunOptions(CallOverrides.NONE, Integer.MAX_VALUE, false);
        Pipeline other = ShippedRun.read(pipeline.folder(), new CallOverrides(null, "gpt-4.1-mini", null, null, null));
        Estimate same = estimate(pipeline, simulated(0), Lane.BATCH, List.of(run));
        Estimate another = estimate(other, simulated(0), Lane.BATCH, List.of(run));

        assertThat(estimate(pipeline, real, Lane.BATCH, List.of(run)).measured())
                .isFalse();
        assertThat(another.notes()).anyMatch(each -> each.contains("another model answered"));
        assertThat(another.total().high() - another.total().low())
                .isGreaterThan(another.total().expected());
        assertThat(same.notes()).isEmpty();
        assertThat(estimate(pipeline, simulated(7), Lane.BATCH, List.of(run))
                        .first()
                        .expected())
                .isEqualTo(same.total().expected() * 7 / UNITS);
    }

    @Test
    void a_pilot_of_short_units_does_not_hide_that_the_others_are_long() throws Exception {
        Path folder = parts("grown", 3);
        Pipeline pipeline = ShippedRun.read(folder);
        RunFolder run = make(pipeline, "short", 20);
        try (var engine = ShippedRun.engine("")) {
            pilot(engine, run);
        }
        Estimate before = estimate(pipeline, simulated(0), Lane.BATCH, List.of(run));
        Path items = folder.resolve("items.jsonl");
        Files.writeString(items, Files.readString(items).replace("word ", "a word that is quite a bit longer "));
        Estimate after = estimate(ShippedRun.read(folder), simulated(0), Lane.BATCH, List.of(run));

        assertThat(after.notes()).anyMatch(each -> each.contains("times as long"));
        assertThat(after.total().high()).isGreaterThan(2 * before.total().high());
    }

    @Test
    void a_price_that_is_not_known_makes_the_sum_unknown_and_tokens_are_told_all_the_same() throws Exception {
        Pipeline pipeline = ShippedRun.read(
                Path.of("pipelines/ticket-triage"), new CallOverrides(null, "gpt-7-unheard-of", null, null, null));

        Estimate estimate = estimate(pipeline, simulated(0), Lane.BATCH, List.of());

        assertThat(estimate.total().expected()).isEqualTo(-1);
        assertThat(estimate.worst()).isEqualTo(Money.UNKNOWN);
        assertThat(estimate.steps()).allSatisfy(each -> {
            assertThat(each.cost()).isEqualTo(Money.UNKNOWN);
            assertThat(each.input()).isPositive();
        });
        CommandResult said =
                CommandResult.of("estimate", "ticket-triage", "--simulate", "--model", "gpt-7-unheard-of", "--json");
        JsonNode cost = Json.parse(said.out()).path("cost_usd");
        assertThat(cost.path("expected").isNull()).isTrue();
        assertThat(cost.path("worst").isNull()).isTrue();
        assertThat(CommandResult.of("run", "ticket-triage", "--new", "--model", "gpt-7-unheard-of")
                        .err())
                .contains("is not known");
    }

    @Test
    void what_the_provider_counts_corrects_what_the_tokenizer_counts() {
        Pipeline pipeline = ShippedRun.read(Path.of("pipelines/ticket-triage"), ShippedRun.at("anthropic"));
        var options = new RunOptions(CallOverrides.NONE, Integer.MAX_VALUE, false);
        var asked = new ArrayList<Integer>();
        PromptCounter silent = (provider, prompts) -> new CountAnswer(List.of(), "no key");
        PromptCounter thousand = (provider, prompts) -> {
            asked.add(prompts.size());
            return new CountAnswer(prompts.stream().map(each -> 1000L).toList(), "");
        };

        Estimate guessed = estimator(List.of(), silent).estimate(pipeline, options, Lane.BATCH, 40);
        Estimate counted = estimator(List.of(), thousand).estimate(pipeline, options, Lane.BATCH, 40);

        assertThat(guessed.basis().input()).contains("is not that of anthropic").contains("no key");
        assertThat(asked).as("one handful for each model").containsExactly(10);
        assertThat(counted.steps().get(0).input()).isBetween(58_000L, 62_000L);
        assertThat(guessed.steps().get(0).input()).isLessThan(30_000L);
    }

    @Test
    void programs_read_the_same_as_people() {
        CommandResult json = CommandResult.of(
                "estimate", "fact-check", "--simulate", "--mode", "realtime", "--json", "--sample", "5");
        CommandResult text =
                CommandResult.of("estimate", "fact-check", "--simulate", "--mode", "realtime", "--pilot", "3");

        JsonNode node = Json.parse(json.out());
        assertThat(json.code()).isZero();
        assertThat(node.path("units").intValue()).isEqualTo(12);
        assertThat(node.path("sampled").intValue()).isEqualTo(5);
        assertThat(node.path("mode").asText()).isEqualTo("realtime");
        assertThat(node.path("steps").path(0).path("step").asText()).isEqualTo("extract");
        assertThat(node.path("steps").path(0).path("calls").intValue()).isEqualTo(12);
        assertThat(node.path("cost_usd").path("low").asText()).matches("0\\.[0-9]+");
        assertThat(node.path("measured_in").isNull()).isTrue();
        assertThat(text.out())
                .contains("extract")
                .contains("expected  $")
                .contains("worst     $")
                .contains("for its 3 units")
                .contains("gpt-6-luna@");
    }

    @ParameterizedTest
    @CsvSource({
        "--sample=1, must be at least 2",
        "--mode=soon, must be batch or realtime",
        "--max-units=0, must be at least 1",
        "--provider=opnai, openai"
    })
    void a_bad_option_is_one_message(String option, String message) {
        CommandResult said = CommandResult.of("estimate", "ticket-triage", option);

        assertThat(said.code()).isEqualTo(2);
        assertThat(said.out()).isEmpty();
        assertThat(said.err()).contains(message).doesNotContain("\tat ");
    }

    private static boolean holds(Estimate estimate, long billed) {
        return estimate.total().low() <= billed && billed <= estimate.total().high();
    }

    private static Estimator estimator(List<RunFolder> runs, PromptCounter counting) {
        return new Estimator(REGISTRY, Caravan.kinds(), runs, counting);
    }

    private static Estimate estimate(Pipeline pipeline, RunOptions options, Lane lane, List<RunFolder> runs) {
        return estimator(runs, PromptCounter.NOBODY).estimate(pipeline, options, lane, Estimator.USUAL_SAMPLE);
    }

    private static RunOptions simulated(int pilot) {
        return new RunOptions(CallOverrides.NONE, Integer.MAX_VALUE, true, pilot, 0);
    }

    private RunFolder make(Pipeline pipeline, String name, int pilot) {
        return new RunMaker(REGISTRY, Caravan.kinds(), new RealDisk(), Clock.systemUTC(), "test")
                .make(pipeline, simulated(pilot), folder.resolve("runs").resolve(name), "test");
    }

    private static void pilot(Engine engine, RunFolder folder) throws Exception {
        LiveRun run = engine.launch(folder, Lane.REALTIME, "test");
        try {
            assertThat(run.awaitEnd(60_000)).isTrue();
            assertThat(run.failure()).isNull();
        } finally {
            engine.release(run);
        }
        assertThat(RunStore.read(folder).reason()).isEqualTo("pilot");
    }

    private Path parts(String name, int seed) throws IOException {
        return PartsPipeline.write(folder, name, UNITS, 2000 + seed);
    }
}
