package dev.caravan.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.app.Caravan;
import dev.caravan.app.Engine;
import dev.caravan.base.Json;
import dev.caravan.base.RealDisk;
import dev.caravan.prompt.RenderingRule;
import dev.caravan.provider.Lane;
import dev.caravan.repair.RetryFailures;
import dev.caravan.repair.RunRepair;
import dev.caravan.repair.RunVerification;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStore;
import dev.caravan.testing.KeptRequests;
import dev.caravan.testing.ShippedRun;
import dev.caravan.validation.ReadingRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What does not hold at a later step goes back to the step that made it, told why, as long as its budget lasts. */
class RetryFromTest {
    /** A number is guessed, doubled by another model, and refereed by a rule: three guesses of four are good enough. */
    private static final String STEPS = """
            - {name: mark, scope: expression, expressions: {start: "random.randint(1, 1000)"}}
            - name: guess
              validation: {required: [number]}
              simulate: {number: {integer: [6, 9]}}
            - name: twice
              simulate:
                double: {expr: "2 * (prompt.findGroups(/Number: (\\\\d+)/)[1] as int)"}
            - {name: roll, scope: expression, expressions: {luck: "random.randint(1, 1000)"}}
            - name: referee
              scope: expression
              retry_from: guess
              expressions: {sum: number + double}
              validation:
                rules: [{name: large_enough, expr: sum >= 21, error: "only {sum}"}]
            """;

    @TempDir
    Path folder;

