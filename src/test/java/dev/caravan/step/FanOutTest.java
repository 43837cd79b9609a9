package dev.caravan.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.app.Caravan;
import dev.caravan.app.Engine;
import dev.caravan.base.Json;
import dev.caravan.base.RealDisk;
import dev.caravan.base.UserMistakeException;
import dev.caravan.prompt.RenderingRule;
import dev.caravan.provider.Lane;
import dev.caravan.repair.RetryFailures;
import dev.caravan.repair.RunRepair;
import dev.caravan.repair.RunVerification;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStore;
import dev.caravan.run.UnitOutcome;
import dev.caravan.testing.ShippedRun;
import dev.caravan.validation.ReadingRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One unit becomes many, many become one again: each of them with exactly one outcome. */
class FanOutTest {
    /** Documents into sections into claims, and back; some claims are dropped, some never hold. */
    private static final String NESTED = """
            - name: read
              scope: expression
              expressions:
                sections: "(1..random.randint(1, 4)).collect { [title: 's' + it, stars: '*' * random.randint(0, 3)] }"
            - {name: split, scope: fan_out, field: sections, child_field: section}
            - name: extract
              validation: {required: [claims]}
              simulate:
                claims: {expr: "(0..<prompt.count('*')).collect { 'c' + it }"}
            - {name: each, scope: fan_out, field: claims, child_field: claim, on_empty: keep}
            - name: judge
              drop_if: "verdict == 'void'"
              validation:
                enums: {verdict: [yes, no, void]}
                rules: [{name: never, expr: "!(n % 5 == 1 && _fan_index == 1)", error: never}]
              simulate: {verdict: {choice: ["yes", "no", "void", "yes"]}}
            - {name: collect, scope: gather, field: judged, take: [claim, verdict], on_failed: drop, missing_field: lost}
            - {name: assemble, scope: gather, field: sections}
            - name: total
              scope: expression
              expressions: {agreed: "sections.collectMany { it.judged }.count { it.verdict == 'yes' }"}
            """;

    @TempDir
    Path folder;

    private Path pipeline(String name, String steps, int items, int chunkSize) throws IOException {
        Path home = Files.createDirectories(folder.resolve("pipelines").resolve(name));
        Files.writeString(
                home.resolve("config.yaml"), "pipeline:\n  steps:\n" + steps.indent(4) + """
                max_retries: 1
                processing:
                  brake: off
                  items: {source: items.jsonl, name_field: id}
                  chunk_size: %d
                """.formatted(chunkSize));
        Files.createDirectories(home.resolve("templates"));
        Files.writeString(home.resolve("templates/extract.vm"), "Claims: $!section.stars\n");
        Files.writeString(home.resolve("templates/judge.vm"), "Is $claim of $section.title true?\n");
        Files.writeString(home.resolve("templates/ask.vm"), "Say something of $!word$!id.\n");
        var lines = new StringBuilder();
        for (int i = 0; i < items; i++) {
            lines.append("{\"id\": \"u%02d\", \"n\": %d}%n".formatted(i, i));
        }
        Files.writeString(home.resolve("items.jsonl"), lines);
        return home;
    }

    private RunFolder run(Path pipeline, String name, Lane lane, String faults) throws Exception {
        try (Engine engine = ShippedRun.engine(faults)) {
            return ShippedRun.drive(engine, new ShippedRun(folder).make(pipeline, name, Integer.MAX_VALUE), lane);
        }
    }

    private static List<JsonNode> output(RunFolder run, String name) throws IOException {
        try (Stream<String> lines = Files.lines(run.outputs().resolve(name))) {
            return lines.map(Json::parse).toList();
        }
    }

