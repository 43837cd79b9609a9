package dev.caravan.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.app.Caravan;
import dev.caravan.app.Engine;
import dev.caravan.base.Json;
import dev.caravan.base.RealDisk;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.execution.LiveRun;
import dev.caravan.execution.RunMaker;
import dev.caravan.pipeline.CallOverrides;
import dev.caravan.pipeline.RunOptions;
import dev.caravan.provider.Lane;
import dev.caravan.repair.RunVerification;
import dev.caravan.run.CommandFolder;
import dev.caravan.run.JournalReplay;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.run.UnitReview;
import dev.caravan.testing.CommandResult;
import dev.caravan.testing.RunningService;
import dev.caravan.testing.ShippedRun;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Units that wait at a step until a person looked at some of them. */
class ApprovalStepTest {
    private static final int UNITS = 12;

    /** The one unit that fails before anybody is asked. */
    private static final String LABEL = """
                    - name: label
                      max_tokens: 50
                      validation: {required: [mark], rules: [{name: three, expr: "id != 'i3'", error: "is three"}]}
                      simulate: {mark: {integer: [1, 5]}}
            """;

    private static final String TWO_REVIEWS = LABEL + """
                    - {name: review, scope: approval, sample: 4, description: Are the marks fair?}
                    - {name: reply, max_tokens: 50, validation: {required: [text2]}, simulate: {text2: {choice: [a, b]}}}
                    - {name: last, scope: approval}
            """;

    private static final long LONGEST_MILLIS = 180_000;

    @TempDir
    Path folder;

    private @Nullable Engine engine;

    private Path pipeline(String name, String steps, String more) throws IOException {
        Path pipeline = folder.resolve("pipelines").resolve(name);
        Files.createDirectories(pipeline.resolve("templates"));
        Files.writeString(
                pipeline.resolve("templates/label.vm"),
                "Mark $text. #foreach($each in $errors)$each.message#end Answer {\"mark\": 1 to 5}.");
        Files.writeString(pipeline.resolve("templates/reply.vm"), "Reply to $text. Answer {\"text2\": a or b}.");
        Files.writeString(pipeline.resolve("items.jsonl"), RunningService.items(UNITS));
        Files.writeString(pipeline.resolve("config.yaml"), """
                pipeline:
                  steps:
                %s
                api: {provider: simulator, model: gpt-4o-mini}
                processing: {chunk_size: 5, items: {source: items.jsonl, name_field: id}}
                max_retries: 1
                %s
                """.formatted(steps, more));
        return pipeline;
    }

    private CommandResult run(Path pipeline, Path run, String... more) {
        var line = new ArrayList<>(
                List.of("run", pipeline.toString(), "--mode", "realtime", "--run-dir", run.toString(), "--quiet"));
        line.addAll(List.of(more));
        return CommandResult.of(line.toArray(String[]::new));
    }

    /** Goes on with a run until it stands still. */
    private void goOn(RunFolder run, RunStatus then) throws Exception {
        if (engine == null) {
            engine = ShippedRun.engine("");
        }
        LiveRun live = engine.launch(run, Lane.REALTIME, "test");
        try {
            assertThat(live.awaitEnd(LONGEST_MILLIS)).isTrue();
            assertThat(live.failure()).isNull();
            assertThat(live.summary().status()).isEqualTo(then);
        } finally {
            engine.release(live);
        }
    }

    @AfterEach
    void close() {
        if (engine != null) {
            engine.close();
        }
    }

    private static void is(int code, CommandResult said) {
        assertThat(said.code()).as(said.all()).isEqualTo(code);
    }

    private static JsonNode json(Path file) throws IOException {
        return Json.parse(Files.readAllBytes(file));
    }

