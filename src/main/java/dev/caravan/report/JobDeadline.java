package dev.caravan.report;

import dev.caravan.run.RunSummary;
import java.time.Duration;
import java.time.Instant;

/** By when a job at a provider is due. */
public final class JobDeadline {
    /** The window that is asked for when a job is created. */
    private static final Duration WINDOW = Duration.ofHours(24);

    private JobDeadline() {}

    public static Instant of(RunSummary.JobLine job) {
        return job.since().plus(WINDOW);
    }
}
