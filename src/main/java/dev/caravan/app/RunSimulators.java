package dev.caravan.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.execution.LiveRun;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.Step;
import dev.caravan.run.RunFolder;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.SimulatorSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The simulators that take the place of providers: one for each simulated run that is at work. */
final class RunSimulators {
    private static final long SEED = 1;

    private final EngineSettings settings;
    private final ModelRegistry registry;
    private final Clock clock;
    private final Map<LiveRun, Simulator> ofRuns = new ConcurrentHashMap<>();

    RunSimulators(EngineSettings settings, ModelRegistry registry, Clock clock) {
        this.settings = settings;
        this.registry = registry;
        this.clock = clock;
    }

    /** What it has of earlier processes lies beside the run. */
    Simulator start(RunFolder folder, Pipeline pipeline) {
        Path home = Objects.requireNonNull(folder.root().toAbsolutePath().getParent())
                .resolve(".simulator")
                .resolve(folder.name());
        var its = new SimulatorSettings(
                home,
                SEED,
                0,
                SimulatorSettings.KEY,
                settings.simulatedJobMillis(),
                1,
                settings.faults(),
                new ModelCatalogue(registry),
                clock);
        return Simulator.start(its, simulator -> tell(simulator, pipeline));
    }

    private static void tell(Simulator simulator, Pipeline pipeline) {
        for (Step each : pipeline.steps()) {
            JsonNode block = each.simulate();
            if (block != null) {
                simulator.answers(each.name(), block);
            }
            JsonNode schema = each.schemaIn(pipeline.folder());
            if (schema != null) {
                simulator.schema(each.name(), schema);
            }
        }
    }

    void keep(LiveRun run, Simulator simulator) {
        ofRuns.put(run, simulator);
    }

    @Nullable Simulator of(LiveRun run) {
        return ofRuns.get(run);
    }

    void close(LiveRun run) {
        Simulator simulator = ofRuns.remove(run);
        if (simulator != null) {
            simulator.close();
        }
    }
}
