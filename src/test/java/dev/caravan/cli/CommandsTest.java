package dev.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.base.Json;
import dev.caravan.provider.Lane;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.testing.CommandResult;
import dev.caravan.testing.RealProgram;
import dev.caravan.testing.ShippedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands as a user calls them, while another process is at the run and while none is. */
class CommandsTest {
    private static final Duration LONGEST = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void endAll() {
        started.forEach(Process::destroyForcibly);
    }

    /** A run that another process is at, in the middle of its work, and that would take minutes. */
    private RunFolder atWork(Lane lane) throws Exception {
        RunFolder run = new RunFolder(folder.resolve("runs/run"));
        Path pipeline = new ShippedRun(folder).pipeline("busy", 20);
        started.add(begin(
                "run",
                pipeline.toString(),
                "--provider",
                "simulator",
                "--run-dir",
                run.root().toString(),
                "--mode",
                lane.name().toLowerCase(Locale.ROOT),
                "--quiet",
                "--concurrency",
                "2",
                "--grace",
                "5",
                "--faults",
                "latency=300..400",
                "--job-millis",
                "30000"));
        await().atMost(LONGEST).until(() -> Files.exists(run.journal()) && busy(run));
        return run;
    }

    private static boolean busy(RunFolder run) {
        var state = RunStore.read(run);
        return state.status() == RunStatus.RUNNING
                && (state.ledger().calls() > 2 || state.works().stream().anyMatch(each -> each.providerJob() != null));
    }

    private Process begin(String... arguments) throws IOException {
        return new RealProgram(folder, Map.of()).start(List.of(), List.of(arguments));
    }

