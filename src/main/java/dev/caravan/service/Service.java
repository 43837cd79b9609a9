package dev.caravan.service;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.arrival.ArrivalDecision;
import dev.caravan.arrival.ArrivalLimits;
import dev.caravan.arrival.ArrivalWatcher;
import dev.caravan.arrival.FolderRecord;
import dev.caravan.base.Disk;
import dev.caravan.base.Sha256;
import dev.caravan.base.UserMistakeException;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.estimate.EstimateJson;
import dev.caravan.journal.CorruptJournalException;
import dev.caravan.lease.Lease;
import dev.caravan.pipeline.UnitWriter;
import dev.caravan.report.CheckJson;
import dev.caravan.report.PipelineHints;
import dev.caravan.run.CommandFolder;
import dev.caravan.run.NameTakenException;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.run.RunSummary;
import dev.caravan.run.RunsFolder;
import dev.caravan.step.StepKind;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.BooleanSupplier;

/**
 * A service over one folder of pipelines and one of runs. Whoever has its clock calls {@link #look}, {@link #answer},
 * {@link #tend} and {@link #keepTimes} about once a second, each one not twice at a time.
 */
public final class Service {
    private static final Duration RECENT = Duration.ofDays(1);

    private final ServeSettings settings;
    private final Clock clock;
    private final NoticeSink notices;
    private final ServiceRoster roster;
    private final ArrivalReception reception;
    private final ScheduledStarts timetable;
    private final ArrivalWatcher arrivals;
    private final ModelRegistry registry;
    private final Map<String, StepKind> kinds;
    private final PipelineIntake intake;

    /** @param version of Caravan, which runs note */
    public Service(
            ServeSettings settings,
            RunLauncher launcher,
            NoticeSink notices,
            ModelRegistry registry,
            Map<String, StepKind> kinds,
            Disk disk,
            Clock clock,
            String version) {
        this.settings = settings;
        this.clock = clock;
        this.notices = notices;
        roster = new ServiceRoster(
                settings.liveRuns(),
                launcher,
                notices,
                new PendingApprovals(disk, clock),
                new ResultExpiry(registry, clock, notices));
        arrivals = new ArrivalWatcher(settings.pipelines(), arrivals(settings), disk, clock, ArrivalLimits.usual());
        this.registry = registry;
        this.kinds = kinds;
        intake = new PipelineIntake(settings, launcher, registry, kinds, disk, clock, version);
        reception = new ArrivalReception(arrivals, intake, roster, notices, settings.pipelines());
        var times = new ScheduleTimes(settings.memory().resolve("schedules.json"), disk);
        timetable = new ScheduledStarts(arrivals, settings.pipelines(), intake, roster, times, clock, notices);
    }

    /** As early as the service may: what is dropped while it starts has come in. The caller holds its lease. */
    public static void note(ServeSettings settings, Disk disk, Clock clock) {
        ArrivalWatcher.begin(settings.pipelines(), arrivals(settings), disk, clock);
    }

    private static Path arrivals(ServeSettings settings) {
        return settings.memory().resolve("arrivals.json");
    }

    /** A run of this service, as it was found. */
    private record Kept(RunFolder folder, boolean begun, boolean waits, Instant made) {}

    /**
     * Takes up again what an earlier process of the service was at: first what had begun, then in order of making.
     *
     * @param url where it answers over HTTP, or empty
     * @param found told how each run of the service stands that ended or paused not long ago
     */
    public void begin(String url, NoticeSink found) {
        List<ArrivalDecision> there = look();
        List<Kept> kept = kept(found);
        long waiting = kept.stream().filter(Kept::waits).count();
        notices.tell(
                ServiceNotice.What.SERVING,
                settings.pipelines().toString(),
                "ready; runs in " + settings.runs() + ", " + kept.size() + " of them are not over, " + waiting
                        + " of these wait for approval; process "
                        + ProcessHandle.current().pid() + (url.isEmpty() ? "" : "; HTTP at " + url));
        kept.forEach(each -> roster.take(each.folder()));
        there.forEach(this::answer);
    }

    /** Runs of this service that are not over, in the order in which they go on. */
    private List<Kept> kept(NoticeSink found) {
        var kept = new ArrayList<Kept>();
        for (RunFolder each : runs()) {
            try {
                RunState state = RunStore.read(each);
                if (state.created() && state.served()) {
                    RunSummary run = RunStore.summary(state);
                    told(each, run, found);
                    if (!isOver(state)) {
                        kept.add(new Kept(
                                each,
                                state.status() == RunStatus.RUNNING,
                                state.waitsForApproval(),
                                run.times().created()));
                    }
                }
            } catch (UserMistakeException | CorruptJournalException e) {
                notices.tell(ServiceNotice.What.FAILED, each.name(), String.valueOf(e.getMessage()));
            }
        }
        kept.sort(Comparator.comparing(Kept::begun).reversed().thenComparing(Kept::made));
        return kept;
    }

