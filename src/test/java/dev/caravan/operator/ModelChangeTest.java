package dev.caravan.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.app.Engine;
import dev.caravan.base.Json;
import dev.caravan.base.RealDisk;
import dev.caravan.execution.LiveRun;
import dev.caravan.provider.Lane;
import dev.caravan.repair.RunVerification;
import dev.caravan.run.Ledger;
import dev.caravan.run.Manifest;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.testing.CommandResult;
import dev.caravan.testing.OneEngine;
import dev.caravan.testing.OutsideProvider;
import dev.caravan.testing.RealProgram;
import dev.caravan.testing.ShippedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Steps of a run are told to ask other models: new requests do, and what was asked before stays what it was. */
class ModelChangeTest {
    private static final Duration LONGEST = Duration.ofMinutes(2);
    private static final String FORMER = "gpt-4.1-mini";
    private static final String OTHER = "gpt-6-luna";

    @TempDir
    Path folder;

    /** The shipped pipeline of two steps, asking these models. */
    private Path pipeline(String name, String first, String second) throws IOException {
        Path copy = new ShippedRun(folder).pipeline(name, 20);
        Path config = copy.resolve("config.yaml");
        String text = Files.readString(config);
        Files.writeString(
                config,
                text.replaceAll("  model: .*", "  model: " + first)
                        .replace("    - name: check\n", "    - name: check\n      model: " + second + "\n"));
        return copy;
    }

    private static RunFolder left(Engine engine, RunFolder run, Lane lane) throws Exception {
        LiveRun live = engine.launch(run, lane, "test");
        assertThat(live.awaitEnd(LONGEST.toMillis())).isTrue();
        engine.release(live);
        return run;
    }

    private static long revisions(RunFolder run) throws IOException {
        return Files.readAllLines(run.journal()).stream()
                .filter(each -> Json.parse(each).path("type").asText().equals("RunRevised"))
                .count();
    }

    /** Received replies by step and model. */
    private static Map<String, Long> calls(RunFolder run) {
        return RunStore.read(run).ledger().lines().stream()
                .collect(Collectors.toMap(each -> each.step() + " " + each.model(), Ledger.Line::calls, Long::sum));
    }

    private static void whole(RunFolder run, Lane lane) {
        RunState state = RunStore.read(run);
        assertThat(state.status()).isEqualTo(RunStatus.COMPLETE);
        assertThat(RunVerification.of(run).trouble()).isEmpty();
        ShippedRun.lawHolds(state, ShippedRun.bill(run), lane);
        RunState restored = Manifest.restore(Manifest.of(state, 1, Instant.EPOCH));
        assertThat(restored.revised()).isEqualTo(state.revised());
    }

    @ParameterizedTest
    @EnumSource(Lane.class)
    void a_run_whose_second_model_nobody_has_goes_on_with_another_and_is_verified(Lane lane) throws Exception {
        try (var one = new OneEngine("brokenJson=0.2", 50)) {
            RunFolder run = new ShippedRun(folder).make(pipeline("lost", FORMER, "gpt-9-nothing"), "lost", 30);
            left(one.engine(), run, lane);
            assertThat(ShippedRun.summary(run).status()).isEqualTo(RunStatus.PAUSED);
            assertThat(ShippedRun.summary(run).detail()).contains("model_not_found");
            long paid = RunStore.read(run).ledger().calls();
            assertThat(paid).isGreaterThanOrEqualTo(30);

            CommandResult said = one.said("resume", run.root().toString(), "--model", "check=" + OTHER);

            assertThat(said.code()).as(said.all()).isZero();
            assertThat(said.err()).contains("check asks openai " + OTHER + " from now on, not openai gpt-9-nothing");
            assertThat(said.out()).contains("changed check asks openai " + OTHER);
            assertThat(revisions(run)).isOne();
            assertThat(calls(run)).containsOnlyKeys("0 " + FORMER, "1 " + OTHER);
            whole(run, lane);
            assertThat(CommandResult.of("report", run.root().toString()).out())
                    .contains("changed  check asks openai " + OTHER);
            JsonNode status = Json.parse(
                    CommandResult.of("status", run.root().toString(), "--json").out());
            assertThat(status.at("/models_changed/0/from_model").asText()).isEqualTo("gpt-9-nothing");
            assertThat(CommandResult.of("info", run.root().toString()).out()).contains("check: llm, openai " + OTHER);
        }
    }

