package dev.caravan.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.app.Caravan;
import dev.caravan.app.Engine;
import dev.caravan.base.Disk;
import dev.caravan.base.Json;
import dev.caravan.base.PowerCutDisk;
import dev.caravan.base.RealDisk;
import dev.caravan.base.UserMistakeException;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.execution.LiveRun;
import dev.caravan.lease.Lease;
import dev.caravan.pipeline.PipelineReader;
import dev.caravan.provider.Lane;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.step.RunSteps;
import dev.caravan.testing.ShippedRun;
import dev.caravan.validation.ReadingRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stored answers judged by rules that were mended: what holds goes on, nothing is bought, nothing lost. */
class RevalidationTest {
    private static final PipelineReader READER =
            new PipelineReader(ModelRegistry.shipped(), Map.copyOf(Caravan.kinds()));
    private static final int UNITS = 30;

    @TempDir
    Path folder;

    private Path pipeline;

    /** A pipeline whose rule is too strict: only urgency 1 to 3 is allowed, and no answer is asked for twice. */
    @BeforeEach
    void strict() throws IOException {
        pipeline = new ShippedRun(folder).pipeline("strict", 7);
        change("ranges: {urgency: [1, 5]}", "ranges: {urgency: [1, 3]}");
        change("max_retries: 3", "max_retries: 0");
    }

    private void change(String from, String to) throws IOException {
        Path config = pipeline.resolve("config.yaml");
        String text = Files.readString(config);
        assertThat(text).contains(from);
        Files.writeString(config, text.replace(from, to));
    }

    private RunFolder finished(String name) throws Exception {
        RunFolder run = new ShippedRun(folder).make(pipeline, name, UNITS);
        try (Engine engine = ShippedRun.engine("")) {
            return ShippedRun.drive(engine, run, Lane.REALTIME);
        }
    }

    private Revalidation.Done revalidate(RunFolder run, Disk disk) {
        return Revalidation.of(
                run, ShippedRun.read(pipeline), "", READER, Caravan.kinds(), disk, Clock.systemUTC(), "test");
    }

    private static void goOn(RunFolder run) throws Exception {
        try (Engine engine = ShippedRun.engine("")) {
            LiveRun live = engine.launch(run, Lane.REALTIME, "resume");
            assertThat(live.awaitEnd(120_000)).isTrue();
            assertThat(live.failure()).isNull();
            engine.release(live);
        }
    }

    @Test
    void A60_C12_promoted_units_go_on_through_later_steps_and_nothing_is_bought_again() throws Exception {
        RunFolder run = finished("run");
        RunState before = RunStore.read(run);
        int failed = before.steps().get(0).failed();
        assertThat(failed).isPositive();
        assertThat(revalidate(run, new RealDisk()).promoted())
                .as("the rules are as they were")
                .isEmpty();

        change("ranges: {urgency: [1, 3]}", "ranges: {urgency: [1, 4]}");
        Revalidation.Done done = revalidate(run, new RealDisk());

        int promoted = done.promoted().getOrDefault("classify", 0);
        assertThat(done.revised()).isTrue();
        assertThat(promoted).isPositive();
        assertThat(promoted + done.still().getOrDefault("classify", 0))
                .as("none of the failures is lost")
                .isEqualTo(failed);
        RunState after = RunStore.read(run);
        assertThat(after.ledger().calls()).isEqualTo(before.ledger().calls());
        assertThat(after.status()).isEqualTo(RunStatus.PAUSED);
        assertThat(RunVerification.of(run).trouble()).isEmpty();
        assertThat(revalidate(run, new RealDisk()).promoted())
                .as("twice is once")
                .isEmpty();

        goOn(run);

        RunState end = RunStore.read(run);
        assertThat(end.status()).isEqualTo(RunStatus.COMPLETE);
        assertThat(end.failed()).isEqualTo(failed - promoted);
        assertThat(end.ledger().calls() - before.ledger().calls())
                .as("one call of the second step for each")
                .isEqualTo(promoted);
        assertThat(RunVerification.of(run).trouble()).isEmpty();
        assertThat(Files.readAllLines(run.outputs().resolve("results.jsonl"))).hasSize(UNITS - failed + promoted);
    }

    @Test
    void settled_files_are_made_again_under_the_rules_they_were_settled_by() throws Exception {
        RunFolder run = finished("run");
        change("ranges: {urgency: [1, 3]}", "ranges: {urgency: [3, 5]}");
        assertThat(revalidate(run, new RealDisk()).promoted()).containsKey("classify");
        goOn(run);
        byte[] outputs = Files.readAllBytes(run.outputs().resolve("results.jsonl"));
        Files.writeString(run.validated("classify", 0), "");
        Files.delete(run.validated("classify", 1));

        RunState state = RunStore.read(run);
        RunSteps judging = RunSteps.of(run, RunSteps.Basis.of(state), READER, Caravan.kinds());
        RunRepair.Done done = RunRepair.of(run, judging, new RealDisk(), Clock.systemUTC(), "test");

        assertThat(done.rebuilt()).isEqualTo(2);
        assertThat(run.outputs().resolve("results.jsonl")).hasBinaryContent(outputs);
        assertThat(RunVerification.of(run).trouble()).isEmpty();
    }

