package dev.caravan.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.app.Caravan;
import dev.caravan.app.Engine;
import dev.caravan.app.EngineSettings;
import dev.caravan.app.ModelCatalogue;
import dev.caravan.base.Disk;
import dev.caravan.base.Json;
import dev.caravan.base.RealDisk;
import dev.caravan.base.UserMistakeException;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.execution.LiveRun;
import dev.caravan.execution.RunMaker;
import dev.caravan.pipeline.CallOverrides;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.PipelineReader;
import dev.caravan.pipeline.RunOptions;
import dev.caravan.prompt.RenderingRule;
import dev.caravan.provider.Lane;
import dev.caravan.repair.RunVerification;
import dev.caravan.run.Ledger;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.run.RunSummary;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.SimulatorFaults;
import dev.caravan.simulator.SimulatorSettings;
import dev.caravan.step.RunSteps;
import dev.caravan.validation.ReadingRule;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Runs of the shipped pipeline in a folder of their own, and what must hold of each. */
public final class ShippedRun {
    private static final ModelRegistry REGISTRY = ModelRegistry.shipped();
    private static final long LONGEST_RUN_MILLIS = 300_000;

    private final Path folder;
    private final String giveUpAfter;

    public ShippedRun(Path folder) {
        this(folder, "10m");
    }

    public ShippedRun(Path folder, String giveUpAfter) {
        this.folder = folder;
        this.giveUpAfter = giveUpAfter;
    }

    public static Engine engine(String faults, long jobMillis, Disk disk) {
        return engine(faults, jobMillis, 60_000, disk);
    }

    public static Engine engine(String faults, long jobMillis, long graceMillis, Disk disk) {
        var settings = new EngineSettings(50, 200, graceMillis, SimulatorFaults.parse(faults), jobMillis);
        return new Engine(settings, REGISTRY, Caravan.kinds(), disk, Clock.systemUTC());
    }

    public static Engine engine(String faults) {
        return engine(faults, 50, new RealDisk());
    }

    /** A run of its own, driven to its end. */
    public RunFolder run(String name, Lane lane, String faults, int chunkSize) throws Exception {
        try (var engine = engine(faults)) {
            return drive(engine, make(name, chunkSize, Integer.MAX_VALUE), lane);
        }
    }

    /** Drives a run to its end and holds its books against the simulator's bill, to the token. */
    public static RunFolder drive(Engine engine, RunFolder folder, Lane lane) throws Exception {
        LiveRun run = engine.launch(folder, lane, "test");
        JsonNode bill;
        try {
            assertThat(run.awaitEnd(LONGEST_RUN_MILLIS)).as("the run ends").isTrue();
            assertThat(run.failure()).isNull();
            assertThat(run.summary().status()).isEqualTo(RunStatus.COMPLETE);
            bill = Objects.requireNonNull(engine.simulator(run)).totals();
        } finally {
            engine.release(run);
        }
        booksEqual(folder, bill);
        assertThat(RunVerification.of(folder).trouble()).isEmpty();
        return folder;
    }

    public static void booksEqual(RunFolder folder, JsonNode bill) {
        Ledger ledger = RunStore.read(folder).ledger();
        assertThat(ledger.calls()).isEqualTo(bill.path("calls").longValue());
        assertThat(ledger.usage().input()).isEqualTo(bill.path("input").longValue());
        assertThat(ledger.usage().output()).isEqualTo(bill.path("output").longValue());
        assertThat(BigDecimal.valueOf(ledger.settledPicos(), 12))
                .isEqualByComparingTo(bill.path("usd").decimalValue());
    }

    /** Settled ≤ bill ≤ settled + at risk; in batch equal, and no intent with two jobs. */
    public static void lawHolds(RunState state, JsonNode bill, Lane lane) {
        BigDecimal settled = BigDecimal.valueOf(state.ledger().settledPicos(), 12);
        BigDecimal risk = BigDecimal.valueOf(state.atRiskPicos(), 12);
        BigDecimal billed = bill.path("totals").path("usd").decimalValue();
        assertThat(settled).isLessThanOrEqualTo(billed);
        assertThat(billed).isLessThanOrEqualTo(settled.add(risk));
        if (lane == Lane.BATCH) {
            assertThat(settled).isEqualByComparingTo(billed);
            assertThat(nonces(bill)).doesNotHaveDuplicates();
        }
    }

    /** The intents under which jobs were made; anthropic's carry none. */
    private static List<String> nonces(JsonNode bill) {
        var nonces = new ArrayList<String>();
        for (JsonNode each : bill.path("jobs")) {
            JsonNode given = each.path("metadata");
            String nonce =
                    given.path("caravan_nonce").asText(given.path("displayName").asText(""));
            if (!nonce.isEmpty()) {
                nonces.add(nonce);
            }
        }
        return nonces;
    }