    @Test
    void jobs_that_are_out_are_collected_at_their_own_model_and_later_attempts_ask_the_other() throws Exception {
        RunFolder run = new ShippedRun(folder).make(pipeline("out", FORMER, FORMER), "out", 60);
        try (Engine engine = ShippedRun.engine("brokenJson=0.3", 5_000, new RealDisk())) {
            LiveRun live = engine.launch(run, Lane.BATCH, "test");
            await().atMost(LONGEST)
                    .until(() -> live.summary().jobs().out().stream()
                                    .filter(each -> !each.providerJob().isEmpty())
                                    .count()
                            == 3);
            engine.release(live);
        }

        try (var one = new OneEngine("brokenJson=0.3", 50)) {
            CommandResult said = one.said("resume", run.root().toString(), "--model", "classify=" + OTHER);
            assertThat(said.code()).as(said.all()).isIn(0, 1);
        }

        assertThat(calls(run).get("0 " + FORMER)).isEqualTo(60);
        assertThat(calls(run).get("0 " + OTHER)).isPositive();
        assertThat(calls(run)).containsKey("1 " + FORMER).doesNotContainKey("1 " + OTHER);
        whole(run, Lane.BATCH);
        // What is derived is made again as of its own time.
        CommandResult repaired;
        try (Stream<Path> files = Files.walk(run.root().resolve("chunks"))) {
            for (Path each : files.filter(file -> file.toString().endsWith("_validated.jsonl"))
                    .toList()) {
                Files.delete(each);
            }
        }
        repaired = CommandResult.of("repair", run.root().toString());
        assertThat(repaired.code()).as(repaired.all()).isZero();
        assertThat(RunVerification.of(run).trouble()).isEmpty();
    }

    /** What is judged, and made again after a loss, follows the provider that answered. */
    @Test
    void a_step_goes_on_at_another_provider() throws Exception {
        try (var one = new OneEngine("brokenJson=0.2", 50)) {
            RunFolder run = new ShippedRun(folder).make(pipeline("moved", FORMER, "gpt-9-nothing"), "moved", 20);
            left(one.engine(), run, Lane.REALTIME);

            CommandResult alone = one.said("resume", run.root().toString(), "--model", "check=claude-haiku-5-5");
            assertThat(alone.code()).isEqualTo(2);
            assertThat(alone.err()).contains("not one of openai's but of anthropic");
            assertThat(revisions(run)).isZero();
            CommandResult said = one.said(
                    "resume",
                    run.root().toString(),
                    "--model",
                    "check=claude-haiku-5-5",
                    "--provider",
                    "check=anthropic");

            assertThat(said.code()).as(said.all()).isZero();
            assertThat(calls(run)).containsOnlyKeys("0 " + FORMER, "1 claude-haiku-5-5");
            whole(run, Lane.REALTIME);
        }
    }

    @Test
    void what_cannot_be_is_refused_by_name_and_nothing_is_written_down() throws Exception {
        try (var one = new OneEngine("", 50)) {
            RunFolder run = new ShippedRun(folder).make(pipeline("refused", FORMER, "gpt-9-nothing"), "refused", 20);
            left(one.engine(), run, Lane.REALTIME);
            String name = run.root().toString();

            assertThat(one.said("resume", name, "--model", "chek=" + OTHER).err())
                    .contains("did you mean 'check'?");
            assertThat(one.said("resume", name, "--model", OTHER).err()).contains("must be STEP=NAME");
            assertThat(one.said("resume", name, "--model", "check=a", "--model", "check=b")
                            .err())
                    .contains("names the step 'check' twice");
            assertThat(one.said("resume", name, "--provider", "check=antropic").err())
                    .contains("did you mean 'anthropic'?");
            assertThat(one.said("resume", name, "--model", "check=some thing").err())
                    .contains("cannot be a model's name");
            CommandResult capped = one.said("resume", name, "--model", "check=gpt-9-other", "--cap", "1");
            assertThat(capped.code()).isEqualTo(2);
            assertThat(capped.err()).contains("the price of 'gpt-9-other' is not known");
            assertThat(revisions(run)).isZero();

            assertThat(one.said("retry-failures", name, "--model", "check=gpt-6-lun")
                            .err())
                    .contains("the model 'gpt-6-lun' of openai is not known here", "gpt-6-luna");
            assertThat(one.said("resume", name, "--model", "check=" + OTHER).code())
                    .isZero();
            CommandResult over = one.said("resume", name, "--model", "check=" + FORMER);
            assertThat(over.code()).isEqualTo(2);
            assertThat(over.err()).contains("is complete and no unit failed");
            assertThat(one.said("retry-failures", name, "--model", "check=" + FORMER)
                            .code())
                    .isEqualTo(2);
            assertThat(revisions(run)).isEqualTo(2);
        }
    }

