package dev.caravan.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.app.Caravan;
import dev.caravan.app.ModelCatalogue;
import dev.caravan.base.Json;
import dev.caravan.base.RealDisk;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.execution.RunMaker;
import dev.caravan.pipeline.CallOverrides;
import dev.caravan.pipeline.RunOptions;
import dev.caravan.provider.Lane;
import dev.caravan.run.CommandFolder;
import dev.caravan.run.CostOutlook;
import dev.caravan.run.JournalReplay;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.SimulatorFaults;
import dev.caravan.simulator.SimulatorSettings;
import dev.caravan.testing.CommandResult;
import dev.caravan.testing.RunningService;
import dev.caravan.testing.ShippedRun;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that would cost money waits for a person's word; without it nothing is sent. */
class ApprovalTest {
    private static final Clock CLOCK = Clock.systemUTC();

    @TempDir
    Path folder;

    private Simulator provider() {
        return Simulator.start(new SimulatorSettings(
                folder.resolve("provider"),
                1,
                0,
                "",
                50,
                1,
                SimulatorFaults.NONE,
                new ModelCatalogue(ModelRegistry.shipped()),
                CLOCK));
    }

    private RunningService served(Simulator provider) throws Exception {
        return new RunningService(
                folder, Map.of("OPENAI_BASE_URL", provider.baseUrl("openai"), "OPENAI_API_KEY", "sk-test-0123456789"));
    }

    private static long calls(Simulator provider) {
        return provider.totals().path("calls").longValue();
    }

    @Test
    void a_waiting_run_that_the_disk_will_not_show_is_in_nobodys_way() throws Exception {
        try (Simulator provider = provider();
                RunningService served = served(provider)) {
            provider.answers("label", Json.parse("{\"fields\":{\"mark\":{\"integer\":[1,5]}}}"));
            served.start("--mode", "realtime");
            served.drop("dear", "openai");
            RunFolder run = served.run("dear", RunState::waitsForApproval);
            Path kept = Files.createLink(folder.resolve("kept.jsonl"), run.journal());
            Path wrong =
                    Files.createSymbolicLink(folder.resolve("wrong"), Files.createDirectory(folder.resolve("no-file")));
            Files.move(wrong, run.journal(), StandardCopyOption.ATOMIC_MOVE);

            served.drop("free", "simulator");
            served.complete("free");

            Files.move(kept, run.journal(), StandardCopyOption.ATOMIC_MOVE);
            CommandResult approved = CommandResult.of("approve", run.root().toString());
            assertThat(approved.code()).as(approved.all()).isZero();
            served.complete("dear");
        }
    }

    @Test
    void nothing_is_sent_before_somebody_approves_and_another_may_be_rejected() throws Exception {
        try (Simulator provider = provider();
                RunningService served = served(provider)) {
            provider.answers("label", Json.parse("{\"fields\":{\"mark\":{\"integer\":[1,5]}}}"));
            served.start("--mode", "realtime");
            served.drop("dear", "openai");
            served.drop("dearer", "openai");
            served.drop("free", "simulator");
            RunFolder run = served.run("dear", RunState::waitsForApproval);
            RunFolder other = served.run("dearer", RunState::waitsForApproval);
            served.complete("free");
            String name = run.root().toString();

            assertThat(RunStore.summary(RunStore.read(run))).satisfies(summary -> {
                assertThat(summary.status()).isEqualTo(RunStatus.WAITING);
                assertThat(summary.reason()).isEqualTo("approval");
                assertThat(summary.detail())
                        .contains("12 units at openai: about $", "in the worst case", "assumed from 12 units");
                assertThat(Objects.requireNonNull(summary.question()).outlook()).satisfies(outlook -> {
                    assertThat(outlook.lowPicos()).isPositive().isLessThan(outlook.expectedPicos());
                    assertThat(outlook.highPicos()).isBetween(outlook.expectedPicos(), outlook.worstPicos());
                });
            });
            for (String each : List.of("resume", "watch", "realtime", "tick", "restart")) {
                CommandResult said = CommandResult.of(each, name);
                assertThat(said.code()).as("%s: %s", each, said.all()).isEqualTo(3);
                assertThat(said.err()).contains("caravan approve " + run.name());
            }
            assertThat(RunningService.ended(served.run(List.of("ps")))).isZero();
            assertThat(served.output())
                    .containsPattern(run.name() + " +waiting .*\\(approval, about \\$[0-9.]+, at most \\$[0-9.]+\\)");
            assertThat(calls(provider)).isZero();

            CommandResult rejected =
                    CommandResult.of("reject", other.root().toString(), "--reason", "too dear", "--actor", "ben");
            CommandResult approved = CommandResult.of("approve", name, "--actor", "ana");

            assertThat(rejected.code()).as(rejected.all()).isZero();
            assertThat(approved.code()).as(approved.all()).isZero();
            served.complete("dear");
            assertThat(RunStore.read(run).approvedBy()).isEqualTo("ana");
            assertThat(RunStore.read(other)).satisfies(state -> {
                assertThat(state.status()).isEqualTo(RunStatus.KILLED);
                assertThat(state.reason()).isEqualTo("rejected by ben: too dear");
            });
            await().atMost(RunningService.LONGEST).until(() -> served.output().contains("killed " + other.name()));
            assertThat(calls(provider)).isEqualTo(12);
            for (String each : List.of("approve", "reject")) {
                CommandResult late = each.equals("approve")
                        ? CommandResult.of(each, name)
                        : CommandResult.of(each, name, "--reason", "late");
                assertThat(late.code()).isEqualTo(2);
                assertThat(late.err()).contains("does not wait for approval: ana approved it");
            }
        }
    }

