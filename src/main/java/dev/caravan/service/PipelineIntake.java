package dev.caravan.service;

import dev.caravan.base.Crc32c;
import dev.caravan.base.Disk;
import dev.caravan.base.UserMistakeException;
import dev.caravan.cost.CapCheck;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.cost.MoneyText;
import dev.caravan.estimate.Estimate;
import dev.caravan.execution.RunMaker;
import dev.caravan.journal.CorruptJournalException;
import dev.caravan.pipeline.CallOverrides;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.PipelineReader;
import dev.caravan.pipeline.RunOptions;
import dev.caravan.pipeline.Step;
import dev.caravan.pipeline.StepGrammar;
import dev.caravan.pipeline.UnitWriter;
import dev.caravan.provider.Lane;
import dev.caravan.report.LeftRun;
import dev.caravan.run.CostOutlook;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStore;
import dev.caravan.run.RunsFolder;
import dev.caravan.step.StepKind;
import dev.caravan.task.TrustStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/** Checks pipelines that came in, as {@code validate-config} does, and makes runs of them. */
final class PipelineIntake {
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
    private final ArrivalEstimate foresight;
    private final RunLauncher launcher;

    PipelineIntake(
            ServeSettings settings,
            RunLauncher launcher,
            ModelRegistry registry,
            Map<String, StepKind> kinds,
            Disk disk,
            Clock clock,
            String version) {
        this.settings = settings;
        this.launcher = launcher;
        this.registry = registry;
        this.kinds = kinds;
        this.disk = disk;
        this.clock = clock;
        this.version = version;
        foresight = new ArrivalEstimate(settings.runs(), registry, kinds);
    }

    /**
     * Reads all of a pipeline.
     *
     * @param items another file of items than its config names, inside its folder; or empty
     * @throws UserMistakeException naming every problem
     */
    Checked check(Path folder, String items) {
        return check(read(folder, items), Integer.MAX_VALUE);
    }

    /** As the other, of what somebody starts. */
    Checked check(Path folder, StartRequest wish) {
        var reader = new PipelineReader(registry, Map.copyOf(kinds));
        return check(reader.read(folder, wish.overrides(), ""), wish.maxUnits());
    }

    private static Checked check(Pipeline pipeline, int maxUnits) {
        TrustStore.ofWorkingFolder().check(pipeline);
        return new Checked(pipeline, UnitWriter.make(pipeline, maxUnits, unit -> {}));
    }

    /** Reads a pipeline without making its units. */
    Pipeline read(Path folder, String items) {
        return new PipelineReader(registry, Map.copyOf(kinds)).read(folder, CallOverrides.NONE, items);
    }

    RunFolder folder(String run) {
        return new RunFolder(settings.runs().resolve(run));
    }

    /** A made run is there as a whole, or not at all. */
    boolean isMade(String run) {
        return Files.exists(folder(run).journal());
    }

    /** Whether the run of this name is one that the service made. One that cannot be read is told when it is taken. */
    boolean isOurs(String run) {
        try {
            return RunStore.read(folder(run)).served();
        } catch (UserMistakeException | CorruptJournalException e) {
            return true;
        }
    }

