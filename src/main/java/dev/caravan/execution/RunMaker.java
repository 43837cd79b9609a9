package dev.caravan.execution;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Disk;
import dev.caravan.base.Json;
import dev.caravan.base.UserMistakeException;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.cost.RunPrices;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.PipelineSnapshot;
import dev.caravan.pipeline.RunOptions;
import dev.caravan.pipeline.Step;
import dev.caravan.pipeline.StepGrammar;
import dev.caravan.pipeline.Task;
import dev.caravan.pipeline.UnitIds;
import dev.caravan.pipeline.UnitWriter;
import dev.caravan.run.GivenFiles;
import dev.caravan.run.RuleNumbers;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFacts;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunMaking;
import dev.caravan.run.RunStore;
import dev.caravan.run.StepFact;
import dev.caravan.step.NumberedRules;
import dev.caravan.step.StepKind;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** Makes a run's folder from a pipeline: whole, or not at all. */
public final class RunMaker {
    private final ModelRegistry registry;
    private final Map<String, StepKind> kinds;
    private final Disk disk;
    private final Clock clock;
    private final String version;

    public RunMaker(ModelRegistry registry, Map<String, StepKind> kinds, Disk disk, Clock clock, String version) {
        this.registry = registry;
        this.kinds = kinds;
        this.disk = disk;
        this.clock = clock;
        this.version = version;
    }

    public RunFolder make(Pipeline pipeline, RunOptions options, Path target, String actor) {
        return make(pipeline, options, target, actor, List.of());
    }

    /**
     * As the other.
     *
     * @param told what else the run's journal begins with, after its making
     * @throws dev.caravan.run.NameTakenException when somebody else's run bears that name; nothing was made
     */
    public RunFolder make(Pipeline pipeline, RunOptions options, Path target, String actor, List<RunEvent> told) {
        new RunFolder(target).checkPlace();
        try (RunMaking making = RunMaking.begin(target, disk, clock)) {
            fill(pipeline, options, making, String.valueOf(target.getFileName()), actor, told);
            return making.finish();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + target, e);
        }
    }

    private void fill(
            Pipeline pipeline, RunOptions options, RunMaking making, String name, String actor, List<RunEvent> told)
            throws IOException {
        RunFolder folder = making.folder();
        disk.createDirectories(Objects.requireNonNull(folder.units().getParent()));
        int units;
        String unitsDigest;
        try (Disk.Replacement file = disk.replaceStreaming(folder.units())) {
            var counted = new GivenFiles.Counted(file.out());
            OutputStream out = new BufferedOutputStream(counted, 1 << 16);
            units = UnitWriter.write(pipeline, out, options.maxUnits());
            out.flush();
            unitsDigest = counted.digest();
            file.commit();
        }
        if (units == 0) {
            throw new UserMistakeException("--max-units", "", "leaves no units to run");
        }
        PipelineSnapshot.copy(pipeline, options.overrides(), folder.config(), disk);
        SortedMap<String, String> given = GivenFiles.of(folder, folder.config());
        given.put(GivenFiles.name(folder, folder.units()), unitsDigest);
        var giveUp = pipeline.giveUpAfter();
        var facts = new RunFacts(
                name,
                pipeline.name(),
                new RunFacts.Digests(
                        PipelineSnapshot.digest(pipeline), PipelineSnapshot.itemsDigest(pipeline), options.digest()),
                units,
                pipeline.chunkSize(),
                pipeline.steps().stream().map(this::fact).toList(),
                pipeline.tasks().stream().map(Task::slug).toList(),
                pipeline.maxRetries(),
                pipeline.maxInflightJobs(),
                pipeline.brake(),
                giveUp == null ? null : giveUp.toSeconds(),
                new RunFacts.Pilot(options.pilot(), options.pilotPercent()),
                options.simulated(),
                new RuleNumbers(
                        NumberedRules.NEWEST.reading().number(),
                        UnitIds.RULE,
                        RuleNumbers.NEWEST_OUTPUTS_FORM,
                        NumberedRules.NEWEST.rendering().number()),
                prices(pipeline),
                given,
                version);
        try (RunStore store = making.open(actor)) {
            store.recordAndWait(new RunEvent.RunCreated(facts));
            told.forEach(store::recordAndWait);
        }
    }

    private StepFact fact(Step step) {
        StepKind kind = StepGrammar.of(kinds, step);
        return new StepFact(step.name(), role(kind), !kind.manner().asksProvider(), step.retryFrom(), step.escalates());
    }

    private static StepFact.Role role(StepKind kind) {
        if (kind.manner().waitsForPerson()) {
            return StepFact.Role.APPROVAL;
        }
        return switch (kind.role()) {
            case FAN_OUT -> StepFact.Role.FAN_OUT;
            case GATHER -> StepFact.Role.GATHER;
            default -> StepFact.Role.PLAIN;
        };
    }

    private ObjectNode prices(Pipeline pipeline) {
        ObjectNode prices = Json.object();
        for (Step each : pipeline.steps()) {
            prices.set(each.name(), price(each.model()));
            if (each.escalates()) {
                prices.set(each.name() + RunPrices.AGAIN, price(each.model(true)));
            }
        }
        return prices;
    }

    private @Nullable ObjectNode price(String model) {
        return registry.price(model)
                .map(price -> Json.mapper().<ObjectNode>valueToTree(price))
                .orElse(null);
    }
}