    @Test
    void units_wait_are_shown_and_go_on_or_fail_as_people_say() throws Exception {
        Path name = folder.resolve("runs/two");
        var run = new RunFolder(name);
        Path pipeline = pipeline("two", TWO_REVIEWS, "");

        is(3, run(pipeline, name));

        RunState waiting = RunStore.read(run);
        assertThat(waiting.status()).isEqualTo(RunStatus.WAITING);
        assertThat(waiting.ledger().calls()).as("i3 is asked twice").isEqualTo(UNITS + 1);
        UnitReview first = waiting.review().orElseThrow();
        JsonNode packet = json(run.packet("review", 1).resolve("packet.json"));
        assertThat(packet.path("waiting").intValue()).isEqualTo(UNITS - 1);
        assertThat(packet.path("failed_before").path("label").intValue()).isEqualTo(1);
        assertThat(packet.path("sample").size()).isEqualTo(4);
        assertThat(packet.path("sample").get(0).path("input").path("text").asText())
                .startsWith("text number");
        assertThat(packet.path("sample").get(0).path("made").path("mark").isInt())
                .isTrue();
        assertThat(packet.path("cost_behind_usd").path("worst").isTextual()).isTrue();
        assertThat(Files.readString(run.packet("review", 1).resolve("packet.md")))
                .contains("Are the marks fair?", "--packet " + first.packet().substring(0, 12), "\"mark\" :");
        CommandResult status = CommandResult.of("status", name.toString());
        assertThat(status.out()).contains("11 units wait at step review", "packet.md", "caravan approve two");
        assertThat(CommandResult.of("status", name.toString(), "--json").out())
                .contains("\"step\":\"review\"", first.packet());
        assertThat(RunVerification.of(run).trouble()).isEmpty();

        is(3, CommandResult.of("resume", name.toString(), "--quiet"));
        for (List<String> wrong :
                List.of(List.of("--step", "last"), List.of("--packet", "0123456789"), List.of("--packet", "12"))) {
            CommandResult said = CommandResult.of("approve", name.toString(), wrong.get(0), wrong.get(1));
            is(2, said);
            assertThat(said.err()).contains("step review");
        }
        is(
                0,
                CommandResult.of(
                        "approve",
                        name.toString(),
                        "--actor",
                        "ana",
                        "--packet",
                        first.packet().substring(0, 12)));
        is(2, CommandResult.of("approve", name.toString()));
        goOn(run, RunStatus.WAITING);

        assertThat(RunStore.read(run).review().orElseThrow().step()).isEqualTo(3);
        is(0, CommandResult.of("reject", name.toString(), "--actor", "ben", "--reason", "all too short"));
        is(1, CommandResult.of("resume", name.toString(), "--quiet"));

        assertThat(RunStore.read(run).failed()).isEqualTo(UNITS);
        assertThat(Files.readString(run.outputs().resolve("failures.jsonl")))
                .contains("\"rejected\"", "rejected by ben: all too short");
        assertThat(RunVerification.of(run).trouble()).isEmpty();

        is(0, CommandResult.of("retry-failures", name.toString()));
        goOn(run, RunStatus.WAITING);
        UnitReview again = RunStore.read(run).review().orElseThrow();
        assertThat(List.of(again.step(), again.round(), again.count())).containsExactly(3, 2, UNITS - 1);
        is(0, CommandResult.of("approve", name.toString(), "--step", "last", "--reason", "well enough"));
        goOn(run, RunStatus.COMPLETE);
        RunState end = RunStore.read(run);
        assertThat(List.of(end.done(), end.failed())).containsExactly(UNITS - 1, 1);
        assertThat(end.ledger().calls()).as("i3 is asked twice more").isEqualTo(2 * UNITS + 2);
        assertThat(RunVerification.of(run).trouble()).isEmpty();
        assertThat(CommandResult.of("info", name.toString()).out())
                .contains(
                        "step review, round 1, 11 units: approved by ana",
                        "step last, round 1, 11 units: rejected by ben (all too short)",
                        "(well enough)");
        Files.writeString(run.packet("last", 1).resolve("packet.json"), "{}");
        assertThat(RunVerification.of(run).trouble()).contains("is not what was shown");
    }

