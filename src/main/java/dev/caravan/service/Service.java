package dev.caravan.service;

import dev.caravan.arrival.Arrivals;
import dev.caravan.arrival.Decision;
import dev.caravan.arrival.Limits;
import dev.caravan.base.Disk;
import dev.caravan.base.InvalidFileException;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.execution.StepKind;
import dev.caravan.run.CorruptJournalException;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.run.RunSummary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A service over one folder of pipelines and one of runs. Whoever has its clock calls {@link #look}, {@link #answer},
 * {@link #tend} and {@link #keepTimes} about once a second, each one not twice at a time.
 */
public final class Service {
    private final ServeSettings settings;
    private final Notices notices;
    private final Roster roster;
    private final Reception reception;
    private final Timetable timetable;

    /** @param version of Caravan, which runs note */
    public Service(
            ServeSettings settings,
            Launcher launcher,
            Notices notices,
            ModelRegistry registry,
            Map<String, StepKind> kinds,
            Disk disk,
            Clock clock,
            String version) {
        this.settings = settings;
        this.notices = notices;
        roster = new Roster(settings.liveRuns(), launcher, notices, new Approvals(disk, clock));
        var arrivals = new Arrivals(
                settings.pipelines(), settings.memory().resolve("arrivals.json"), disk, clock, Limits.usual());
        var intake = new Intake(settings, registry, kinds, disk, clock, version);
        reception = new Reception(arrivals, intake, roster, notices, settings.pipelines());
        var times = new Times(settings.memory().resolve("schedules.json"), disk);
        timetable = new Timetable(arrivals, settings.pipelines(), intake, roster, times, clock, notices);
    }

    /** A run of this service, as it was found. */
    private record Kept(RunFolder folder, boolean begun, boolean waits, Instant made) {}

    /** Takes up again what an earlier process of the service was at: first what had begun, then in order of making. */
    public void begin() {
        // What is dropped from the ready line on is an arrival: what lies there is looked at before.
        List<Decision> there = look();
        var kept = new ArrayList<Kept>();
        for (RunFolder each : runs()) {
            try {
                RunState state = RunStore.read(each);
                if (state.created() && state.served() && !isOver(state)) {
                    kept.add(new Kept(
                            each,
                            state.status() == RunStatus.RUNNING,
                            state.waitsForApproval(),
                            RunStore.summary(state).created()));
                }
            } catch (InvalidFileException | CorruptJournalException e) {
                notices.tell(Notice.What.FAILED, each.name(), String.valueOf(e.getMessage()));
            }
        }
        kept.sort(Comparator.comparing(Kept::begun).reversed().thenComparing(Kept::made));
        long waiting = kept.stream().filter(Kept::waits).count();
        notices.tell(
                Notice.What.SERVING,
                settings.pipelines().toString(),
                "ready; runs in " + settings.runs() + ", " + kept.size() + " of them are not over, " + waiting
                        + " of these wait for approval; process "
                        + ProcessHandle.current().pid());
        kept.forEach(each -> roster.take(each.folder()));
        there.forEach(this::answer);
    }

    private static boolean isOver(RunState state) {
        return state.status().terminal() && RunSummary.jobs(state).isEmpty();
    }

    private List<RunFolder> runs() {
        if (!Files.isDirectory(settings.runs())) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(settings.runs())) {
            return all.filter(each -> !String.valueOf(each.getFileName()).startsWith("."))
                    .map(RunFolder::new)
                    .filter(each -> Files.exists(each.journal()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + settings.runs(), e);
        }
    }

    /** What came in since the last look, and what is unanswered. */
    public List<Decision> look() {
        return reception.look();
    }

    /** Acts on what came in. */
    public void answer(Decision decision) {
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