    @Test
    void nested_fan_outs_come_back_in_order_whatever_the_mode_and_chunk_size() throws Exception {
        String faults = "brokenJson=0.1,missingRow=0.05,throttle=0.05";
        RunFolder batch = run(pipeline("small", NESTED, 40, 3), "batch", Lane.BATCH, faults);
        RunFolder realtime = run(pipeline("large", NESTED, 40, 17), "realtime", Lane.REALTIME, faults);

        for (String each : List.of("results.jsonl", "results.csv", "failures.jsonl", "dropped.jsonl")) {
            assertThat(batch.outputs().resolve(each))
                    .hasSameBinaryContentAs(realtime.outputs().resolve(each));
        }
        RunState state = RunStore.read(batch);
        assertThat(state.steps().get(1).born()).isGreaterThan(40);
        assertThat(state.steps().get(3).born()).isPositive();
        assertThat(state.steps().get(4).dropped()).isPositive();
        assertThat(state.failed()).isPositive();
        assertThat(state.done()
                        + state.failed()
                        + state.dropped()
                        + state.units().count(UnitOutcome.SUPERSEDED))
                .isEqualTo(state.units().count());
        assertThat(output(batch, "results.jsonl")).hasSize(state.done()).allSatisfy(each -> {
            JsonNode sections = each.path("sections");
            for (int i = 0; i < sections.size(); i++) {
                assertThat(sections.get(i).path("section").path("title").asText())
                        .isEqualTo("s" + (i + 1));
                assertThat(sections.get(i).path("judged").size()
                                + sections.get(i).path("lost").intValue())
                        .isLessThanOrEqualTo(sections.get(i).path("claims").size());
                assertThat(sections.get(i).path("judged").findValuesAsText("claim"))
                        .isSorted();
            }
        });
        assertThat(output(batch, "failures.jsonl").stream()
                        .filter(each -> each.path("code").asText().equals("never")))
                .isNotEmpty()
                .allSatisfy(each -> {
                    assertThat(each.path("unit_id").asText()).matches("u\\d\\d__fan\\d{3}__fan001");
                    // What it was born with, though its parents went on long since.
                    assertThat(each.path("record").path("claim").isMissingNode())
                            .isFalse();
                });
    }

    @Test
    void settled_files_of_every_step_are_made_again_from_what_was_paid_and_journalled() throws Exception {
        RunFolder run = run(pipeline("again", NESTED, 25, 4), "again", Lane.REALTIME, "brokenJson=0.1");
        byte[] results = Files.readAllBytes(run.outputs().resolve("results.jsonl"));
        byte[] failures = Files.readAllBytes(run.outputs().resolve("failures.jsonl"));
        try (Stream<Path> files = Files.walk(run.root().resolve("chunks"))) {
            for (Path each : files.filter(file -> file.toString().matches(".*_(validated|failures).jsonl"))
                    .toList()) {
                Files.writeString(each, "");
            }
        }
        assertThat(RunVerification.of(run).whole()).isFalse();

        RunSteps judging = judging("again");
        RunRepair.Done done = RunRepair.of(run, judging, new RealDisk(), Clock.systemUTC(), "test");

        assertThat(done.rebuilt()).isGreaterThan(20);
        assertThat(RunVerification.of(run).trouble()).isEmpty();
        assertThat(run.outputs().resolve("results.jsonl")).hasBinaryContent(results);
        assertThat(run.outputs().resolve("failures.jsonl")).hasBinaryContent(failures);
        assertThat(RunRepair.of(run, judging, new RealDisk(), Clock.systemUTC(), "test")
                        .rebuilt())
                .isZero();
    }

    private RunSteps judging(String pipeline) {
        return RunSteps.of(
                List.of(ShippedRun.read(folder.resolve("pipelines").resolve(pipeline))),
                List.of(ReadingRule.NEWEST.number()),
                RenderingRule.NEWEST.number(),
                Caravan.kinds());
    }

    @Test
    void B10_what_cannot_be_fanned_out_fails_with_its_reason_and_what_is_empty_goes_as_the_pipeline_says()
            throws Exception {
        String words = """
                - name: make
                  scope: expression
                  expressions: {words: "[null, 'text', [], [1, 2], (1..5).toList(), [a: 1]][n % 6]"}
                - {name: split, scope: fan_out, field: words, child_field: word, max_children: 3ON_EMPTY}
                - {name: mark, scope: expression, expressions: {square: "word * word"}}
                """;
        RunFolder fails = run(pipeline("fails", words.replace("ON_EMPTY", ""), 6, 2), "fails", Lane.REALTIME, "");
        RunFolder drops =
                run(pipeline("drops", words.replace("ON_EMPTY", ", on_empty: drop"), 6, 2), "drops", Lane.REALTIME, "");

        assertThat(output(fails, "failures.jsonl"))
                .extracting(each -> each.path("unit_id").asText() + " "
                        + each.path("class").asText() + " " + each.path("code").asText())
                .containsExactly(
                        "u00 fan_out missing_field",
                        "u01 fan_out not_an_array",
                        "u02 fan_out empty",
                        "u04 fan_out too_many",
                        "u05 fan_out not_an_array");
        assertThat(output(fails, "results.jsonl"))
                .extracting(each -> each.path("unit_id").asText() + " "
                        + each.path("square").asText())
                .containsExactly("u03__fan000 1", "u03__fan001 4");
        assertThat(output(drops, "dropped.jsonl"))
                .extracting(each -> each.path("unit_id").asText())
                .containsExactly("u02");
        assertThat(RunStore.read(drops).failed()).isEqualTo(4);
    }

