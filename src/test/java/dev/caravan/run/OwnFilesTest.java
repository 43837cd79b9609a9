package dev.caravan.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.app.Engine;
import dev.caravan.base.ProcessIdentity;
import dev.caravan.base.RealDisk;
import dev.caravan.base.UserMistakeException;
import dev.caravan.execution.LiveRun;
import dev.caravan.lease.Lease;
import dev.caravan.lease.LeaseHeldException;
import dev.caravan.provider.Lane;
import dev.caravan.testing.CommandResult;
import dev.caravan.testing.ShippedRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run goes on by the files it was made with, in the hands of one process; else somebody is asked. */
class OwnFilesTest {
    private static Engine engine;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        engine = ShippedRun.engine("", 20, new RealDisk());
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    private RunFolder make() throws Exception {
        return new ShippedRun(folder).make("run", 5, 10);
    }

    private static void refuses(RunFolder run, String... words) {
        assertThatThrownBy(() -> engine.launch(run, Lane.REALTIME, "test"))
                .isInstanceOfSatisfying(
                        UserMistakeException.class, e -> assertThat(e).hasMessageContainingAll(words));
        assertThat(RunStore.read(run).status()).as("nothing was started").isEqualTo(RunStatus.PAUSED);
        assertThat(RunStore.read(run).reason()).isEqualTo("unusable");
    }

    @Test
    void a_schema_that_was_edited_in_the_run_s_folder_stops_the_resume_until_somebody_takes_it() throws Exception {
        RunFolder run = make();
        Path schema = run.config().resolve("schemas/classify.json");
        byte[] made = Files.readAllBytes(schema);
        Files.writeString(schema, Files.readString(schema).replaceFirst("\\{", "{\"description\": \"stricter\","));

        refuses(
                run,
                "config/schemas/classify.json: was changed by hand since the run was made",
                "restore it",
                "caravan revalidate run",
                "caravan resume run --accept-changes");
        CommandResult said = CommandResult.of("resume", run.root().toString());
        assertThat(said.code()).isEqualTo(2);
        Files.write(schema, made);
        LiveRun live = engine.launch(run, Lane.REALTIME, "test");
        assertThat(live.awaitEnd(60_000)).isTrue();
        engine.release(live);
        assertThat(RunStore.read(run).status()).isEqualTo(RunStatus.COMPLETE);
    }

    @Test
    void whoever_takes_changed_files_is_noted_and_units_cannot_be_taken() throws Exception {
        RunFolder run = make();
        Path template = run.config().resolve("templates/classify.vm");
        Files.writeString(template, Files.readString(template) + "Be brief.");

        assertThat(GivenFiles.accept(run, new RealDisk(), Clock.systemUTC(), "Ada"))
                .containsExactly("config/templates/classify.vm");

        assertThat(Files.readString(run.journal()))
                .contains("\"ChangesAccepted\"")
                .contains("\"actor\":\"Ada\"");
        CommandResult said = CommandResult.of("resume", run.root().toString(), "--accept-changes", "--quiet");
        assertThat(said.code()).as(said.all()).isZero();
        Files.writeString(run.units(), Files.readString(run.units()).replaceFirst("a", "b"));
        assertThatThrownBy(() -> GivenFiles.accept(run, new RealDisk(), Clock.systemUTC(), "Ada"))
                .hasMessageContaining("input/units.jsonl: was changed by hand since the run was made; restore it");
    }

    @Test
    void a_missing_template_and_a_revision_that_was_edited_stop_the_resume_too() throws Exception {
        RunFolder run = make();
        Path pipeline = folder.resolve("pipelines/run");
        Path source = pipeline.resolve("schemas/check.json");
        Files.writeString(source, Files.readString(source).replaceFirst("\\{", "{\"description\": \"new\","));
        assertThat(CommandResult.of("revalidate", run.root().toString(), "--pipeline", pipeline.toString())
                        .code())
                .isZero();
        Path revised = run.revision(1).resolve("schemas/check.json");
        Files.writeString(revised, Files.readString(revised) + "\n");

        refuses(run, "revisions/1/schemas/check.json: was changed by hand");

        Files.delete(run.config().resolve("templates/check.vm"));
        refuses(run, "config/templates/check.vm: is gone; restore it");
    }

    @Test
    void restart_by_force_ends_no_process_that_is_not_surely_the_holder() throws Exception {
        RunFolder run = make();
        Process innocent = new ProcessBuilder("sleep", "600").start();
        try (RunStore held = RunStore.open(run, new RealDisk(), Clock.systemUTC(), "test")) {
            assertThat(held.created()).isTrue();
            ProcessIdentity here = ProcessIdentity.of(innocent.pid());
            claim(run, "another start of it", here);

            CommandResult said = CommandResult.of("restart", run.root().toString(), "--force", "--grace", "0");

            assertThat(said.code()).as(said.all()).isEqualTo(2);
            assertThat(said.err()).contains("not surely a process of this machine and container");
            assertThat(innocent.isAlive()).isTrue();

            claim(run, here.boot(), here);
            assertThat(CommandResult.of("restart", run.root().toString(), "--force", "--grace", "0")
                            .code())
                    .isEqualTo(2);
            assertThat(innocent.waitFor(10, TimeUnit.SECONDS))
                    .as("it is the one whose number, start and container are noted")
                    .isTrue();
        } finally {
            innocent.destroyForcibly();
        }
    }

    /** As if another process had taken the run. */
    private static void claim(RunFolder run, String boot, ProcessIdentity process) throws Exception {
        Files.writeString(run.root().resolve("lease.json"), """
                {"pid":%d,"host":"other","machine":"%s","boot":"%s","namespace":"%s","process_started":"%s",\
                "started":"2026-01-01T00:00:00Z","heartbeat":"2026-01-01T00:00:00Z","epoch":2,"doing":"","mark":"",\
                "journal":0,"released":false}""".formatted(
                        process.pid(), process.machine(), boot, process.namespace(), process.started()));
    }

    @Test
    void who_starts_a_run_that_is_at_work_is_told_in_one_line_by_whom() throws Exception {
        RunFolder run = make();
        try (RunStore held = RunStore.open(run, new RealDisk(), Clock.systemUTC(), "test")) {
            assertThat(held.created()).isTrue();
            assertThatThrownBy(() -> engine.launch(run, Lane.REALTIME, "test")).isInstanceOf(LeaseHeldException.class);
            CommandResult said = CommandResult.of(
                    "run",
                    folder.resolve("pipelines/run").toString(),
                    "--simulate",
                    "--max-units",
                    "10",
                    "--run-dir",
                    run.root().toString(),
                    "--quiet");

            assertThat(said.code()).isEqualTo(2);
            assertThat(said.err().lines().filter(each -> each.startsWith("caravan: ")))
                    .hasSize(1);
        }
        assertThat(Lease.isHeldHere(run.root())).isFalse();
    }
}
