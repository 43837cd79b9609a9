package dev.caravan.service;

import dev.caravan.base.UserMistakeException;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.journal.CorruptJournalException;
import dev.caravan.report.ExpiringResults;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStore;
import dev.caravan.run.RunSummary;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Says once of each run that results of its jobs go away at their provider before long. */
final class ResultExpiry {
    private static final Duration BETWEEN_LOOKS = Duration.ofMinutes(10);

    private final ModelRegistry registry;
    private final Clock clock;
    private final NoticeSink notices;
    private final Set<String> told = new HashSet<>();
    private Instant next = Instant.EPOCH;

    ResultExpiry(ModelRegistry registry, Clock clock, NoticeSink notices) {
        this.registry = registry;
        this.clock = clock;
        this.notices = notices;
    }

    /** Whether it is time to look. */
    boolean isDue() {
        Instant now = clock.instant();
        if (now.isBefore(next)) {
            return false;
        }
        next = now.plus(BETWEEN_LOOKS);
        return true;
    }

    /** Of runs that nobody is at. */
    void look(Collection<RunFolder> runs) {
        for (RunFolder each : runs) {
            try {
                look(RunStore.summary(RunStore.read(each)));
            } catch (UserMistakeException | CorruptJournalException | UncheckedIOException e) {
                // Told when it is to be taken, and looked at again.
            }
        }
    }

    void look(RunSummary run) {
        List<Instant> soon = ExpiringResults.of(run, registry, clock.instant());
        if (soon.isEmpty()) {
            told.remove(run.run());
        } else if (told.add(run.run())) {
            notices.tell(
                    ServiceNotice.What.EXPIRING,
                    run.run(),
                    "results of " + soon.size() + " jobs go away at their provider from " + soon.get(0)
                            + " on and are not collected yet");
        }
    }
}
