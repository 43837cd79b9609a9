package dev.caravan.watch;

import dev.caravan.base.KindTable;
import dev.caravan.execution.CallListener;
import dev.caravan.money.Money;
import dev.caravan.provider.Answer;
import dev.caravan.provider.Usage;
import dev.caravan.run.OpenWork;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFacts;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStore;
import dev.caravan.run.UnitSet;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** Counts what happens in one run, into the meters of its pipeline's steps. */
final class RunMeter implements RunStore.Listener, CallListener {

    /** A piece of work that nobody has begun. */
    private record Waiting(int step, Instant since) {}

    /** One step's counters. */
    private record Step(
            Counter done,
            Counter failed,
            Counter dropped,
            Counter retried,
            Counter replies,
            Counter unpriced,
            Counter untold,
            Counter input,
            Counter cached,
            Counter output,
            Counter throttled,
            LongAdder picos,
            Timer latency) {}

    /** What an event means for the meters. */
    private interface Meaning {
        void count(RunState state, Instant time);
    }

    private final KindTable<RunEvent, Meaning> meanings = new KindTable<RunEvent, Meaning>()
            .on(RunEvent.RepliesSettled.class, e -> (state, time) -> settled(e))
            .on(
                    RunEvent.StraySettled.class,
                    e -> (state, time) -> book(e.step(), e.paid(), e.usage(), e.picos(), e.unknown()))
            .on(
                    RunEvent.UsageSettled.class,
                    e -> (state, time) ->
                            step(e.step()).picos.add(e.picos().known().picos()))
            .on(RunEvent.ChunkSettled.class, e -> (state, time) -> settled(e))
            .on(
                    RunEvent.UnitsPromoted.class,
                    e -> (state, time) -> step(e.step()).done.increment(size(e.units())))
            .on(RunEvent.WorkFormed.class, e -> (state, time) -> form(e, time))
            .on(RunEvent.WorkSplit.class, e -> (state, time) -> split(e, state, time))
            .on(RunEvent.JobIntended.class, e -> (state, time) -> begun(e.work()))
            .on(RunEvent.CallsIntended.class, e -> (state, time) -> begun(e.work()))
            .on(RunEvent.WorkDone.class, e -> (state, time) -> begun(e.work()));

    private final List<Step> steps = new ArrayList<>();
    private final Map<String, Waiting> waiting = new ConcurrentHashMap<>();

    RunMeter(StepMeters meters, RunFacts facts) {
        for (String each : facts.steps()) {
            Tags tags = meters.tags(facts.pipeline(), each);
            steps.add(step(meters, tags, facts.simulated()));
        }
    }

    private static Step step(StepMeters meters, Tags tags, boolean simulated) {
        return new Step(
                units(meters, tags, "done"),
                units(meters, tags, "failed"),
                units(meters, tags, "dropped"),
                units(meters, tags, "retried"),
                meters.counter("caravan.replies", "paid replies that were booked", tags),
                meters.counter("caravan.replies.unpriced", "paid replies of models without a known price", tags),
                meters.counter("caravan.replies.untold", "paid replies that told no usage", tags),
                tokens(meters, tags, "input"),
                tokens(meters, tags, "cached"),
                tokens(meters, tags, "output"),
                meters.counter("caravan.throttled", "requests that were turned away to slow us down (429)", tags),
                meters.picos(
                        "caravan.settled.usd",
                        "price of all booked replies",
                        tags.and("simulated", Boolean.toString(simulated))),
                meters.latency(tags));
    }

    private static Counter units(StepMeters meters, Tags tags, String outcome) {
        return meters.counter("caravan.units", "outcomes of units at a step", tags.and("outcome", outcome));
    }

    private static Counter tokens(StepMeters meters, Tags tags, String kind) {
        return meters.counter(
                "caravan.tokens", "tokens of booked replies; input includes cached", tags.and("kind", kind));
    }

    /** Takes over what an earlier process had bound and not begun; it waits since now. */
    void seed(RunState state, Instant now) {
        for (OpenWork each : state.works()) {
            if (each.phase() == OpenWork.Phase.FORMED && each.openCalls().isEmpty()) {
                waiting.putIfAbsent(each.id(), new Waiting(each.step(), now));
            }
        }
    }

    /** Seconds that the oldest piece of work of a step has waited; 0 when none does. */
    double oldestWaiting(int step, Instant now) {
        return waiting.values().stream()
                .filter(each -> each.step() == step)
                .mapToDouble(each -> StepMeters.seconds(each.since(), now))
                .max()
                .orElse(0);
    }

    @Override
    public void folded(RunEvent event, RunState state, Instant time) {
        meanings.apply(event, other -> (now, when) -> {}).count(state, time);
    }

    private void settled(RunEvent.RepliesSettled e) {
        waiting.remove(e.work());
        book(e.step(), e.paid(), e.usage(), e.picos(), e.unknownPicos().size());
    }

    private void settled(RunEvent.ChunkSettled e) {
        Step step = steps.get(e.step());
        step.done.increment(size(e.done()));
        step.failed.increment(size(e.failed()));
        step.dropped.increment(size(e.dropped()));
        step.retried.increment(size(e.retried()) + size(e.sentBack()));
    }

    private void split(RunEvent.WorkSplit e, RunState state, Instant time) {
        OpenWork first = state.openWork(e.parts().firstKey());
        if (first != null) {
            e.parts().keySet().forEach(each -> waiting.put(each, new Waiting(first.step(), time)));
        }
    }

    private Step step(int at) {
        return steps.get(at);
    }

    private void form(RunEvent.WorkFormed e, Instant time) {
        waiting.put(e.work(), new Waiting(e.step(), time));
    }

    private void begun(String work) {
        waiting.remove(work);
    }

    private void book(int at, int paid, Usage usage, Money cost, int untold) {
        Step step = steps.get(at);
        step.replies.increment(paid);
        step.untold.increment(untold);
        step.input.increment((double) usage.input());
        step.cached.increment((double) usage.cached());
        step.output.increment((double) usage.output());
        if (cost.isUnknown()) {
            step.unpriced.increment(paid - untold);
        } else {
            step.picos.add(cost.picos());
        }
    }

    private static int size(String ranges) {
        return UnitSet.parse(ranges).cardinality();
    }

    @Override
    public void answered(int step, Answer answer, long nanos) {
        steps.get(step).latency.record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void turnedAway(int step) {
        steps.get(step).throttled.increment();
    }

    @Override
    public void broken(Throwable cause) {
        // Nothing more is booked; health tells it.
    }
}
