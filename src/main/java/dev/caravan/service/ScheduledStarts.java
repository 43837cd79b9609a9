package dev.caravan.service;

import dev.caravan.arrival.ArrivalPhase;
import dev.caravan.arrival.ArrivalWatcher;
import dev.caravan.arrival.FolderRecord;
import dev.caravan.base.Disk;
import dev.caravan.base.NotReadyException;
import dev.caravan.base.UserMistakeException;
import dev.caravan.journal.CorruptJournalException;
import dev.caravan.pipeline.PipelineSchedule;
import dev.caravan.run.NameTakenException;
import dev.caravan.run.RunStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Starts pipelines at their times, one run of each at a time. Times that were missed, because nobody served or the last
 * run was not over, are made up for by one run. A run is named after its time, so that it is made once.
 */
final class ScheduledStarts {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    /** What a folder's content says of times; empty when nothing, or when it cannot be used. */
    private record Read(String digest, Optional<PipelineSchedule> schedule) {}

    private final ArrivalWatcher arrivals;
    private final Path pipelines;
    private final PipelineIntake intake;
    private final ServiceRoster roster;
    private final ScheduleTimes times;
    private final Clock clock;
    private final NoticeSink notices;
    private final TroubleMemory setbacks;
    private final Map<String, Read> known = new HashMap<>();
    private final Set<String> told = new HashSet<>();
    private final Map<String, String> late = new HashMap<>();

    ScheduledStarts(
            ArrivalWatcher arrivals,
            Path pipelines,
            PipelineIntake intake,
            ServiceRoster roster,
            ScheduleTimes times,
            Clock clock,
            NoticeSink notices) {
        this.arrivals = arrivals;
        this.pipelines = pipelines;
        this.intake = intake;
        this.roster = roster;
        this.times = times;
        this.clock = clock;
        this.notices = notices;
        setbacks = TroubleMemory.ofReading(notices);
    }

    /** To be called about once a second. */
    void look() {
        var usable = new HashSet<String>();
        for (FolderRecord each : arrivals.standings()) {
            boolean decided = each.phase() != ArrivalPhase.SEEN && each.phase() != ArrivalPhase.REFUSED;
            if (each.present() && decided && !each.digest().isEmpty()) {
                usable.add(each.name());
                schedule(each).ifPresent(schedule -> look(each.name(), schedule));
            }
        }
        known.keySet().retainAll(usable);
        late.keySet().retainAll(usable);
        forget(usable);
    }

    private void forget(Set<String> usable) {
        try {
            times.retain(usable);
        } catch (UncheckedIOException e) {
            trouble("", e);
        }
    }

    /** Read once for each content. */
    private Optional<PipelineSchedule> schedule(FolderRecord standing) {
        Read before = known.get(standing.name());
        if (before == null || !before.digest().equals(standing.digest())) {
            before = new Read(standing.digest(), read(standing.name()));
            known.put(standing.name(), before);
        }
        return before.schedule();
    }

    private Optional<PipelineSchedule> read(String name) {
        try {
            return intake.read(pipelines.resolve(name), "").schedule();
        } catch (UserMistakeException e) {
            if (mentionsTimes(pipelines.resolve(name))) {
                notices.tell(ServiceNotice.What.TROUBLE, name, "it is not started at its times: " + e.getMessage());
            }
            return Optional.empty();
        }
    }

    private static boolean mentionsTimes(Path pipeline) {
        try {
            return Files.readString(pipeline.resolve("config.yaml")).contains("schedule:");
        } catch (IOException e) {
            return false;
        }
    }

    private void look(String name, PipelineSchedule schedule) {
        try {
            Instant now = clock.instant();
            String words = schedule.cron() + " " + schedule.zone();
            ScheduleTimes.Mark mark =
                    times.of(name).filter(each -> each.schedule().equals(words)).orElse(null);
            if (mark == null) {
                times.put(name, new ScheduleTimes.Mark(words, now, ""));
                notices.tell(ServiceNotice.What.READY, name, "starts by itself at " + next(schedule, now));
                return;
            }
            Optional<Instant> due = schedule.next(mark.upTo()).filter(each -> !each.isAfter(now));
            if (due.isPresent() && setbacks.mayTry(name)) {
                due(name, mark, due.get(), now);
            }
            told.remove(name);
        } catch (UncheckedIOException e) {
            trouble(name, e);
        }
    }

    private static String next(PipelineSchedule schedule, Instant now) {
        return schedule.next(now).map(Instant::toString).orElse("no time any more");
    }

    private void due(String name, ScheduleTimes.Mark mark, Instant due, Instant now) {
        String run = PipelineIntake.nameOfItsOwn(name, STAMP.format(due) + "-scheduled");
        if (!isOver(mark.run())) {
            if (!mark.run().equals(late.put(name, mark.run()))) {
                notices.tell(
                        ServiceNotice.What.TROUBLE,
                        name,
                        "it is time, but " + mark.run() + " is not over; one run follows it");
            }
            return;
        }
        try {
            run = made(name, run);
            roster.take(intake.folder(run));
            setbacks.over(name);
        } catch (NotReadyException e) {
            // Its time is not missed: the run is made once what is missing is there.
            setbacks.met(name, e);
            return;
        } catch (UserMistakeException e) {
            notices.tell(ServiceNotice.What.REFUSED, name, "it is time, but: " + e.getMessage());
        }
        times.put(name, new ScheduleTimes.Mark(mark.schedule(), now, run));
    }

    /** Under the next name where a person's run bears the one that was thought of. */
    private String made(String name, String wanted) {
        String run = wanted;
        for (int i = 2; ; i++) {
            if (intake.isMade(run) && intake.isOurs(run)) {
                return run;
            }
            try {
                intake.make(intake.check(pipelines.resolve(name), ""), run);
                return run;
            } catch (NameTakenException e) {
                run = wanted + "-" + i;
            }
        }
    }

    /** A run that is gone, or cannot be read, keeps nobody waiting. */
    private boolean isOver(String run) {
        if (run.isEmpty() || !intake.isMade(run)) {
            return true;
        }
        try {
            return RunStore.read(intake.folder(run)).status().terminal();
        } catch (UserMistakeException | CorruptJournalException e) {
            return true;
        }
    }

    private void trouble(String name, UncheckedIOException e) {
        if (told.add(name)) {
            notices.tell(
                    ServiceNotice.What.TROUBLE, name, "the disk refused: " + Disk.reason(e) + "; it is tried again");
        }
    }
}