    @Test
    void what_is_turned_down_goes_back_to_the_model_with_the_reason_where_the_pipeline_says_so() throws Exception {
        Path name = folder.resolve("runs/back");
        var run = new RunFolder(name);
        is(3, run(pipeline("back", LABEL + """
                    - {name: review, scope: approval, retry_from: label}
            """, ""), name));
        // A process is at the run: the word goes the way of all commands, and holds what was seen.
        RunStore holder = RunStore.open(run, new RealDisk(), Clock.systemUTC(), "test");
        try {
            is(0, CommandResult.of("reject", name.toString(), "--actor", "ben", "--reason", "too mild"));
        } finally {
            holder.close();
        }
        assertThat(RunStore.read(run).waitsForApproval()).isTrue();
        assertThat(new CommandFolder(run).waiting()).hasSize(1);
        is(3, CommandResult.of("resume", name.toString(), "--quiet"));

        RunState again = RunStore.read(run);
        assertThat(again.review().orElseThrow().round()).isEqualTo(2);
        assertThat(again.ledger().calls()).isEqualTo(2 * UNITS);
        assertThat(ShippedRun.lines(run, "review_findings.jsonl"))
                .hasSize(UNITS - 1)
                .allSatisfy(
                        each -> assertThat(each.toString()).contains("\"for\":\"label\"", "rejected by ben: too mild"));
        assertThat(RunVerification.of(run).trouble()).isEmpty();
        assertThat(JournalReplay.manifestTrouble(run, JournalReplay.of(run))).isEmpty();

        String first = again.reviews().get(0).packet();
        CommandResult stale = CommandResult.of("approve", name.toString(), "--packet", first);
        is(2, stale);
        assertThat(stale.err()).contains("another packet of step review", "round 2");
        is(0, CommandResult.of("reject", name.toString(), "--reason", "still too mild"));
        goOn(run, RunStatus.COMPLETE);
        assertThat(RunStore.read(run).ledger().calls())
                .as("its budget is used up")
                .isEqualTo(2 * UNITS);
        assertThat(RunStore.read(run).failed()).isEqualTo(UNITS);
        assertThat(RunVerification.of(run).trouble()).isEmpty();
    }

    @Test
    void children_and_a_pilot_are_asked_for_apart() throws Exception {
        Path from = pipeline("kids", """
                    - {name: parts, scope: expression, expressions: {parts: "[id + 'a', id + 'b']"}}
                    - {name: split, scope: fan_out, field: parts, child_field: part}
                    - {name: check, scope: approval, sample: 3}
                    - {name: join, scope: gather, field: parts, take: part}
                """, "");
        var options = new RunOptions(CallOverrides.NONE, Integer.MAX_VALUE, true, 4, 0);
        RunFolder run = new RunMaker(
                        ModelRegistry.shipped(), Caravan.kinds(), new RealDisk(), Clock.systemUTC(), "test")
                .make(ShippedRun.read(from), options, folder.resolve("runs/kids"), "test");
        String name = run.root().toString();

        goOn(run, RunStatus.WAITING);
        RunState pilot = RunStore.read(run);
        assertThat(pilot.review().orElseThrow().count())
                .as("two of each of the pilot")
                .isEqualTo(8);
        JsonNode sample = json(run.packet("check", 1).resolve("packet.json")).path("sample");
        assertThat(sample.findValuesAsText("unit_id")).hasSize(3).isSorted().allMatch(each -> each.contains("__fan00"));
        is(0, CommandResult.of("approve", name));
        goOn(run, RunStatus.PAUSED);
        assertThat(RunStore.read(run).reason()).isEqualTo("pilot");
        goOn(run, RunStatus.WAITING);
        assertThat(RunStore.read(run).review().orElseThrow().count()).isEqualTo(2 * (UNITS - 4));
        is(0, CommandResult.of("approve", name));
        goOn(run, RunStatus.COMPLETE);

        assertThat(RunStore.read(run).done()).isEqualTo(UNITS);
        assertThat(Files.readString(run.outputs().resolve("results.jsonl"))).contains("[\"i7a\",\"i7b\"]");
        assertThat(RunVerification.of(run).trouble()).isEmpty();
    }