    @Test
    void I5_a_power_cut_anywhere_in_it_is_mended_by_doing_it_again() throws Exception {
        finished("calm");
        change("ranges: {urgency: [1, 3]}", "ranges: {urgency: [1, 4]}");
        RunFolder calm = new RunFolder(folder.resolve("runs/calm"));
        Path kept = folder.resolve("kept");
        copy(calm.root(), kept);
        var counting = new PowerCutDisk(0);
        revalidate(calm, counting);
        goOn(calm);
        byte[] expected = Files.readAllBytes(calm.outputs().resolve("results.jsonl"));

        for (int cut = 1; cut <= counting.operations(); cut += 3) {
            RunFolder run = new RunFolder(folder.resolve("runs/cut" + cut));
            copy(kept, run.root());
            var disk = new PowerCutDisk(cut);
            disk.cutAt(cut);
            try {
                revalidate(run, disk);
            } catch (PowerCutDisk.PowerCut e) {
                disk.materialise();
            }
            revalidate(run, new RealDisk());
            assertThat(RunVerification.of(run).trouble()).as("cut %s", cut).isEmpty();
            if (cut % 4 == 1) {
                goOn(run);
                assertThat(run.outputs().resolve("results.jsonl")).hasBinaryContent(expected);
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path each : files.toList()) {
                Files.copy(each, to.resolve(from.relativize(each)));
            }
        }
        Lease.settle(to, new RealDisk(), Clock.systemUTC());
    }

    /** As {@link #finished}, of a version that had one rule of reading and did not say so. */
    private RunFolder finishedByFirstRule(String name) throws Exception {
        RunFolder made = new ShippedRun(folder).make(pipeline, "made", UNITS);
        ObjectNode body = Json.mapper()
                .valueToTree(new RunEvent.RunCreated(RunStore.read(made).facts()));
        var facts = (ObjectNode) body.get("facts");
        facts.remove("reading");
        facts.put("run", name);
        var run = new RunFolder(folder.resolve("runs").resolve(name));
        Files.createDirectories(run.root());
        for (String each : List.of("config", "input")) {
            copy(made.root().resolve(each), run.root().resolve(each));
        }
        try (RunStore store = RunStore.open(run, new RealDisk(), Clock.systemUTC(), "test")) {
            store.recordAndWait(Json.mapper().convertValue(body, RunEvent.RunCreated.class));
        }
        try (Engine engine = ShippedRun.engine("")) {
            return ShippedRun.drive(engine, run, Lane.REALTIME);
        }
    }

    @Test
    void a_run_of_the_first_rule_of_reading_settles_by_it_until_it_is_revalidated() throws Exception {
        change("ranges: {urgency: [1, 3]}", "ranges: {urgency: [1, 5]}");
        change("urgency: {integer: [1, 5]}", "urgency: \"3\"");
        Path schema = pipeline.resolve("schemas/classify.json");
        Files.writeString(
                schema,
                Files.readString(schema).replace("{\"type\": \"integer\"", "{\"type\": [\"integer\", \"null\"]"));
        RunFolder run = finishedByFirstRule("old");
        assertThat(RunStore.read(run).readings()).containsExactly(1);
        assertThat(RunStore.read(run).failed())
                .as("the first rule mends nothing where there are two types")
                .isEqualTo(UNITS);

        byte[] failures = Files.readAllBytes(run.failures("classify", 0));
        Files.writeString(run.failures("classify", 0), "");
        RunSteps judging = RunSteps.of(run, new RunSteps.Basis(0, 1, List.of(1), List.of()), READER, Caravan.kinds());
        RunRepair.of(run, judging, new RealDisk(), Clock.systemUTC(), "test");
        assertThat(run.failures("classify", 0)).hasBinaryContent(failures);

        assertThat(revalidate(run, new RealDisk()).promoted()).containsEntry("classify", UNITS);
        assertThat(RunStore.read(run).readings())
                .as("a revision judges as new runs do")
                .containsExactly(1, ReadingRule.NEWEST.number());
        assertThat(revalidate(run, new RealDisk()).revised())
                .as("twice is once")
                .isFalse();
        goOn(run);
        assertThat(RunStore.read(run).failed()).isZero();
        assertThat(RunVerification.of(run).trouble()).isEmpty();
    }

    @Test
    void other_steps_than_the_run_has_are_refused() throws Exception {
        RunFolder run = finished("run");
        change("- name: check", "- name: recheck");
        Files.move(pipeline.resolve("templates/check.vm"), pipeline.resolve("templates/recheck.vm"));
        Files.move(pipeline.resolve("schemas/check.json"), pipeline.resolve("schemas/recheck.json"));

        assertThatThrownBy(() -> revalidate(run, new RealDisk()))
                .isInstanceOf(UserMistakeException.class)
                .hasMessageContaining("only schemas and rules may differ");
        assertThat(RunStore.read(run).revisions()).isZero();
        assertThat(run.revision(1)).doesNotExist();
    }
}