    @Test
    void a_fan_out_may_be_the_last_step_and_a_gather_may_follow_at_once() throws Exception {
        String last = """
                - {name: make, scope: expression, expressions: {words: "(0..<n).toList()"}}
                - {name: split, scope: fan_out, field: words, on_empty: drop}
                """;
        RunFolder ended = run(pipeline("last", last, 4, 2), "last", Lane.BATCH, "");
        RunFolder joined = run(
                pipeline("joined", last + "- {name: join, scope: gather, field: all, take: words}\n", 4, 2),
                "joined",
                Lane.BATCH,
                "");

        assertThat(output(ended, "results.jsonl"))
                .extracting(each ->
                        each.path("unit_id").asText() + " " + each.path("words").asText())
                .containsExactly(
                        "u01__fan000 0",
                        "u02__fan000 0",
                        "u02__fan001 1",
                        "u03__fan000 0",
                        "u03__fan001 1",
                        "u03__fan002 2");
        assertThat(output(joined, "results.jsonl"))
                .extracting(each -> each.path("unit_id").asText() + " " + each.path("all"))
                .containsExactly("u01 [0]", "u02 [0,1]", "u03 [0,1,2]");
    }

    @Test
    void a_parent_fails_with_its_children_and_goes_on_once_they_got_another_chance() throws Exception {
        String steps = """
                - {name: make, scope: expression, expressions: {words: "(0..<n).toList()"}}
                - {name: split, scope: fan_out, field: words, child_field: word, on_empty: keep}
                - {name: ask, validation: {required: [said]}, simulate: {said: yes}}
                - {name: join, scope: gather, field: all, take: [word, said]}
                - {name: count, scope: expression, expressions: {size: "all.size()"}}
                """;
        RunFolder run = run(pipeline("chance", steps, 12, 5), "chance", Lane.REALTIME, "brokenJson=0.3");
        RunState before = RunStore.read(run);
        int children = before.steps().get(2).failed();
        int parents = before.steps().get(3).failed();
        assertThat(children).isPositive();
        assertThat(parents).isPositive();
        assertThat(output(run, "failures.jsonl").stream()
                        .filter(each -> each.path("code").asText().equals("child_failed")))
                .hasSize(parents)
                .allSatisfy(each -> assertThat(each.path("reason").asText())
                        .contains(each.path("unit_id").asText() + "__fan"));

        RetryFailures.Done done = RetryFailures.of(
                run, judging("chance"), new RetryFailures.HardToo(false), new RealDisk(), Clock.systemUTC(), "test");

        assertThat(done.retried()).containsEntry("ask", children);
        assertThat(done.left()).isEmpty();
        assertThat(RunStore.read(run).steps().get(3).held()).isEqualTo(parents);
        assertThat(RunVerification.of(run).trouble()).isEmpty();
        try (Engine engine = ShippedRun.engine("")) {
            ShippedRun.drive(engine, run, Lane.REALTIME);
        }
        assertThat(RunStore.read(run).failed()).isZero();
        assertThat(output(run, "results.jsonl")).hasSize(12).allSatisfy(each -> {
            int n = each.path("n").intValue();
            assertThat(each.path("size").intValue()).isEqualTo(n);
            assertThat(each.path("all")).hasSize(n);
        });
    }