    /** Units that came together again stand for all they were divided into: what they cost behind the step can be told. */
    @Test
    void behind_a_gather_the_cost_of_what_is_approved_is_told_and_holds_the_bill() throws Exception {
        Path from = pipeline("joined", """
                    - {name: parts, scope: expression, expressions: {parts: "[id + 'a', id + 'b']"}}
                    - {name: split, scope: fan_out, field: parts, child_field: part}
                    - {name: join, scope: gather, field: parts, take: part}
                    - {name: review, scope: approval, sample: 12}
            """ + LABEL, "");
        RunFolder run = new ShippedRun(folder).make(from, "joined", UNITS);
        goOn(run, RunStatus.WAITING);

        JsonNode behind = json(run.packet("review", 1).resolve("packet.json")).path("cost_behind_usd");
        is(0, CommandResult.of("approve", run.root().toString()));
        goOn(run, RunStatus.COMPLETE);

        var bill = BigDecimal.valueOf(RunStore.read(run).ledger().settledPicos(), 12);
        assertThat(bill).isPositive();
        assertThat(new BigDecimal(behind.path("low").asText())).isLessThanOrEqualTo(bill);
        assertThat(new BigDecimal(behind.path("worst").asText())).isGreaterThanOrEqualTo(bill);
    }

    @Test
    void the_service_lets_go_of_what_waits_and_takes_it_up_when_it_is_approved() throws Exception {
        try (var served = new RunningService(folder, Map.of())) {
            Process service = served.start("--job-millis", "50");
            pipeline("asks", LABEL + """
                    - {name: review, scope: approval}
            """, "");
            RunFolder run = served.run("asks", RunState::waitsForApproval);
            await().atMost(RunningService.LONGEST).until(() -> served.output().contains("waiting " + run.name()));
            RunningService.kill(service);
            served.start("--job-millis", "50");
            await().atMost(RunningService.LONGEST)
                    .until(() -> served.output().split("waiting " + run.name(), -1).length == 3);

            is(0, CommandResult.of("approve", run.root().toString(), "--actor", "ana"));

            served.complete("asks");
            assertThat(served.output()).contains("queued " + run.name() + ": approved by ana");
            assertThat(RunStore.read(run).done()).isEqualTo(UNITS - 1);
            ShippedRun.lawHolds(RunStore.read(run), ShippedRun.bill(run), Lane.BATCH);
            assertThat(RunVerification.of(run).trouble()).isEmpty();
        }
    }

    @Test
    void what_makes_no_sense_at_such_a_step_is_refused_all_at_once() throws Exception {
        Path wrong = pipeline("wrong", LABEL + """
                    - {name: review, scope: approval, model: gpt-4o, template: label.vm, skip_if: "true", sample: 0}
                    - {name: other, scope: approval, validation: {required: [mark]}, retry_from: nobody, who: ana}
            """, "");
        assertThatThrownBy(() -> ShippedRun.read(wrong))
                .hasMessageContaining("steps[1].model: has no place at an approval, which asks a person and no model")
                .hasMessageContaining("steps[1].template: has no place at an approval")
                .hasMessageContaining("steps[1].skip_if: has no place at an approval, which passes records on")
                .hasMessageContaining("steps[1].sample: must be a whole number from 1 to 500, not 0")
                .hasMessageContaining("steps[2].validation: has no place at an approval")
                .hasMessageContaining("steps[2].retry_from: there is no step 'nobody'")
                .hasMessageContaining("steps[2].who: unknown key");
    }
}
