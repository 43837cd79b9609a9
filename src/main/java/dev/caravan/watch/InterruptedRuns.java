package dev.caravan.watch;

import dev.caravan.base.UserMistakeException;
import dev.caravan.journal.CorruptJournalException;
import dev.caravan.lease.Lease;
import dev.caravan.report.ResumeAdvice;
import dev.caravan.run.RunBrief;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunSummary;
import dev.caravan.run.RunView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/**
 * Which runs of a folder were interrupted, looked up once in a while for those who watch: they are told what was found,
 * so that a disk that hangs does not hang them.
 */
public final class InterruptedRuns {
    private static final Duration BETWEEN_LOOKS = Duration.ofMinutes(1);

    private final Path runs;
    private final Clock clock;
    private final RunWatch watch;
    private Instant next = Instant.EPOCH;
    /** What was found of folders whose journal is as long as it was. */
    private Map<Path, Known> known = new HashMap<>();

    private record Known(long journal, InterruptedRun run) {}

    /** @param watch who tells of them */
    public InterruptedRuns(Path runs, Clock clock, RunWatch watch) {
        this.runs = runs;
        this.clock = clock;
        this.watch = watch;
    }

    /** Looks when it is time to. No journal is read but those of runs that are interrupted, and each of them once. */
    public void look() {
        Instant now = clock.instant();
        if (now.isBefore(next)) {
            return;
        }
        next = now.plus(BETWEEN_LOOKS);
        var found = new HashMap<Path, Known>();
        try (Stream<Path> all = Files.list(runs)) {
            for (Path each : all.filter(
                            path -> !String.valueOf(path.getFileName()).startsWith("."))
                    .toList()) {
                look(new RunFolder(each)).ifPresent(run -> found.put(each, run));
            }
        } catch (IOException | UncheckedIOException e) {
            LoggerFactory.getLogger(InterruptedRuns.class)
                    .warn("which runs were interrupted cannot be seen: {}", e.getMessage());
            return;
        }
        known = found;
        watch.interrupted(found.values().stream().map(Known::run).toList());
    }

    private Optional<Known> look(RunFolder folder) throws IOException {
        boolean running = RunBrief.of(folder).map(RunBrief::isRunning).orElse(false);
        if (!running || !Files.exists(folder.journal()) || Lease.isHeld(folder.root())) {
            return Optional.empty();
        }
        long journal = Files.size(folder.journal());
        Known before = known.get(folder.root());
        if (before != null && before.journal() == journal) {
            return Optional.of(before);
        }
        try {
            RunSummary run = RunView.of(folder).summary();
            return ResumeAdvice.isWanted(run)
                    ? Optional.of(new Known(journal, new InterruptedRun(run, ResumeAdvice.command(folder))))
                    : Optional.empty();
        } catch (UserMistakeException | CorruptJournalException e) {
            // A damaged run: `ps` and the API list it as that.
            return Optional.empty();
        }
    }
}
