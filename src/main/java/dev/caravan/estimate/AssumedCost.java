package dev.caravan.estimate;

import dev.caravan.cost.Forecast;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.cost.Price;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.Step;
import dev.caravan.provider.Lane;
import dev.caravan.provider.Usage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

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
    private final CostBreakdown.Gathered[] inputs;
    private final CostBreakdown.Gathered[] outputs;

    /** @param units the calls of each unit of the sample */
    AssumedCost(Pipeline pipeline, ModelRegistry registry, Lane lane, List<List<SampledCall>> units) {
        this.pipeline = pipeline;
        this.registry = registry;
        this.lane = lane;
        this.units = units;
        lengths = new AnswerLengths(registry);
        inputs = gathered();
        outputs = gathered();
        for (List<SampledCall> unit : units) {
            for (SampledCall each : unit) {
                if (each.rendered()) {
                    inputs[each.step()].add(each.times().expected(), (double) each.input());
                    outputs[each.step()].add(each.times().expected(), (double) each.output());
                }
            }
        }
    }

    /** Tokens of a step's prompts by our own count, one with another; 0 where none could be rendered. */
    double prompt(int step) {
        return inputs[step].mean();
    }

    private CostBreakdown.Gathered[] gathered() {
        var made = new CostBreakdown.Gathered[pipeline.steps().size()];
        Arrays.setAll(made, each -> new CostBreakdown.Gathered());
        return made;
    }

    private Step step(SampledCall call) {
        return pipeline.steps().get(call.step());
    }

    private Interval input(SampledCall call, Interval factor) {
        if (call.rendered()) {
            Interval own = factor.times((double) call.input());
            return new Interval(own.low(), own.expected(), own.high() + call.more());
        }
        CostBreakdown.Gathered like = inputs[call.step()];
        double mean = like.any() ? like.mean() : before(call.step());
        return (like.any() ? LIKE_OTHERS : LIKE_NOTHING)
                .times(mean)
                .times(factor.low(), factor.expected(), factor.high());
    }

    /** A prompt nobody could render: as long as those of the steps before, with their answers. */
    private double before(int step) {
        double sum = USUAL_ANSWER;
        for (int i = 0; i < step; i++) {
            sum = inputs[i].any() ? inputs[i].mean() + outputs[i].mean() : sum;
        }
        return sum;
    }

    private Interval output(SampledCall call) {
        if (call.rendered()) {
            return lengths.of(step(call), call.output());
        }
        CostBreakdown.Gathered like = outputs[call.step()];
        return lengths.of(step(call), like.any() ? Math.round(like.mean()) : USUAL_ANSWER);
    }

    /**
     * The figures of so many units.
     *
     * @param others whether they are others than the sample; else they are the whole input, sample included
     */
    CostBreakdown parts(int total, boolean others, TokenFactors factors, DryWalk walk) {
        int steps = pipeline.steps().size();
        var calls = new double[steps];
        var input = new CostBreakdown.Gathered[steps];
        var output = new CostBreakdown.Gathered[steps];
        var picos = new long[steps];
        Arrays.setAll(input, each -> new CostBreakdown.Gathered());
        Arrays.setAll(output, each -> new CostBreakdown.Gathered());
        var low = new long[units.size()];
        var expected = new long[units.size()];
        var high = new long[units.size()];
        boolean known = true;
        double repeats = pipeline.maxRetries() > 0 ? REPEATS : 1;
        for (int i = 0; i < units.size(); i++) {
            for (SampledCall each : units.get(i)) {
                Interval in = input(each, factors.of(step(each), walk.prompts(each.step())));
                Interval out = output(each);
                long usual =
                        priced(each, in.expected(), out.expected(), each.times().expected());
                known &= usual >= 0;
                picos[each.step()] = usual < 0 || picos[each.step()] < 0 ? -1 : picos[each.step()] + usual;
                low[i] += priced(each, in.low(), out.low(), each.times().low());
                expected[i] += usual;
                high[i] += priced(each, in.high(), out.high(), each.times().high() * repeats);
                calls[each.step()] += each.times().expected();
                input[each.step()].add(each.times().expected(), in.expected());
                output[each.step()].add(each.times().expected(), out.expected());
            }
        }
        var made = new ArrayList<StepCost>();
        for (Step each : asking(place -> calls[place] > 0 || inputs[place].any())) {
            int place = each.index();
            double all = calls[place] * total / units.size();
            made.add(new StepCost(
                    each.name(),
                    each.provider(),
                    each.model(),
                    registry.price(each.model()).map(Price::id).orElse(""),
                    Math.round(all),
                    Math.round(all * input[place].mean()),
                    Math.round(all * output[place].mean()),
                    picos[place] < 0 ? -1 : CostBreakdown.scaled(picos[place], total, units.size()),
                    input[place].spread(),
                    output[place].spread()));
        }
        return new CostBreakdown(
                made,
                known
                        ? new Forecast(
                                forecast(low, total, others).low(),
                                forecast(expected, total, others).expected(),
                                forecast(high, total, others).high())
                        : Forecast.UNKNOWN);
    }

    private static Forecast forecast(long[] costs, int total, boolean others) {
        return others ? Forecast.anew(costs, total) : Forecast.of(costs, total);
    }

    private List<Step> asking(IntPredicate wanted) {
        return pipeline.steps().stream()
                .filter(each -> wanted.test(each.index()))
                .toList();
    }

    private long priced(SampledCall call, double input, double output, double times) {
        Optional<Price> price = registry.price(step(call).model());
        long one = price.map(each -> each.picos(lane, new Usage(Math.round(input), 0, Math.round(output), 0, 0)))
                .orElse(Price.UNKNOWN);
        return one < 0 ? Price.UNKNOWN : Math.round(one * times);
    }

    /** If every answer is as long as allowed, and asked for as often as allowed; -1 where there is no bound. */
    long worst(int total) {
        var costs = new long[units.size()];
        for (int i = 0; i < costs.length; i++) {
            for (SampledCall each : units.get(i)) {
                long worst = worst(each);
                if (worst < 0) {
                    return -1;
                }
                costs[i] = Math.addExact(costs[i], worst);
            }
        }
        return Forecast.of(costs, total).high();
    }

    private long worst(SampledCall call) {
        Step step = step(call);
        long output = lengths.bound(step);
        Optional<Price> price = registry.price(step.model(true)).or(() -> registry.price(step.model()));
        Optional<Price> first = registry.price(step.model());
        if (output == Long.MAX_VALUE || price.isEmpty() || first.isEmpty() || !call.rendered()) {
            return -1;
        }
        long input = call.bytes() + call.more() + WRAPPING_TOKENS;
        long once = first.get().worst(lane, input, output);
        long dearest = Math.max(once, price.get().worst(lane, input, output));
        return once < 0 ? -1 : Math.round(dearest * call.times().high() * answers(step));
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