    private void told(RunFolder folder, RunSummary run, NoticeSink found) {
        boolean rests = run.status().terminal() || run.status() == RunStatus.PAUSED;
        if (rests && run.times().lastProgress().plus(RECENT).isAfter(clock.instant())) {
            found.tell(RunEndings.what(run), folder.name(), RunEndings.of(run));
        }
    }

    private static boolean isOver(RunState state) {
        return state.status().terminal() && RunSummary.jobs(state).isEmpty();
    }

    private List<RunFolder> runs() {
        return new RunsFolder(settings.runs()).all();
    }

    /**
     * A run that somebody started.
     *
     * @param fresh whether this call made it; it was there before when the same was asked for again
     */
    public record Made(RunFolder folder, boolean fresh) {}

    /**
     * Makes a run of a pipeline that lies there, which starts in its turn, or waits for approval.
     *
     * @param key a word of the caller's: whatever happens, and however often he asks, one run is made for it; empty to
     *     make another one each time
     * @throws UserMistakeException when the pipeline cannot be used, or the key was used for something else
     */
    public Made start(String pipeline, StartRequest wish, String key) {
        Path folder = settings.pipelines().resolve(pipeline);
        String run = key.isEmpty() ? intake.fresh(pipeline) : PipelineIntake.name(pipeline, "key-" + digest(key));
        synchronized (intake) {
            boolean fresh = !intake.isMade(run);
            if (fresh) {
                made(folder, run, wish);
            } else {
                checkSame(intake.folder(run), folder, wish);
            }
            roster.take(intake.folder(run));
            return new Made(intake.folder(run), fresh);
        }
    }

    private void made(Path pipeline, String run, StartRequest wish) {
        try {
            intake.make(intake.check(pipeline, wish), run, wish);
        } catch (NameTakenException e) {
            throw new UserMistakeException(intake.folder(run).root().toString(), "", String.valueOf(e.getMessage()));
        }
    }

    private void checkSame(RunFolder run, Path pipeline, StartRequest wish) {
        String options = intake.options(intake.read(pipeline, ""), wish).digest();
        if (!RunStore.read(run).facts().digests().options().equals(options)) {
            throw new UserMistakeException(
                    "Idempotency-Key", "", "was used before with other options, for " + run.name());
        }
    }

    private static String digest(String key) {
        return Sha256.hex(key).substring(0, 16);
    }

    /** Checks a pipeline that lies there, as the service does before it makes a run of it. */
    public ObjectNode check(String pipeline) {
        PipelineIntake.Checked checked = intake.check(settings.pipelines().resolve(pipeline), "");
        return CheckJson.of(checked.pipeline(), checked.units(), PipelineHints.of(checked.pipeline(), kinds, registry));
    }

    /** What a run of a pipeline that lies there would cost. */
    public ObjectNode estimate(String pipeline) {
        return EstimateJson.of(intake.estimate(settings.pipelines().resolve(pipeline)));
    }

    /** Goes on with a paused run in its turn. */
    public void resume(RunFolder run, String actor) {
        resume(run, actor, () -> {});
    }

    /** @param first what is done to the run before, while nobody is at it; nothing goes on where that fails */
    public void resume(RunFolder run, String actor, Runnable first) {
        roster.resume(run, actor, first);
    }

    /**
     * Goes on with a run of this service that another process took: that one is asked to give it back.
     *
     * @throws UserMistakeException when it cannot go on, or is at work here
     */
    public void restart(RunFolder run, String actor) {
        // Numbers of processes are no proof: each container has a first one.
        if (!Lease.isHeldHere(run.root()) && Lease.isHeld(run.root())) {
            // Before it is taken: what was asked before a process took a run is none of that process's.
            new CommandFolder(run).send(CommandFolder.Verb.PAUSE, actor, CommandFolder.HAND_OVER, clock.instant());
        }
        roster.resume(run, actor, () -> {});
    }

    /** The first units of a pipeline that lies there, as a run of it would have them. */
    public List<ObjectNode> units(String pipeline, int most) {
        return UnitWriter.first(intake.read(settings.pipelines().resolve(pipeline), ""), most);
    }

    /** What is remembered of what lies in the folder of pipelines. */
    public List<FolderRecord> pipelines() {
        return arrivals.standings();
    }

    /** What lay there at the last look and is not taken yet, each with the reason. */
    public SortedMap<String, String> heldBack() {
        return arrivals.held();
    }

    public ServeSettings settings() {
        return settings;
    }

    /** What came in since the last look, and what is unanswered. */
    public List<ArrivalDecision> look() {
        return reception.look();
    }

    /** Acts on what came in. */
    public void answer(ArrivalDecision decision) {
        reception.answer(decision);
    }

    /** Starts runs whose turn has come, and lets go of those that ended. */
    public void tend() {
        roster.tend();
    }

    /** Starts pipelines whose time has come. */
    public void keepTimes() {
        timetable.look();
    }

    /** Ends in order; returns when every run was given back. */
    public void stop(long graceMillis, BooleanSupplier hurry) {
        roster.stop(graceMillis, hurry);
    }
}