    /** Earlier runs of a pipeline that nobody goes on with, though jobs of theirs lie at a provider. */
    List<LeftRun> left(Checked checked) {
        List<RunFolder> runs = new RunsFolder(settings.runs())
                .all().stream()
                        .sorted(Comparator.comparing(RunFolder::name).reversed())
                        .toList();
        String options = options(checked.pipeline(), StartRequest.NONE).digest();
        return LeftRun.among(runs, checked.pipeline(), options, settings.memory()).stream()
                .filter(each -> !each.run().jobs().out().isEmpty())
                .toList();
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

    /** A name for a run that somebody starts: never that of one which comes in at the same time. */
    String fresh(String pipeline) {
        return name(
                pipeline,
                STAMP.format(clock.instant()) + "-"
                        + UUID.randomUUID().toString().substring(0, 6));
    }

    /** The name of a run that follows from what it is made of, so that it is made once. */
    static String name(String pipeline, String mark) {
        String safe = pipeline.replaceAll("[^A-Za-z0-9._-]", "-");
        return safe.substring(0, Math.min(safe.length(), LONGEST_NAME)) + "_" + mark;
    }

    /** As the other, and never the name that another pipeline's run gets, though their names differ in signs only. */
    static String nameOfItsOwn(String pipeline, String mark) {
        String plain = name(pipeline, mark);
        return plain.equals(pipeline + "_" + mark)
                ? plain
                : plain + "-" + "%08x".formatted(Crc32c.of(pipeline.getBytes(StandardCharsets.UTF_8)));
    }

    /** What a run of a pipeline would cost if it were made now. */
    Estimate estimate(Path folder) {
        Pipeline pipeline = check(folder, "").pipeline();
        RunOptions options = options(pipeline, StartRequest.NONE);
        return foresight.estimate(
                pipeline, options, launcher.lane(pipeline, options.simulated(), null, settings.lane()));
    }

    /** Makes a run that starts in its turn; unless it may spend by itself, a person must approve it first. */
    RunFolder make(Checked checked, String run) {
        return make(checked, run, StartRequest.NONE);
    }

    /** As the other, as somebody wants it. */
    RunFolder make(Checked checked, String run, StartRequest wish) {
        Pipeline pipeline = checked.pipeline();
        RunOptions options = options(pipeline, wish);
        Lane lane = ready(pipeline, wish);
        var told = new ArrayList<RunEvent>(List.of(new RunEvent.RunQueued(lane)));
        if (wish.capPicos() >= 0) {
            CapCheck.check(pipeline, kinds, registry, lane, wish.capPicos());
        }
        told.addAll(spending(checked, options, lane, wish));
        if (wish.capPicos() >= 0) {
            told.removeIf(each -> each instanceof RunEvent.CapSet set && set.picos() > wish.capPicos());
            if (told.stream().noneMatch(RunEvent.CapSet.class::isInstance)) {
                told.add(new RunEvent.CapSet(wish.capPicos()));
            }
        }
        return new RunMaker(registry, kinds, disk, clock, version)
                .make(pipeline, options, settings.runs().resolve(run), "service", told);
    }

    /** Who lets the run spend, or the question for it; nothing where it buys nothing. */
    private List<RunEvent> spending(Checked checked, RunOptions options, Lane lane, StartRequest wish) {
        Pipeline pipeline = checked.pipeline();
        Set<String> asked = providers(pipeline);
        if (options.simulated() || asked.isEmpty()) {
            return List.of();
        }
        ArrivalEstimate.Seen seen = foresight.look(pipeline, options, lane);
        if (wish.approvedBy().isEmpty()) {
            return spending(checked.units() + " units at " + String.join(", ", asked), seen, pipeline, lane);
        }
        CostOutlook outlook = seen.outlook();
        return List.of(new RunEvent.CostApproved(wish.approvedBy(), outlook.expectedPicos(), outlook.highPicos()));
    }

    /**
     * In which way a run of this pipeline is asked, that could be made now.
     *
     * @throws dev.caravan.base.NotReadyException when a key, an address or routes are missing
     */
    Lane ready(Pipeline pipeline, StartRequest wish) {
        boolean simulated = options(pipeline, wish).simulated();
        Lane lane = launcher.lane(pipeline, simulated, wish.lane(), settings.lane());
        launcher.check(pipeline, simulated, lane);
        return lane;
    }

    /** What is asked of a run of this pipeline; tells a request that comes again from another one. */
    RunOptions options(Pipeline pipeline, StartRequest wish) {
        return new RunOptions(
                wish.overrides(), wish.maxUnits(), settings.simulate() || wish.simulate() || pipeline.simulated());
    }

    /** As long as nobody approved it: the service lets it spend up to what its operator said, or asks. */
    private List<RunEvent> spending(String what, ArrivalEstimate.Seen seen, Pipeline pipeline, Lane lane) {
        CostOutlook outlook = seen.outlook();
        long limit = settings.spend().belowPicos();
        String question = what + ": " + seen.words();
        if (!settings.spend().allows(outlook)) {
            return List.of(new RunEvent.ApprovalAsked(question, outlook));
        }
        Optional<String> trouble = foresight.cannotKeep(pipeline, lane, limit);
        if (trouble.isPresent()) {
            return List.of(new RunEvent.ApprovalAsked(
                    question + "; it does not start by itself, for no cap can be kept: " + trouble.get(), outlook));
        }
        // What was estimated may turn out wrong; the limit holds all the same.
        return List.of(
                new RunEvent.CapSet(limit),
                new RunEvent.CostApproved(
                        "--auto-start-below " + MoneyText.display(limit),
                        outlook.expectedPicos(),
                        outlook.highPicos()));
    }

    private Set<String> providers(Pipeline pipeline) {
        var asked = new TreeSet<String>();
        for (Step each : pipeline.steps()) {
            if (StepGrammar.of(kinds, each).manner().asksProvider()) {
                asked.add(each.provider());
            }
        }
        return asked;
    }
}