    private static int ended(Process process) throws InterruptedException {
        assertThat(process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private static RunStatus status(RunFolder run) {
        return RunStore.read(run).status();
    }

    @Test
    void I7_what_would_write_is_refused_while_another_process_is_at_the_run() throws Exception {
        RunFolder run = atWork(Lane.REALTIME);
        String name = run.root().toString();
        String holder = "process " + started.get(0).pid();
        Path pipeline = folder.resolve("pipelines/busy");

        for (List<String> each : List.of(
                List.of("resume", name),
                List.of("watch", name),
                List.of("realtime", name),
                List.of("retry-failures", name),
                List.of("repair", name),
                List.of("revalidate", name, "--pipeline", pipeline.toString()),
                List.of("moved", name))) {
            CommandResult said = CommandResult.of(each.toArray(String[]::new));
            assertThat(said.code()).as("%s: %s", each, said.all()).isEqualTo(2);
            assertThat(said.err()).as("%s", each).contains(holder);
        }
        assertThat(CommandResult.of("archive", name)).satisfies(said -> {
            assertThat(said.code()).isEqualTo(2);
            assertThat(said.err()).contains("only a run that is over is archived");
        });
        assertThat(CommandResult.of("status", name).out()).contains("at work " + holder);
        assertThat(CommandResult.of("info", name).out()).contains(holder).contains("chunk_000");
        assertThat(CommandResult.of("verify", name).code())
                .as("reading is allowed")
                .isZero();
        assertThat(started.get(0).isAlive()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Lane.class)
    void A11_pause_resume_and_kill_act_from_another_process_and_when_there_is_none(Lane lane) throws Exception {
        RunFolder run = atWork(lane);
        String name = run.root().toString();
        assertThat(CommandResult.of("name", name, "the busy one").code()).isZero();
        assertThat(CommandResult.of("threads", name).code()).isZero();
        await().atMost(LONGEST)
                .untilAsserted(() -> assertThat(Files.readString(run.root().resolve("RUN_LOG.txt")))
                        .contains("[THREAD] journal"));

        assertThat(CommandResult.of("pause", name).code()).isZero();
        assertThat(ended(started.get(0))).isEqualTo(3);
        assertThat(status(run)).isEqualTo(RunStatus.PAUSED);
        assertThat(RunStore.read(run).title()).isEqualTo("the busy one");
        assertThat(CommandResult.of("info", name).out()).contains("the busy one");

        assertThat(CommandResult.of("pause", name).code())
                .as("pausing what is paused")
                .isZero();
        started.add(begin("resume", name, "--quiet", "--job-millis", "30000", "--grace", "5"));
        await().atMost(LONGEST).until(() -> status(run) == RunStatus.RUNNING);
        assertThat(CommandResult.of("kill", name).code()).isZero();
        assertThat(ended(started.get(1))).isEqualTo(3);
        assertThat(status(run)).isEqualTo(RunStatus.KILLED);

        for (String each : List.of("pause", "kill")) {
            assertThat(CommandResult.of(each, name)).satisfies(said -> {
                assertThat(said.code()).as(each).isEqualTo(2);
                assertThat(said.err()).contains("is over");
            });
        }
        assertThat(CommandResult.of("resume", name).code())
                .as("killed for good")
                .isEqualTo(3);
        assertThat(CommandResult.of("retry-failures", name).err()).contains("was killed");
        assertThat(CommandResult.of("verify", name).code()).isZero();
    }

    @Test
    void A61_a_restart_takes_a_run_over_and_every_job_is_collected_once() throws Exception {
        RunFolder run = atWork(Lane.BATCH);

        CommandResult said =
                CommandResult.of("restart", run.root().toString(), "--quiet", "--job-millis", "50", "--grace", "30");

        assertThat(said.code()).as(said.all()).isZero();
        assertThat(said.out()).contains("asking process " + started.get(0).pid());
        assertThat(ended(started.get(0))).isEqualTo(3);
        assertThat(status(run)).isEqualTo(RunStatus.COMPLETE);
        ShippedRun.lawHolds(RunStore.read(run), ShippedRun.bill(run), Lane.BATCH);
        assertThat(RunStore.read(run).done()).isEqualTo(60);
    }

    @Test
    void I7_a_run_whose_holder_died_is_taken_up_at_once() throws Exception {
        RunFolder run = atWork(Lane.REALTIME);
        started.get(0).destroyForcibly();
        assertThat(ended(started.get(0))).isEqualTo(RealProgram.KILLED);

        CommandResult said = CommandResult.of("resume", run.root().toString(), "--quiet");

        assertThat(said.code()).as(said.all()).isZero();
        assertThat(RunStore.read(run).done()).isEqualTo(60);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PENDING", "PAUSED"})
    void A12_a_run_that_rests_can_be_killed_and_paused(String state) throws Exception {
        RunFolder run = new ShippedRun(folder).make("rests", 20, 40);
        String name = run.root().toString();
        if (state.equals("PAUSED")) {
            assertThat(CommandResult.of("pause", name).code()).isZero();
        }
        assertThat(status(run)).isEqualTo(RunStatus.valueOf(state));
        assertThat(CommandResult.of("kill", name).code()).isZero();
        assertThat(status(run)).isEqualTo(RunStatus.KILLED);
    }

    @Test
    void nonsense_gets_one_message_and_exit_2() throws Exception {
        RunFolder run = new ShippedRun(folder).run("done", Lane.REALTIME, "", 20);
        String name = run.root().toString();
        for (List<String> each : List.of(
                List.of("info", "no-such-run"),
                List.of("restart", "no-such-run"),
                List.of("name", name, ""),
                List.of("name", name, "two\nlines"),
                List.of("threads", name),
                List.of("revalidate", name, "--step", "clasify"),
                List.of("revalidate", name, "--pipeline", "no-such-pipeline"),
                List.of("kill", name),
                List.of("run", "ticket-triage", "--find-grace", "soon"),
                List.of("run", "ticket-triage", "--find-grace", "-1"))) {
            CommandResult said = CommandResult.of(each.toArray(String[]::new));
            assertThat(said.code()).as("%s: %s", each, said.all()).isEqualTo(2);
            assertThat(said.all()).as("%s", each).doesNotContain("Exception", "\tat ");
        }
        assertThat(CommandResult.of("revalidate", name, "--use-run-config").out())
                .contains("nothing to promote");
        assertThat(Json.parse(CommandResult.of("info", name, "--json").out()).path("chunks"))
                .hasSize(3);
    }

    @Test
    void files_in_commands_that_are_none_are_put_aside_and_stop_nobody() throws Exception {
        RunFolder run = new ShippedRun(folder).make("run", 20, 40);
        Path commands = Files.createDirectories(run.root().resolve("commands"));
        Files.writeString(commands.resolve("0-nonsense.json"), "{\"verb\":\"EXPLODE\"}");
        Files.writeString(commands.resolve("1-nonsense.json"), "not json");

        assertThat(CommandResult.of("realtime", run.root().toString(), "--quiet")
                        .code())
                .isZero();

        assertThat(status(run)).isEqualTo(RunStatus.COMPLETE);
        assertThat(commands.resolve(".0-nonsense.json.refused")).exists();
        assertThat(commands.resolve(".1-nonsense.json.refused")).exists();
        assertThat(commands.resolve("0-nonsense.json")).doesNotExist();
    }
}
