package dev.caravan.run;

import dev.caravan.base.Backoff;
import java.time.Instant;
import java.util.List;

/**
 * The way of units through the steps: how they come in, are bound, settled, asked again or sent back, multiply, and go
 * on or end. It moves what stands in {@link UnitTable} and {@link StepState}; who waits for whom is up to {@link FamilyTracker}.
 */
final class UnitFlow {
    /** Pause after trouble at the provider: doubles from event to event, up to the cap. */
    private static final Backoff BACKOFF = new Backoff(6);

    final RunFacts facts;
    final StepShape shape;
    private final UnitTable units;
    private final List<StepState> steps;
    private final ChunkFiles files;
    final FamilyTracker gathers;

    UnitFlow(RunFacts facts, UnitTable units, List<StepState> steps, ChunkFiles files) {
        this.facts = facts;
        this.units = units;
        this.steps = steps;
        this.files = files;
        shape = facts.shape();
        gathers = new FamilyTracker(facts, shape, units, steps, files);
    }

    /** Units of the input come to the first step. */
    void enter(UnitSet arriving) {
        StepState first = steps.get(0);
        first.fresh.or(arriving);
        first.arrived += arriving.cardinality();
    }

    /** Units of a step are bound into work. */
    void bind(int index, UnitSet members) {
        StepState step = steps.get(index);
        step.fresh.andNot(members);
        step.pool.andNot(members);
        step.cleared.andNot(members);
        members.stream().forEach(unit -> units.outcome(unit, UnitOutcome.IN_FLIGHT));
    }

    /** Units of a chunk got their outcome at a step, and go where it takes them. */
    void settle(RunEvent.ChunkSettled e, ChunkSettlement sets, Instant time) {
        StepState step = steps.get(e.step());
        count(step, e, sets);
        sets.dropped().stream().forEach(unit -> gathers.end(unit, UnitOutcome.DROPPED));
        if (shape.isFanOut(e.step())) {
            fanOut(e.step(), sets.done(), e.children(), time);
        } else {
            arrive(e.step() + 1, sets.done(), alone(sets.done()), time);
        }
        sets.failed().stream().forEach(unit -> gathers.end(unit, UnitOutcome.FAILED));
        sets.retried().stream().forEach(units::countAttempt);
        sets.returned().stream().forEach(unit -> units.countTry(unit, time.getEpochSecond()));
        pool(step, sets.retried(), time);
        pool(step, sets.returned(), time);
        sendBack(e.step(), e.backTo(), sets.sentBack(), time);
        if (e.pauseMillis() > 0) {
            step.troubles++;
            step.notBefore = time.plusMillis(BACKOFF.pause(e.pauseMillis(), step.troubles - 1));
        } else if (!sets.done().isEmpty()) {
            step.troubles = 0;
        }
    }

    private void count(StepState step, RunEvent.ChunkSettled e, ChunkSettlement sets) {
        e.notes().forEach((code, times) -> step.notes.merge(code, times, Integer::sum));
        step.done += sets.done().cardinality();
        step.failed += sets.failed().cardinality();
        step.dropped += sets.dropped().cardinality();
        step.skipped.or(sets.skipped());
        if (facts.isApproval(e.step())) {
            // What a person thinks of answers is no sign of a prompt gone wrong.
            return;
        }
        step.judged(
                first(sets.done()) + first(sets.dropped()),
                first(sets.failed()) + first(sets.retried()) + first(sets.sentBack()));
        facts.brake().look(step);
    }

    /** How many of them got their answer at the first try: what was sent in vain says nothing of quality. */
    private int first(UnitSet settled) {
        return (int) settled.stream().filter(unit -> units.tries(unit) == 0).count();
    }

    /** Whether these units go on as stragglers: their chunk went ahead of them. */
    private boolean alone(UnitSet arriving) {
        return arriving.stream().anyMatch(unit -> units.attempts(unit) > 0 || units.tries(unit) > 0);
    }

    private void arrive(int index, UnitSet arriving, boolean alone, Instant time) {
        if (index == steps.size()) {
            arriving.stream().forEach(unit -> units.outcome(unit, UnitOutcome.DONE));
            return;
        }
        if (shape.isGather(index)) {
            // They go on in their parent, who has been here since it fanned out.
            arriving.stream().forEach(unit -> {
                units.moveTo(unit, index);
                gathers.end(unit, UnitOutcome.SUPERSEDED);
            });
            return;
        }
        StepState next = steps.get(index);
        next.arrived += arriving.cardinality();
        arriving.stream().forEach(unit -> units.moveTo(unit, index));
        if (alone) {
            pool(next, arriving, time);
        } else {
            next.fresh.or(arriving);
        }
    }

