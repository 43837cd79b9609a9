package dev.caravan.run;

import dev.caravan.money.Money;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The open work of a run in the order it was formed, and how much of it there is at each step. */
final class OpenWorkList {
    private final StageChanges changes;
    private final List<StepState> steps;
    private final Map<String, OpenWork> works = new LinkedHashMap<>();
    /** Pieces of work ever bound; the next one is numbered by it. */
    int formed;
    /** Pieces of work whose job the provider took. */
    int jobsCreated;

    OpenWorkList(StageChanges changes, List<StepState> steps) {
        this.changes = changes;
        this.steps = steps;
    }

    /** Puts work in as a snapshot has it. */
    void put(OpenWork work) {
        works.put(work.id(), work);
    }

    Collection<OpenWork> all() {
        return Collections.unmodifiableCollection(works.values());
    }

    boolean isEmpty() {
        return works.isEmpty();
    }

    @Nullable OpenWork find(String id) {
        return works.get(id);
    }

    OpenWork get(String id) {
        return Objects.requireNonNull(works.get(id), () -> "no open work " + id);
    }

    void form(RunEvent.WorkFormed e, UnitSet members) {
        formed++;
        add(new OpenWork(changes, e.work(), e.step(), e.lane(), members));
    }

    private void add(OpenWork work) {
        steps.get(work.step()).openWorks++;
        put(work);
    }

    private void remove(OpenWork work) {
        steps.get(work.step()).openWorks--;
        works.remove(work.id());
    }

    void finish(String id) {
        OpenWork work = get(id);
        UnitSet left = work.unsettled();
        if (!left.isEmpty()) {
            throw new IllegalStateException("work " + id + " ended with units unsettled: " + left.text());
        }
        remove(work);
    }

    /** Its members that are not settled go on in parts, each a piece of work of its own. */
    void split(RunEvent.WorkSplit e) {
        OpenWork whole = get(e.work());
        UnitSet left = whole.unsettled();
        remove(whole);
        e.parts().forEach((id, text) -> {
            UnitSet part = UnitSet.parse(text);
            if (part.isEmpty() || part.stream().anyMatch(unit -> !left.get(unit))) {
                throw new IllegalStateException("work " + e.work() + " was split into what it does not hold: " + text);
            }
            left.andNot(part);
            add(new OpenWork(changes, id, whole.step(), whole.lane(), part));
        });
        if (!left.isEmpty()) {
            throw new IllegalStateException("work " + e.work() + " was split and lost " + left.text());
        }
    }

    void created(RunEvent.JobCreated e) {
        OpenWork work = get(e.work());
        jobsCreated += work.providerJob == null ? 1 : 0;
        work.created(e);
    }

    /** When the first of what is not at the provider may go on; {@link Instant#MAX} when there is none. */
    Instant heldBackUntil() {
        return works.values().stream()
                .filter(each -> each.phase != OpenWork.Phase.CREATED)
                .map(each -> each.notBefore)
                .min(Instant::compareTo)
                .orElse(Instant.MAX);
    }

    /** What open jobs and calls can still cost. */
    Money atRisk() {
        return works.values().stream().map(OpenWork::atRisk).reduce(Money.ZERO, Money::plus);
    }
}
