package dev.caravan.run;

import dev.caravan.provider.Lane;
import dev.caravan.provider.Usage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A run at one moment, for every screen: immutable, small, and free to pass between threads. */
public record RunSummary(
        String run,
        String pipeline,
        RunStatus status,
        String reason,
        String detail,
        Lane mode,
        int units,
        int done,
        int failed,
        List<StepLine> steps,
        long calls,
        Usage usage,
        long settledPicos,
        long lostCalls,
        long atRiskPicos,
        boolean simulated,
        int jobsCreated,
        int openWorks,
        Map<String, Integer> notes,
        Instant created,
        Instant started,
        @Nullable Instant ended,
        Instant lastProgress) {

    /** One row of the funnel. */
    public record StepLine(String name, int arrived, int done, int failed, int waiting, int inFlight) {}

    static RunSummary of(RunState state) {
        RunFacts facts = state.facts();
        var lines = new ArrayList<StepLine>();
        for (int i = 0; i < facts.steps().size(); i++) {
            StepState step = state.steps().get(i);
            lines.add(new StepLine(
                    facts.steps().get(i), step.arrived(), step.done(), step.failed(), step.waiting(), step.inFlight()));
        }
        Ledger ledger = state.ledger();
        return new RunSummary(
                facts.run(),
                facts.pipeline(),
                state.status(),
                state.reason,
                state.detail,
                state.lane(),
                facts.units(),
                state.done(),
                state.failed(),
                List.copyOf(lines),
                ledger.calls(),
                ledger.usage(),
                ledger.settledPicos(),
                ledger.lostCalls(),
                state.atRiskPicos(),
                facts.simulated(),
                state.jobsCreated(),
                state.works().size(),
                new TreeMap<>(state.notes),
                state.createdAt,
                state.startedAt,
                state.endedAt,
                state.progressAt);
    }
}