    /** What the run's simulator billed, read from its folder once whoever was at the run has left it. */
    public static JsonNode bill(RunFolder run) {
        return await().atMost(Duration.ofMillis(LONGEST_RUN_MILLIS))
                .ignoreException(UserMistakeException.class)
                .until(() -> left(run), Objects::nonNull);
    }

    private static JsonNode left(RunFolder run) {
        var settings = new SimulatorSettings(
                simulatorHome(run),
                1,
                0,
                "",
                50,
                1,
                SimulatorFaults.NONE,
                new ModelCatalogue(REGISTRY),
                Clock.systemUTC());
        try (var simulator = Simulator.start(settings)) {
            return simulator.bill();
        }
    }

    /** The lines of that bill, one a call. */
    public static List<JsonNode> bills(RunFolder run) throws IOException {
        var lines = new ArrayList<JsonNode>();
        try (Stream<Path> files = Files.walk(simulatorHome(run))) {
            for (Path each : files.filter(file -> file.endsWith("bill.jsonl")
                            || String.valueOf(file.getParent()).endsWith("bills"))
                    .toList()) {
                Files.readAllLines(each).forEach(line -> lines.add(Json.parse(line)));
            }
        }
        return lines;
    }

    public static Path simulatorHome(RunFolder run) {
        return Objects.requireNonNull(run.root().toAbsolutePath().getParent())
                .resolve(".simulator")
                .resolve(run.name());
    }

    /** Copies a shipped pipeline, and says where to. */
    public static Path copy(String name, Path to) throws IOException {
        Path shipped = Path.of("pipelines", name);
        try (Stream<Path> files = Files.walk(shipped)) {
            for (Path each : files.toList()) {
                Path target = to.resolve(shipped.relativize(each));
                if (Files.isDirectory(each)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(each, target);
                }
            }
        }
        return to;
    }

    /** A copy of the shipped pipeline with another chunk size. */
    public Path pipeline(String name, int chunkSize) throws IOException {
        Path copy = copy("ticket-triage", folder.resolve("pipelines").resolve(name));
        Path config = copy.resolve("config.yaml");
        Files.writeString(
                config,
                Files.readString(config)
                        .replace(
                                "chunk_size: 20",
                                "chunk_size: " + chunkSize + "\n  brake: off\n  give_up_after: " + giveUpAfter));
        return copy;
    }

    public RunFolder make(String name, int chunkSize, int units) throws IOException {
        return make(pipeline(name, chunkSize), name, units);
    }

    public RunFolder make(Path from, String name, int units) {
        return make(read(from), name, units);
    }

    public RunFolder make(Pipeline pipeline, String name, int units) {
        return make(pipeline, name, units, CallOverrides.NONE);
    }

    public RunFolder make(Pipeline pipeline, String name, int units, CallOverrides overrides) {
        var options = new RunOptions(overrides, units, true);
        return new RunMaker(REGISTRY, Caravan.kinds(), new RealDisk(), Clock.systemUTC(), "test")
                .make(pipeline, options, folder.resolve("runs").resolve(name), "test");
    }

    /** How runs of the shipped pipeline judge. */
    public static RunSteps judging() {
        return RunSteps.of(
                List.of(read(Path.of("pipelines/ticket-triage"))),
                List.of(ReadingRule.NEWEST.number()),
                RenderingRule.NEWEST.number(),
                Caravan.kinds());
    }

    public static Pipeline read(Path folder) {
        return read(folder, CallOverrides.NONE);
    }

    public static Pipeline read(Path folder, CallOverrides overrides) {
        return new PipelineReader(REGISTRY, Map.copyOf(Caravan.kinds())).read(folder, overrides);
    }

    /** What a call says that only names a provider. */
    public static CallOverrides at(String provider) {
        return new CallOverrides(provider, null, null, null, null);
    }

    /** The provider that a crash test runs against, unless {@code -Dcaravan.provider} names another. */
    public static String provider(String usual) {
        return System.getProperty("caravan.provider", usual);
    }

    public static RunSummary summary(RunFolder run) {
        return RunStore.summary(RunStore.read(run));
    }

    public static List<JsonNode> lines(RunFolder run, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(run.root().resolve("chunks"))) {
            var found = new ArrayList<JsonNode>();
            for (Path each :
                    files.filter(file -> file.toString().endsWith(ending)).toList()) {
                Files.readAllLines(each).forEach(line -> found.add(Json.parse(line)));
            }
            return found;
        }
    }
}