    @Test
    void failed_units_are_asked_again_of_another_model_and_saying_it_twice_changes_nothing() throws Exception {
        try (var one = new OneEngine("wrongSchema=0.6", 50)) {
            RunFolder run = new ShippedRun(folder).make(pipeline("failed", FORMER, FORMER), "failed", 20);
            left(one.engine(), run, Lane.REALTIME);
            assertThat(ShippedRun.summary(run).progress().failed()).isPositive();
            String[] again = {"retry-failures", run.root().toString(), "--model", "classify=" + OTHER, "--json"};

            CommandResult said = one.said(again);
            CommandResult twice = one.said(again);

            assertThat(said.code()).as(said.all()).isZero();
            assertThat(Json.parse(said.out()).path("retried").asInt()).isPositive();
            assertThat(twice.err()).contains("classify asks openai " + OTHER + " already");
            assertThat(revisions(run)).isOne();
            left(one.engine(), run, Lane.REALTIME);
            assertThat(calls(run)).containsKeys("0 " + FORMER, "0 " + OTHER);
            whole(run, Lane.REALTIME);
        }
    }

    /** The real program, at a provider outside of it, killed around the writing of the event. */
    @Test
    void whoever_is_killed_around_the_change_says_it_again_and_it_stands_once() throws Exception {
        Files.writeString(folder.resolve("models.yaml"), "models: [{id: gpt-9-nothing, provider: openai}]");
        Path pipeline = pipeline("killed", FORMER, "gpt-9-nothing");
        Path seen = folder.resolve("seen.txt");
        for (String death : List.of("", "journal.before-write@1", "journal.half-written@1", "journal.forced@1")) {
            RunFolder run = new RunFolder(folder.resolve("runs/killed" + death.replaceAll("\\W", "")));
            try (var simulator = OutsideProvider.simulator(folder.resolve("at" + run.name()), "", 20)) {
                var program = new RealProgram(folder, OutsideProvider.environment(simulator, folder));
                assertThat(program.start(
                                        List.of(),
                                        List.of(
                                                "run",
                                                pipeline.toString(),
                                                "--mode",
                                                "realtime",
                                                "--yes",
                                                "--max-units",
                                                "4",
                                                "--run-dir",
                                                run.root().toString()))
                                .waitFor())
                        .as(Files.readString(folder.resolve("output.txt")))
                        .isEqualTo(3);
                List<String> resume = List.of("resume", run.root().toString(), "--model", "check=" + OTHER);
                if (death.isEmpty()) {
                    assertThat(program.start(List.of("-Dcaravan.failpoints.seen=" + seen), resume)
                                    .waitFor())
                            .isZero();
                    assertThat(Files.readString(seen))
                            .contains("journal.before-write", "journal.half-written", "journal.forced");
                } else {
                    assertThat(program.start(List.of("-Dcaravan.failpoint=" + death), resume)
                                    .waitFor())
                            .as(death)
                            .isEqualTo(RealProgram.KILLED);
                    assertThat(program.start(List.of(), resume).waitFor())
                            .as(Files.readString(folder.resolve("output.txt")))
                            .isZero();
                }
                assertThat(revisions(run)).as(death).isOne();
                assertThat(RunStore.read(run).status()).isEqualTo(RunStatus.COMPLETE);
                assertThat(RunVerification.of(run).trouble()).isEmpty();
                ShippedRun.lawHolds(RunStore.read(run), simulator.bill(), Lane.REALTIME);
            }
        }
    }

    @Test
    void a_model_that_its_provider_does_not_list_is_refused_before_anything_is_made() throws Exception {
        Path pipeline = pipeline("unlisted", FORMER, "gpt-6-lunar");
        try (var simulator = OutsideProvider.simulator(folder, "", 20)) {
            var program = new RealProgram(folder, OutsideProvider.environment(simulator, folder));

            int code = program.start(List.of(), List.of("run", pipeline.toString(), "--yes", "--mode", "realtime"))
                    .waitFor();

            String said = Files.readString(folder.resolve("output.txt"));
            assertThat(code).as(said).isEqualTo(2);
            assertThat(said)
                    .contains("config.yaml: pipeline.steps[1].model: openai lists no model 'gpt-6-lunar'")
                    .contains("did you mean 'gpt-6-luna'?");
            assertThat(folder.resolve("runs")).doesNotExist();
            assertThat(simulator.totals().path("calls").intValue()).isZero();
        }
    }
}
