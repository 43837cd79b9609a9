package dev.caravan.report;

import dev.caravan.cost.ModelRegistry;
import dev.caravan.run.RunSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Results that go away at their provider before long, and were paid. */
public final class ExpiringResults {
    private ExpiringResults() {}

    /** When results are gone that were not collected, of jobs whose time is half over, the first one first. */
    public static List<Instant> of(RunSummary run, ModelRegistry registry, Instant now) {
        var soon = new ArrayList<Instant>();
        for (RunSummary.JobLine each : run.jobs().out()) {
            boolean known = !run.simulated() && registry.providers().contains(each.provider());
            int hours = known ? registry.provider(each.provider()).limits().resultsHours() : 0;
            Instant gone = each.since().plus(Duration.ofHours(hours));
            if (hours > 0 && now.isAfter(gone.minus(Duration.ofHours(hours / 2)))) {
                soon.add(gone);
            }
        }
        return soon.stream().sorted().toList();
    }
}
