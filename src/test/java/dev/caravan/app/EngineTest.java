package dev.caravan.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.base.RealDisk;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.execution.LiveRun;
import dev.caravan.execution.RunMaker;
import dev.caravan.pipeline.Overrides;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.PipelineReader;
import dev.caravan.provider.Lane;
import dev.caravan.run.Ledger;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.run.RunSummary;
import dev.caravan.simulator.Faults;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole runs of the shipped pipeline through the shipped routes, against the simulator over real HTTP. */
class EngineTest {
    private static final ModelRegistry REGISTRY = ModelRegistry.shipped();

    @TempDir
    Path folder;

    @Test
    void both_modes_end_with_the_same_bytes_whatever_goes_wrong_on_the_way() throws Exception {
        String faults = "brokenJson=0.1,wrongSchema=0.05,missingRow=0.1,errorRow=0.05,throttle=0.05,error500=0.05";

        RunFolder calm = run("calm", Lane.BATCH, "brokenJson=0.1,wrongSchema=0.05", 7);
        RunFolder batch = run("batch", Lane.BATCH, faults, 20);
        RunFolder realtime = run("realtime", Lane.REALTIME, faults, 13);

        assertThat(batch.outputs().resolve("results.jsonl"))
                .hasSameTextualContentAs(calm.outputs().resolve("results.jsonl"));
        assertThat(realtime.outputs().resolve("results.jsonl"))
                .hasSameTextualContentAs(calm.outputs().resolve("results.jsonl"));
        assertThat(realtime.outputs().resolve("results.csv"))
                .hasSameTextualContentAs(batch.outputs().resolve("results.csv"));
    }

    @ParameterizedTest
    @EnumSource(Lane.class)
    void B1_units_that_fail_once_reach_the_last_step_and_only_they_are_asked_again(Lane lane) throws Exception {
        RunFolder run = run("b1", lane, "brokenJson=0.3", 20);

        RunSummary summary = summary(run);
        assertThat(summary.done() + summary.failed()).isEqualTo(60);
        int rejected = lines(run, "_findings.jsonl").size()
                + lines(run, "_failures.jsonl").size();
        assertThat(rejected).isGreaterThan(5);
        int passed = summary.steps().get(0).done() + summary.steps().get(1).done();
        assertThat(summary.calls()).isEqualTo(passed + rejected);
    }

    @Test
    void B3_a_row_that_is_missing_is_sent_again_and_costs_no_attempt() throws Exception {
        RunFolder run = run("b3", Lane.BATCH, "missingRow=0.3", 20);

        assertThat(summary(run).done()).isEqualTo(60);
        assertThat(summary(run).calls()).isEqualTo(120);
        assertThat(results(run)).anyMatch(row -> row.path("code").asText().equals("missing_row"));
    }

    @Test
    void B4_an_error_row_keeps_what_the_provider_said() throws Exception {
        RunFolder run = run("b4", Lane.BATCH, "errorRow=1", 60);

        List<JsonNode> failures = lines(run, "_failures.jsonl");
        assertThat(failures).hasSize(60).allSatisfy(each -> {
            assertThat(each.path("failure_stage").asText()).isEqualTo("transport");
            assertThat(each.path("errors").path(0).path("message").asText()).contains("HTTP 500");
        });
        assertThat(summary(run).settledPicos()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"truncation=1,truncated", "refusal=1,refused"})
    void C25_C26_cut_and_refused_answers_are_told_apart(String faults, String stage) throws Exception {
        RunFolder run = run("c25", Lane.REALTIME, faults, 60);

        assertThat(lines(run, "_failures.jsonl"))
                .hasSize(60)
                .allSatisfy(
                        each -> assertThat(each.path("failure_stage").asText()).isEqualTo(stage));
        assertThat(summary(run).calls()).isEqualTo(60 * 4);
    }

    @Test
    void B30_a_finished_run_says_when_it_ended_and_its_manifest_agrees() throws Exception {
        RunFolder run = run("b30", Lane.REALTIME, "", 20);

        JsonNode manifest = Json.parse(Files.readAllBytes(run.manifest()));
        assertThat(manifest.path("status").asText()).isEqualTo("complete");
        assertThat(manifest.path("ended").asText()).isNotEmpty();
        assertThat(summary(run).ended()).isNotNull();
    }

