package dev.caravan.execution;

import dev.caravan.run.OpenWork;
import dev.caravan.run.RunStore;
import dev.caravan.run.RunSummary;
import java.util.List;

/** What a run has sent, or works on, and has no outcome of. */
final class OutstandingWork {
    private final RunStore store;
    private final Conductor conductor;

    OutstandingWork(RunStore store, Conductor conductor) {
        this.store = store;
        this.conductor = conductor;
    }

    /** Calls that were sent and have no outcome yet. */
    int calls() {
        return store.isBroken()
                ? 0
                : store.onState(state -> state.works().stream()
                        .mapToInt(each -> each.openCalls().size())
                        .sum());
    }

    List<RunSummary.JobLine> jobs() {
        return store.isBroken() ? List.of() : store.onState(RunSummary::jobs);
    }

    /** Whether anything may still come of jobs: one lies at the provider, or a ticket is being worked on. */
    boolean hasJobs() {
        return !jobs().isEmpty() || conductor.openTickets() > 0;
    }

    /** Whether jobs at the provider are all there is. */
    boolean isOnlyJobs() {
        return conductor.openTickets() == 0 && calls() == 0;
    }

    long jobsCreated() {
        return store.onState(state -> state.works().stream()
                .filter(each -> each.phase() == OpenWork.Phase.CREATED)
                .count());
    }
}
