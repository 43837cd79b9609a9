package dev.caravan.estimate;

import dev.caravan.cost.Forecast;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.cost.Price;
import dev.caravan.money.Money;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.Step;
import dev.caravan.provider.Lane;
import dev.caravan.provider.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Prices the calls of a sample whose answers nobody has seen. Each unit has three costs, between which the truth lies. */
final class AssumedCost {
    /** In a bad case every second answer is asked for once more, if the pipeline asks again at all. */
    static final double REPEATS = 1.5;

    private static final Interval LIKE_OTHERS = new Interval(0.5, 1, 2);
    private static final Interval LIKE_NOTHING = new Interval(0.25, 1, 4);
    private static final long USUAL_ANSWER = 100;
    /** Tokens a provider may add around a prompt's own bytes. */
    private static final long WRAPPING_TOKENS = 200;

    private final Pipeline pipeline;
    private final ModelRegistry registry;
    private final Lane lane;
    private final AnswerLengths lengths;
    private final List<List<SampledCall>> units;
    /** Of the sample, by our own count. */
    private final List<StepTally> counted;

    /** @param units the calls of each unit of the sample */
    AssumedCost(Pipeline pipeline, ModelRegistry registry, Lane lane, List<List<SampledCall>> units) {
        this.pipeline = pipeline;
        this.registry = registry;
        this.lane = lane;
        this.units = units;
        lengths = new AnswerLengths(registry);
        counted = StepTally.forEach(pipeline);
        for (List<SampledCall> unit : units) {
            for (SampledCall each : unit) {
                if (each.rendered()) {
                    counted.get(each.step())
                            .add(each.times().expected(), (double) each.input(), (double) each.output(), Money.ZERO);
                }
            }
        }
    }

    /** Tokens of a step's prompts by our own count, one with another; 0 where none could be rendered. */
    double prompt(int step) {
        return counted.get(step).input().mean();
    }

    private Step step(SampledCall call) {
        return pipeline.steps().get(call.step());
    }

    private Interval input(SampledCall call, Interval factor) {
        if (call.rendered()) {
            Interval own = factor.times((double) call.input());
            return new Interval(own.low(), own.expected(), own.high() + call.more());
        }
        StepTally like = counted.get(call.step());
        double mean = like.any() ? like.input().mean() : before(call.step());
        return (like.any() ? LIKE_OTHERS : LIKE_NOTHING)
                .times(mean)
                .times(factor.low(), factor.expected(), factor.high());
    }

    /** A prompt nobody could render: as long as those of the steps before, with their answers. */
    private double before(int step) {
        double sum = USUAL_ANSWER;
        for (StepTally each : counted.subList(0, step)) {
            sum = each.any() ? each.input().mean() + each.output().mean() : sum;
        }
        return sum;
    }

    private Interval output(SampledCall call) {
        if (call.rendered()) {
            return lengths.of(step(call), call.output());
        }
        StepTally like = counted.get(call.step());
        return lengths.of(step(call), like.any() ? Math.round(like.output().mean()) : USUAL_ANSWER);
    }

    /**
     * The figures of so many units.
     *
     * @param others whether they are others than the sample; else they are the whole input, sample included
     */
    CostBreakdown parts(int total, boolean others, TokenFactors factors, DryWalk walk) {
        List<StepTally> tallies = StepTally.forEach(pipeline);
        var costs = new ArrayList<CostRange>();
        for (List<SampledCall> unit : units) {
            CostRange cost = CostRange.ZERO;
            for (SampledCall each : unit) {
                Interval factor = factors.of(step(each), walk.prompts(each.step()));
                cost = cost.plus(add(each, factor, tallies.get(each.step())));
            }
            costs.add(cost);
        }
        return new CostBreakdown(steps(tallies, total), forecast(costs, total, others));
    }