    @Test
    void what_ends_below_the_limit_starts_by_itself_and_the_limit_is_its_cap() throws Exception {
        try (Simulator provider = provider();
                RunningService served = served(provider)) {
            provider.answers("label", Json.parse("{\"fields\":{\"mark\":{\"integer\":[1,5]}}}"));
            served.start("--mode", "realtime", "--auto-start-below", "1");
            boundless(served, "boundless", "boundless");
            served.drop("cheap", "openai");

            RunFolder cheap = served.complete("cheap");
            boundless(served, "again", "cheap");

            RunState state = RunStore.read(cheap);
            assertThat(state.approvedBy()).isEqualTo("--auto-start-below $1.0000");
            assertThat(state.capPicos()).isEqualTo(1_000_000_000_000L);
            assertThat(served.output()).contains("queued " + cheap.name() + ": approved by --auto-start-below $1.0000");
            assertThat(asked(served, "boundless"))
                    .contains("in the worst case; nothing was measured", "no cap can be kept", "needs max_tokens");
            assertThat(asked(served, "again")).contains("measured in run " + cheap.name() + ", 12 units");
            CommandResult info =
                    CommandResult.of("info", served.runs("again").get(0).root().toString(), "--json");
            JsonNode approval = Json.parse(info.out()).path("approval");
            assertThat(approval.path("measured_in").asText()).isEqualTo(cheap.name());
            assertThat(new BigDecimal(approval.path("cost_usd").path("high").asText()))
                    .isBetween(new BigDecimal("0.000001"), BigDecimal.ONE);
            assertThat(new BigDecimal(approval.path("cost_usd").path("worst").asText()))
                    .isGreaterThan(new BigDecimal(
                            approval.path("cost_usd").path("high").asText()));
            assertThat(calls(provider)).isEqualTo(12);
        }
    }

    private static String asked(RunningService served, String pipeline) {
        return RunStore.summary(RunStore.read(served.run(pipeline, RunState::waitsForApproval)))
                .detail();
    }

    /** A pipeline whose answers may have any length. */
    private static void boundless(RunningService served, String folder, String name) throws Exception {
        Path config = served.drop(folder, "openai").resolve("config.yaml");
        Files.writeString(
                config,
                Files.readString(config)
                        .replace("max_tokens: 50", "description: any length")
                        .replace("name: " + folder, "name: " + name));
    }

    @Test
    void a_word_that_comes_while_the_run_is_held_is_carried_out_by_its_holder_or_the_next_one() throws Exception {
        RunFolder run = waiting("held");
        String name = run.root().toString();
        RunStore holder = RunStore.open(run, new RealDisk(), CLOCK, "test");
        try {
            assertThat(CommandResult.of("approve", name, "--actor", "ana").out())
                    .contains("told the process that holds held");
        } finally {
            holder.close();
        }
        assertThat(RunStore.read(run).waitsForApproval()).isTrue();
        assertThat(new CommandFolder(run).waiting()).hasSize(1);

        try (var engine = ShippedRun.engine("")) {
            ShippedRun.drive(engine, run, Lane.BATCH);
        }

        assertThat(RunStore.read(run).approvedBy()).isEqualTo("ana");
        assertThat(new CommandFolder(run).waiting()).isEmpty();
    }

    @Test
    void an_engine_that_takes_a_waiting_run_up_sends_nothing() throws Exception {
        RunFolder run = waiting("waits");
        try (var engine = ShippedRun.engine("")) {
            var live = engine.launch(run, Lane.REALTIME, "test");
            assertThat(live.awaitEnd(60_000)).isTrue();
            assertThat(live.admits()).isFalse();
            engine.release(live);
        }
        RunState state = RunStore.read(run);
        assertThat(state.status()).isEqualTo(RunStatus.WAITING);
        assertThat(state.formedWorks()).isZero();
    }

    @Test
    void approval_outlives_the_manifest_and_stands_apart_from_pauses() throws Exception {
        RunFolder run = waiting("paused");
        String name = run.root().toString();
        assertThat(CommandResult.of("pause", name).code()).isZero();
        assertThat(RunStore.read(run).status()).isEqualTo(RunStatus.PAUSED);
        assertThat(CommandResult.of("resume", name).code()).isEqualTo(3);
        assertThat(JournalReplay.manifestTrouble(run, JournalReplay.of(run))).isEmpty();

        assertThat(CommandResult.of("approve", name).code()).isZero();

        assertThat(RunStore.read(run).approvedBy()).isEqualTo(System.getProperty("user.name"));
        assertThat(CommandResult.of("resume", name, "--quiet").code()).isZero();
        assertThat(CommandResult.of("approve", name, "--actor", "two\nlines").code())
                .isEqualTo(2);
    }

    /** A simulated run of the shipped pipeline that waits all the same. */
    private RunFolder waiting(String name) throws Exception {
        Path pipeline = new ShippedRun(folder).pipeline(name, 20);
        return new RunMaker(ModelRegistry.shipped(), Caravan.kinds(), new RealDisk(), CLOCK, "test")
                .make(
                        ShippedRun.read(pipeline),
                        new RunOptions(CallOverrides.NONE, 20, true),
                        folder.resolve("runs").resolve(name),
                        "test",
                        List.of(new RunEvent.ApprovalAsked(
                                "about a cent", new CostOutlook(1, 5, 10, 20, "", "a guess"))));
    }
}