    @Test
    void a_child_that_its_parent_went_on_without_stays_failed() throws Exception {
        String steps = """
                - {name: make, scope: expression, expressions: {words: "(0..<3).toList()"}}
                - {name: split, scope: fan_out, field: words, child_field: word}
                - {name: ask, validation: {required: [said]}, simulate: {said: yes}}
                - {name: join, scope: gather, field: all, take: [word], on_failed: drop, missing_field: lost}
                """;
        RunFolder run = run(pipeline("without", steps, 12, 5), "without", Lane.REALTIME, "brokenJson=0.5");
        int children = RunStore.read(run).failed();
        assertThat(children).isPositive();
        assertThat(output(run, "results.jsonl")).hasSize(12);
        assertThat(output(run, "results.jsonl").stream()
                        .mapToInt(each -> each.path("lost").intValue())
                        .sum())
                .isEqualTo(children);

        RetryFailures.Done done = RetryFailures.of(
                run, judging("without"), new RetryFailures.HardToo(false), new RealDisk(), Clock.systemUTC(), "test");

        assertThat(done.retried()).isEmpty();
        assertThat(done.left()).containsEntry("ask", children);
    }

    @Test
    void ids_of_items_are_kept_apart_from_those_of_children() throws Exception {
        String steps = """
                - {name: make, scope: expression, expressions: {words: "['a', 'b']"}}
                - {name: split, scope: fan_out, field: words}
                """;
        Path pipeline = pipeline("ids", steps, 0, 5);
        Files.writeString(pipeline.resolve("items.jsonl"), "{\"id\": \"doc\"}\n{\"id\": \"doc__fan001\"}\n");

        RunFolder run = run(pipeline, "ids", Lane.BATCH, "");

        assertThat(output(run, "results.jsonl"))
                .extracting(each -> each.path("unit_id").asText())
                .containsExactly("doc__fan000", "doc__fan001", "doc__fan001_1__fan000", "doc__fan001_1__fan001");
    }

    @Test
    void what_cannot_work_is_told_before_anything_is_spent() throws Exception {
        Path wrong = pipeline("wrong", """
                - {name: make, scope: expression, expressions: {words: "['a']"}}
                - {name: early, scope: gather, field: all}
                - {name: split, scope: fan_out, field: wrods, child_field: _x, max_children: 0, on_empty: keep, skip_if: "true"}
                - {name: nameless, scope: fan_out}
                - {name: ask, validation: {required: [said]}, simulate: {said: yes}}
                - {name: join, scope: gather, take: 3, on_failed: keep, skip_if: "true"}
                """, 3, 5);

        assertThatThrownBy(() -> ShippedRun.read(wrong)).isInstanceOfSatisfying(UserMistakeException.class, e -> {
            var told = new ArrayList<String>();
            e.problems().forEach(each -> told.add(each.toString()));
            String all = String.join("\n", told);
            assertThat(all)
                    .contains("pipeline.steps[1]: gathers, but no fan_out before it is still open")
                    .contains("pipeline.steps[2].child_field: '_x' is a name of the system's")
                    .contains("pipeline.steps[2].max_children: must be a whole number from 1 to 100000")
                    .contains("pipeline.steps[2].on_empty: keep needs a gather")
                    .contains("pipeline.steps[2].skip_if: has no place at a fan-out")
                    .contains("pipeline.steps[3].field: is missing")
                    .contains("pipeline.steps[5].field: is missing")
                    .contains("pipeline.steps[5].take: must be the name of a field")
                    .contains("pipeline.steps[5].on_failed: must be one of fail, drop")
                    .contains("pipeline.steps[5].skip_if: has no place at a gather");
        });
        Path misspelt = pipeline("misspelt", """
                - {name: make, scope: expression, expressions: {words: "['a']"}}
                - {name: split, scope: fan_out, field: wrods, child_field: word}
                - {name: mark, scope: expression, expressions: {mark: "word + '!'"}}
                - {name: join, scope: gather, field: all, take: [word, mrak]}
                - {name: after, scope: expression, expressions: {x: "mark + 1"}}
                """, 3, 5);
        assertThatThrownBy(() -> ShippedRun.read(misspelt))
                .hasMessageContaining("there is no field 'wrods' at this step; did you mean 'words'?")
                .hasMessageContaining("the children have no field 'mrak'; did you mean 'mark'?")
                .hasMessageContaining("pipeline.steps[4].expressions.x: there is no field 'mark'");
    }
}