    /** Adds a call to what its step takes. */
    private CostRange add(SampledCall call, Interval factor, StepTally tally) {
        Interval in = input(call, factor);
        Interval out = output(call);
        Interval times = call.times();
        Money expected = priced(call, in.expected(), out.expected(), times.expected());
        tally.add(times.expected(), in.expected(), out.expected(), expected);
        double repeats = pipeline.maxRetries() > 0 ? REPEATS : 1;
        return new CostRange(
                priced(call, in.low(), out.low(), times.low()),
                expected,
                priced(call, in.high(), out.high(), times.high() * repeats));
    }

    private List<StepCost> steps(List<StepTally> tallies, int total) {
        return pipeline.steps().stream()
                .filter(each -> tallies.get(each.index()).any()
                        || counted.get(each.index()).any())
                .map(each -> step(each, tallies.get(each.index()), total))
                .toList();
    }

    private StepCost step(Step step, StepTally tally, int total) {
        double calls = tally.calls() * total / units.size();
        return tally.cost(
                step,
                registry,
                Math.round(calls),
                Math.round(calls * tally.input().mean()),
                Math.round(calls * tally.output().mean()),
                CostBreakdown.scaled(tally.cost(), total, units.size()));
    }

    private static Forecast forecast(List<CostRange> costs, int total, boolean others) {
        return costs.stream().anyMatch(CostRange::isUnknown)
                ? Forecast.UNKNOWN
                : new Forecast(
                        forecast(costs, CostRange::low, total, others).low(),
                        forecast(costs, CostRange::expected, total, others).expected(),
                        forecast(costs, CostRange::high, total, others).high());
    }

    private static Forecast forecast(List<CostRange> costs, Function<CostRange, Money> end, int total, boolean others) {
        long[] picos = costs.stream().map(end).mapToLong(Money::picos).toArray();
        return others ? Forecast.anew(picos, total) : Forecast.of(picos, total);
    }

    private Money priced(SampledCall call, double input, double output, double times) {
        var usage = new Usage(Math.round(input), 0, Math.round(output), 0, 0);
        Money one = registry.price(step(call).model())
                .map(each -> new Money(each.picos(lane, usage)))
                .orElse(Money.UNKNOWN);
        return several(one, times);
    }

    /** Not of whole calls alone: one of a sample stands for parts of some. */
    private static Money several(Money one, double times) {
        return one.isUnknown() ? one : new Money(Math.round(one.picos() * times));
    }

    /** If every answer is as long as allowed, and asked for as often as allowed; unknown where there is no bound. */
    Money worst(int total) {
        List<Money> costs = units.stream()
                .map(unit -> unit.stream().map(this::worst).reduce(Money.ZERO, Money::plus))
                .toList();
        return costs.stream().anyMatch(Money::isUnknown)
                ? Money.UNKNOWN
                : new Money(Forecast.of(costs.stream().mapToLong(Money::picos).toArray(), total)
                        .high());
    }

    private Money worst(SampledCall call) {
        Step step = step(call);
        long output = lengths.bound(step);
        Optional<Price> first = registry.price(step.model());
        Optional<Price> again = registry.price(step.model(true)).or(() -> first);
        if (output == Long.MAX_VALUE || again.isEmpty() || first.isEmpty() || !call.rendered()) {
            return Money.UNKNOWN;
        }
        long input = call.bytes() + call.more() + WRAPPING_TOKENS;
        var once = new Money(first.get().worst(lane, input, output));
        long dearest = Math.max(once.picos(), again.get().worst(lane, input, output));
        return once.isUnknown()
                ? once
                : several(new Money(dearest), call.times().high() * answers(step));
    }

    /** Answers that a unit may take at a step: its own budget, and once more for each time it comes by again. */
    private int answers(Step step) {
        long ways = pipeline.steps().stream()
                .filter(each ->
                        each.index() >= step.index() && each.retryFrom() >= 0 && each.retryFrom() < step.index())
                .map(Step::retryFrom)
                .distinct()
                .count();
        return Math.toIntExact(1 + pipeline.maxRetries() * (1 + ways));
    }
}