    @Test
    void a_calls_key_reaches_no_file_of_the_run() throws Exception {
        RunFolder run = run("secret", Lane.REALTIME, "error500=0.2", 20);

        try (Stream<Path> files = Files.walk(run.root())) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(each, java.nio.charset.StandardCharsets.ISO_8859_1))
                        .as(each.toString())
                        .doesNotContain("sk-simulator");
            }
        }
    }

    @Test
    void many_runs_in_one_process_leave_no_route_and_no_thread_behind() throws Exception {
        try (var engine = engine("")) {
            drive(engine, make("warm", 20), Lane.REALTIME);
            int routes = engine.context().getRoutesSize();
            int threads = Thread.activeCount();

            for (int i = 0; i < 12; i++) {
                drive(engine, make("many" + i, 20), i % 2 == 0 ? Lane.BATCH : Lane.REALTIME);
            }

            assertThat(engine.context().getRoutesSize()).isEqualTo(routes);
            assertThat(Thread.activeCount()).isLessThanOrEqualTo(threads + 12);
        }
    }

    @Test
    void a_live_run_shows_one_route_per_step() throws Exception {
        try (var engine = engine("latency=200..300")) {
            RunFolder folder = make("live", 20);
            LiveRun run = engine.launch(folder, Lane.REALTIME, "test");
            var ids = new HashSet<String>();
            engine.context().getRoutes().forEach(each -> ids.add(each.getRouteId()));
            var names = java.lang.management.ManagementFactory.getPlatformMBeanServer()
                    .queryNames(new javax.management.ObjectName("org.apache.camel:type=routes,*"), null);

            assertThat(ids).contains("live/classify", "live/check");
            assertThat(names).anyMatch(each -> each.toString().contains("live/classify"));
            assertThat(run.awaitEnd(300_000)).isTrue();
            engine.release(run);
        }
    }

    private RunFolder run(String name, Lane lane, String faults, int chunkSize) throws Exception {
        try (var engine = engine(faults)) {
            return drive(engine, make(name, chunkSize), lane);
        }
    }

    private static Engine engine(String faults) {
        var settings = new Engine.Settings(50, 200, Faults.parse(faults), 50);
        return new Engine(settings, REGISTRY, Caravan.kinds(), new RealDisk(), Clock.systemUTC());
    }

    /** Drives a run to its end and holds its books against the simulator's bill, to the token. */
    private static RunFolder drive(Engine engine, RunFolder folder, Lane lane) throws Exception {
        LiveRun run = engine.launch(folder, lane, "test");
        assertThat(run.awaitEnd(300_000)).as("the run ends").isTrue();
        assertThat(run.failure()).isNull();
        assertThat(run.summary().status()).isEqualTo(RunStatus.COMPLETE);
        JsonNode bill = Objects.requireNonNull(engine.simulator(run)).totals();
        engine.release(run);
        Ledger ledger = RunStore.read(folder, Clock.systemUTC()).ledger();
        assertThat(ledger.calls()).isEqualTo(bill.path("calls").longValue());
        assertThat(ledger.usage().input()).isEqualTo(bill.path("input").longValue());
        assertThat(ledger.usage().output()).isEqualTo(bill.path("output").longValue());
        assertThat(BigDecimal.valueOf(ledger.settledPicos(), 12))
                .isEqualByComparingTo(bill.path("usd").decimalValue());
        return folder;
    }

    private RunFolder make(String name, int chunkSize) throws IOException {
        Path copy = folder.resolve("pipelines").resolve(name);
        try (Stream<Path> files = Files.walk(Path.of("pipelines/ticket-triage"))) {
            for (Path each : files.toList()) {
                Path target = copy.resolve(Path.of("pipelines/ticket-triage").relativize(each));
                if (Files.isDirectory(each)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(each, target);
                }
            }
        }
        Path config = copy.resolve("config.yaml");
        Files.writeString(config, Files.readString(config).replace("chunk_size: 20", "chunk_size: " + chunkSize));
        Pipeline pipeline = new PipelineReader(REGISTRY, Map.copyOf(Caravan.kinds())).read(copy, Overrides.NONE);
        var options = new RunMaker.Options(Overrides.NONE, Integer.MAX_VALUE, true);
        return new RunMaker(REGISTRY, new RealDisk(), Clock.systemUTC(), "test")
                .make(pipeline, options, folder.resolve("runs").resolve(name), "test");
    }

    private static RunSummary summary(RunFolder run) {
        return RunStore.summary(RunStore.read(run, Clock.systemUTC()));
    }

    private static List<JsonNode> results(RunFolder run) throws IOException {
        return lines(run, "_results.jsonl");
    }

    private static List<JsonNode> lines(RunFolder run, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(run.root().resolve("chunks"))) {
            var found = new java.util.ArrayList<JsonNode>();
            for (Path each :
                    files.filter(file -> file.toString().endsWith(ending)).toList()) {
                Files.readAllLines(each).forEach(line -> found.add(Json.parse(line)));
            }
            return found;
        }
    }
}