    private Path pipeline(String name, String steps, int retries, int chunkSize) throws IOException {
        Path home = Files.createDirectories(folder.resolve("pipelines").resolve(name));
        Files.writeString(
                home.resolve("config.yaml"),
                "pipeline:\n  steps:\n" + steps.indent(4) + """
                max_retries: %d
                api: {provider: openai, model: gpt-4o-mini}
                processing:
                  brake: off
                  items: {source: items.jsonl, name_field: id}
                  chunk_size: %d
                """.formatted(retries, chunkSize));
        Files.createDirectories(home.resolve("templates"));
        Files.writeString(home.resolve("templates/guess.vm"), """
                Guess a number.
                #foreach($error in $errors)
                - $error.message
                #end
                """);
        Files.writeString(home.resolve("templates/twice.vm"), "Number: $number Errors: $errors.size()\n");
        var items = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            items.append("{\"id\": \"u%02d\"}%n".formatted(i));
        }
        Files.writeString(home.resolve("items.jsonl"), items);
        return home;
    }

    private RunFolder run(Path pipeline, String name, Lane lane, String faults) throws Exception {
        try (Engine engine = ShippedRun.engine(faults)) {
            return ShippedRun.drive(engine, new ShippedRun(folder).make(pipeline, name, Integer.MAX_VALUE), lane);
        }
    }

    private static List<JsonNode> output(RunFolder run, String name) throws IOException {
        return Files.readAllLines(run.outputs().resolve(name)).stream()
                .map(Json::parse)
                .toList();
    }

    @Test
    void a_broken_rule_sends_the_unit_back_to_the_model_with_its_reason_in_either_mode() throws Exception {
        String faults = "brokenJson=0.1,missingRow=0.05,throttle=0.05";
        RunFolder batch = run(pipeline("batch", STEPS, 20, 7), "batch", Lane.BATCH, faults);
        RunFolder realtime = run(pipeline("realtime", STEPS, 20, 30), "realtime", Lane.REALTIME, faults);

        assertThat(batch.outputs().resolve("results.jsonl"))
                .hasSameBinaryContentAs(realtime.outputs().resolve("results.jsonl"));
        assertThat(output(batch, "results.jsonl"))
                .hasSize(40)
                .allSatisfy(each -> assertThat(each.path("sum").intValue()).isGreaterThanOrEqualTo(21));
        RunState state = RunStore.read(batch);
        int sentBack = state.steps().get(4).sentBack();
        assertThat(sentBack).isGreaterThan(5);
        for (int step = 0; step < 5; step++) {
            assertThat(state.steps().get(step).arrived()).as("step %d", step).isEqualTo(40);
            assertThat(state.steps().get(step).done()).as("step %d", step).isEqualTo(40);
        }
        assertThat(ShippedRun.lines(batch, "referee_findings.jsonl"))
                .hasSize(sentBack)
                .allSatisfy(each -> assertThat(
                                each.path("errors").path(0).path("message").asText())
                        .startsWith("only "));
        // Two models were asked once more for each unit that was sent back, beside what was not JSON.
        assertThat(state.ledger().calls()).isGreaterThanOrEqualTo(80L + 2L * sentBack);
    }

    @Test
    void the_reason_is_in_the_prompt_of_the_model_that_is_asked_again_and_in_no_other() throws Exception {
        Path pipeline = pipeline(
                "told", STEPS.replace("{integer: [6, 9]}", "{expr: \"prompt.contains('only') ? 9 : 1\"}"), 3, 10);

        RunFolder run = run(pipeline, "told", Lane.REALTIME, "");

        assertThat(output(run, "results.jsonl"))
                .hasSize(40)
                .allSatisfy(each -> assertThat(each.path("number").intValue()).isEqualTo(9));
        assertThat(RunStore.read(run).steps().get(4).sentBack()).isEqualTo(40);
        assertThat(RunStore.read(run).ledger().calls()).isEqualTo(160);
    }

    @ParameterizedTest
    @EnumSource(Lane.class)
    void the_budget_of_the_model_bounds_how_often_and_another_chance_renews_it(Lane lane) throws Exception {
        Path pipeline = pipeline("bounded", STEPS, 1, 9);
        RunFolder run = run(pipeline, "bounded", lane, "");
        RunState state = RunStore.read(run);
        int failed = state.failed();
        assertThat(failed).isBetween(1, 20);
        assertThat(state.ledger().calls())
                .isEqualTo(80L + 2L * state.steps().get(4).sentBack());
        assertThat(output(run, "failures.jsonl"))
                .allSatisfy(each -> assertThat(each.path("code").asText()).isEqualTo("large_enough"));

        RunSteps judging = RunSteps.of(
                List.of(ShippedRun.read(pipeline)),
                List.of(ReadingRule.NEWEST.number()),
                RenderingRule.NEWEST.number(),
                Caravan.kinds());
        RetryFailures.Done done = RetryFailures.of(
                run, judging, new RetryFailures.HardToo(false), new RealDisk(), Clock.systemUTC(), "test");
        assertThat(done.retried()).containsEntry("referee", failed);
        assertThat(RunVerification.of(run).trouble()).isEmpty();
        try (Engine engine = ShippedRun.engine("")) {
            ShippedRun.drive(engine, run, lane);
        }
        assertThat(RunStore.read(run).failed()).isLessThan(failed);
    }

    @Test
    void settled_files_are_made_again_with_the_random_numbers_of_their_last_pass() throws Exception {
        Path pipeline = pipeline("again", STEPS, 20, 7);
        RunFolder run = run(pipeline, "again", Lane.REALTIME, "");
        byte[] results = Files.readAllBytes(run.outputs().resolve("results.jsonl"));
        for (Path each : List.of(
                run.validated("mark", 0),
                run.validated("guess", 1),
                run.validated("roll", 2),
                run.validated("referee", 3))) {
            Files.writeString(each, "");
        }

        RunSteps judging = RunSteps.of(
                List.of(ShippedRun.read(pipeline)),
                List.of(ReadingRule.NEWEST.number()),
                RenderingRule.NEWEST.number(),
                Caravan.kinds());
        assertThat(RunRepair.of(run, judging, new RealDisk(), Clock.systemUTC(), "test")
                        .rebuilt())
                .isEqualTo(4);
        assertThat(run.outputs().resolve("results.jsonl")).hasBinaryContent(results);
        assertThat(RunVerification.of(run).trouble()).isEmpty();
    }

    @Test
    void a_model_may_referee_another_and_its_own_broken_answers_stay_its_own() throws Exception {
        String steps = """
                - name: guess
                  simulate: {number: {integer: [1, 9]}}
                - name: twice
                  retry_from: guess
                  validation:
                    required: [double]
                    rules: [{expr: double >= 10, error: "only {double}"}]
                  simulate:
                    double: {expr: "2 * (prompt.findGroups(/Number: (\\\\d+)/)[1] as int)"}
                """;

        RunFolder run = run(pipeline("models", steps, 20, 9), "models", Lane.REALTIME, "brokenJson=0.3");

        RunState state = RunStore.read(run);
        assertThat(state.done()).isEqualTo(40);
        assertThat(state.steps().get(1).sentBack()).isPositive();
        assertThat(ShippedRun.lines(run, "twice_findings.jsonl").stream().filter(each -> !each.has("for")))
                .as("answers that were no JSON were asked for again where they were given")
                .isNotEmpty()
                .allSatisfy(each -> assertThat(
                                each.path("errors").path(0).path("code").asText())
                        .startsWith("parse_"));
    }

    @ParameterizedTest
    @EnumSource(Lane.class)
    void what_is_asked_again_may_go_to_another_model_hotter_and_untold_and_is_priced_by_it(Lane lane) throws Exception {
        String steps = """
                - name: guess
                  model: gpt-4o-mini
                  temperature: 0
                  validation: {ranges: {number: [1, 6]}}
                  simulate: {number: {integer: [1, 9]}}
                  retry: {model: gpt-4.1-mini, temperature: 0.9, show_errors: false}
                """;
        Path pipeline = pipeline("escalates", steps, 9, 8);
        RunFolder run = KeptRequests.during(() -> run(pipeline, "escalates", lane, "missingRow=0.1,brokenJson=0.1"));

        var calls = new TreeMap<String, Long>();
        RunStore.read(run).ledger().lines().forEach(each -> calls.merge(each.model(), each.calls(), Long::sum));
        assertThat(calls.keySet()).containsExactly("gpt-4.1-mini", "gpt-4o-mini");
        assertThat(calls.get("gpt-4o-mini")).isEqualTo(40);
        assertThat(calls.get("gpt-4.1-mini")).isGreaterThan(8);
        if (lane == Lane.BATCH) {
            try (Stream<Path> jobs = Files.walk(run.root().resolve("jobs"))) {
                List<Path> requests =
                        jobs.filter(file -> file.endsWith("requests.jsonl")).toList();
                assertThat(requests).isNotEmpty();
                for (Path each : requests) {
                    var asked = new HashSet<String>();
                    for (String line : Files.readAllLines(each)) {
                        JsonNode body = Json.parse(line).path("body");
                        asked.add(body.path("model").asText() + " " + body.path("temperature"));
                        assertThat(body.at("/messages/0/content").asText().strip())
                                .isEqualTo("Guess a number.");
                    }
                    assertThat(asked).as("one model a job").hasSize(1);
                    assertThat(asked).isSubsetOf("gpt-4o-mini 0", "gpt-4.1-mini 0.9");
                }
            }
        }
    }

    @Test
    void units_go_back_within_their_own_steps_only() throws Exception {
        String steps = """
                - {name: ask, validation: {required: [words]}, simulate: {words: [a, b]}}
                - {name: split, scope: fan_out, field: words, child_field: word}
                - name: mark
                  scope: expression
                  retry_from: ask
                  expressions: {size: word.size()}
                  validation: {ranges: {size: [2, 3]}}
                - {name: join, scope: gather, field: all, retry_from: mark}
                - {name: early, scope: expression, retry_from: later, expressions: {x: "1"}}
                - {name: later, retry_from: none, validation: {required: [y]}, simulate: {y: 1}}
                - {name: lost, scope: expression, retry_from: latr, expressions: {x: "1"}}
                """;
        Path pipeline = pipeline("wrong", steps, 1, 9);
        for (String each : List.of("ask", "later")) {
            Files.writeString(pipeline.resolve("templates/" + each + ".vm"), "Say.\n");
        }

        assertThatThrownBy(() -> ShippedRun.read(pipeline))
                .hasMessageContaining("pipeline.steps[2].retry_from: between 'ask' and this step units fan out")
                .hasMessageContaining("pipeline.steps[3].retry_from: 'mark' asks no model")
                .hasMessageContaining("pipeline.steps[4].retry_from: 'later' comes later")
                .hasMessageContaining("pipeline.steps[5].retry_from: none has no meaning")
                .hasMessageContaining("pipeline.steps[6].retry_from: there is no step 'latr'; did you mean 'later'?");
    }
}