    private void pool(StepState step, UnitSet arriving, Instant time) {
        if (arriving.isEmpty()) {
            return;
        }
        if (step.pool.isEmpty()) {
            step.pooledSince = time;
        }
        step.pool.or(arriving);
        arriving.stream().forEach(unit -> units.outcome(unit, UnitOutcome.PENDING));
    }

    /** Units go on in their children: they wait for them at the gather, or are through. */
    private void fanOut(int index, UnitSet parents, List<Integer> counts, Instant time) {
        int gather = shape.gatherOf(index);
        var born = new UnitSet();
        var childless = new UnitSet();
        int[] each = parents.stream().toArray();
        for (int i = 0; i < each.length; i++) {
            int parent = each[i];
            int first = units.bear(parent, index, counts.get(i), index + 1);
            born.add(first, first + counts.get(i));
            if (gather == StepShape.NONE) {
                units.outcome(parent, UnitOutcome.SUPERSEDED);
            } else {
                units.moveTo(parent, gather);
                steps.get(gather).arrived++;
                gathers.hold(parent, counts.get(i));
                if (counts.get(i) == 0) {
                    childless.add(parent);
                }
            }
        }
        steps.get(index).born += born.cardinality();
        // Whole chunks of children go at once, the rest waits for company: one fan-out never means many tiny jobs.
        int rest = born.cardinality() % facts.chunkSize();
        UnitSet whole = born.lowest(born.cardinality() - rest);
        born.andNot(whole);
        arrive(index + 1, whole, false, time);
        arrive(index + 1, born, true, time);
        childless.stream().forEach(gathers::ready);
    }

    /** What they came to at the steps in between is void, and done again. */
    private void sendBack(int from, int to, UnitSet sent, Instant time) {
        if (sent.isEmpty()) {
            return;
        }
        int count = sent.cardinality();
        for (int i = to; i < from; i++) {
            StepState passed = steps.get(i);
            passed.done -= count;
            passed.skipped.andNot(sent);
            steps.get(i + 1).arrived -= count;
            int step = i;
            sent.stream().map(facts::chunkOf).distinct().forEach(chunk -> files.voidValidated(step, chunk));
        }
        steps.get(from).sentBack += count;
        sent.stream().forEach(unit -> units.sendBack(unit, to));
        pool(steps.get(to), sent, time);
    }

    /** Failed units get another chance, here or at an earlier step. Returns how many. */
    int reopen(RunEvent.UnitsReopened e, Instant time) {
        UnitSet answered = UnitSet.parse(e.answered());
        UnitSet here = UnitSet.parse(e.unanswered());
        here.or(answered);
        UnitSet sentBack = UnitSet.parse(e.sentBack());
        StepState step = steps.get(e.step());
        for (UnitSet each : List.of(here, sentBack)) {
            each.stream().forEach(unit -> failNoMore(unit, e.step()));
            step.failed -= each.cardinality();
        }
        here.stream().forEach(unit -> units.reopen(unit, answered.get(unit)));
        pool(step, here, time);
        sendBack(e.step(), e.backTo(), sentBack, time);
        sentBack.stream().forEach(units::forgive);
        return here.cardinality() + sentBack.cardinality();
    }

    /** Failed units pass by the answer they have. Returns how many. */
    int promote(RunEvent.UnitsPromoted e, Instant time) {
        UnitSet all = UnitSet.parse(e.units());
        StepState step = steps.get(e.step());
        all.stream().forEach(unit -> {
            failNoMore(unit, e.step());
            files.voidValidated(e.step(), facts.chunkOf(unit));
        });
        step.failed -= all.cardinality();
        step.done += all.cardinality();
        arrive(e.step() + 1, all, true, time);
        return all.cardinality();
    }

    private void failNoMore(int unit, int step) {
        if (units.step(unit) != step || units.outcome(unit) != UnitOutcome.FAILED) {
            throw new IllegalStateException("unit " + unit + " did not fail at step " + step);
        }
        gathers.revive(unit);
        files.voidFailures(step, facts.chunkOf(unit));
    }

    /** Where a unit stands as one step sees it. */
    UnitStanding standing(int unit, int step) {
        int at = units.step(unit);
        if (at < step || !shape.visits(units.lineage().birth(unit), step)) {
            return UnitStanding.ABSENT;
        }
        if (at > step) {
            return UnitStanding.PASSED;
        }
        return switch (units.outcome(unit)) {
            case DONE, SUPERSEDED -> UnitStanding.PASSED;
            case FAILED -> UnitStanding.FAILED;
            case DROPPED -> UnitStanding.DROPPED;
            case PENDING, IN_FLIGHT, WAITING -> UnitStanding.OPEN;
        };
    }
}
