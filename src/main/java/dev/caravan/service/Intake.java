package dev.caravan.service;

import dev.caravan.base.Disk;
import dev.caravan.base.InvalidFileException;
import dev.caravan.cost.Forecast;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.execution.Amounts;
import dev.caravan.execution.RunMaker;
import dev.caravan.execution.StepKind;
import dev.caravan.pipeline.Overrides;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.PipelineReader;
import dev.caravan.pipeline.Step;
import dev.caravan.pipeline.UnitWriter;
import dev.caravan.provider.Lane;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFolder;
import dev.caravan.task.Trust;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** Checks pipelines that came in, as {@code validate-config} does, and makes runs of them. */
final class Intake {
    private static final int LONGEST_NAME = 60;
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    /** A pipeline that can be used. */
    record Checked(Pipeline pipeline, int units) {}

    private final ServeSettings settings;
    private final ModelRegistry registry;
    private final Map<String, StepKind> kinds;
    private final Disk disk;
    private final Clock clock;
    private final String version;

    Intake(
            ServeSettings settings,
            ModelRegistry registry,
            Map<String, StepKind> kinds,
            Disk disk,
            Clock clock,
            String version) {
        this.settings = settings;
        this.registry = registry;
        this.kinds = kinds;
        this.disk = disk;
        this.clock = clock;
        this.version = version;
    }

    /**
     * Reads all of a pipeline.
     *
     * @param items another file of items than its config names, inside its folder; or empty
     * @throws InvalidFileException naming every problem
     */
    Checked check(Path folder, String items) {
        Pipeline pipeline = read(folder, items);
        Trust.ofWorkingFolder().check(pipeline);
        return new Checked(pipeline, UnitWriter.make(pipeline, Integer.MAX_VALUE, unit -> {}));
    }

    /** Reads a pipeline without making its units. */
    Pipeline read(Path folder, String items) {
        return new PipelineReader(registry, Map.copyOf(kinds)).read(folder, Overrides.NONE, items);
    }

    RunFolder folder(String run) {
        return new RunFolder(settings.runs().resolve(run));
    }

    /** A made run is there as a whole, or not at all. */
    boolean isMade(String run) {
        return Files.exists(folder(run).journal());
    }

    /** A name for a run of a pipeline that neither a run nor one of the given bears. */
    String fresh(String pipeline, Set<String> taken) {
        String base = name(pipeline, STAMP.format(clock.instant()));
        String free = base;
        for (int i = 2; taken.contains(free) || Files.exists(settings.runs().resolve(free)); i++) {
            free = base + "-" + i;
        }
        return free;
    }

    /** The name of a run that follows from what it is made of, so that it is made once. */
    static String name(String pipeline, String mark) {
        String safe = pipeline.replaceAll("[^A-Za-z0-9._-]", "-");
        return safe.substring(0, Math.min(safe.length(), LONGEST_NAME)) + "_" + mark;
    }

    /** Makes a run that starts in its turn; unless it may spend by itself, a person must approve it first. */
    RunFolder make(Checked checked, String run) {
        Pipeline pipeline = checked.pipeline();
        boolean simulated = settings.simulate() || pipeline.simulated();
        Set<String> asked = providers(pipeline);
        Forecast estimate = Forecast.UNKNOWN;
        var told = new ArrayList<RunEvent>(List.of(new RunEvent.RunQueued(lane(asked, simulated))));
        if (!settings.spend().startsByItself(simulated || asked.isEmpty(), estimate)) {
            told.add(new RunEvent.ApprovalAsked(
                    checked.units() + " units at " + String.join(", ", asked) + cost(estimate),
                    estimate.expected(),
                    estimate.high()));
        }
        var options = new RunMaker.Options(Overrides.NONE, Integer.MAX_VALUE, simulated);
        return new RunMaker(registry, kinds, disk, clock, version)
                .make(pipeline, options, settings.runs().resolve(run), "service", told);
    }

    private static String cost(Forecast estimate) {
        return estimate.high() < 0
                ? "; what they cost is not estimated"
                : "; about " + Amounts.display(estimate.expected()) + ", at most " + Amounts.display(estimate.high());
    }

    private Set<String> providers(Pipeline pipeline) {
        var asked = new TreeSet<String>();
        for (Step each : pipeline.steps()) {
            if (Objects.requireNonNull(kinds.get(each.kind())).asks()) {
                asked.add(each.provider());
            }
        }
        return asked;
    }

    /** A provider that is not known to take batches is asked in realtime. */
    private Lane lane(Set<String> asked, boolean simulated) {
        boolean batches = simulated
                || asked.stream()
                        .allMatch(each -> registry.provider(each).batch().equals("yes"));
        return batches ? settings.lane() : Lane.REALTIME;
    }
}
