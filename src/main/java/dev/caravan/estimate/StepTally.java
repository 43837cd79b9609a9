package dev.caravan.estimate;

import dev.caravan.cost.ModelRegistry;
import dev.caravan.cost.Price;
import dev.caravan.money.Money;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.Step;
import java.util.List;
import java.util.stream.Stream;

/** Adds up what the calls of one step take, in a sample or in an earlier run. */
final class StepTally {
    private final TokenSpread input = new TokenSpread();
    private final TokenSpread output = new TokenSpread();
    private Money cost = Money.ZERO;

    /** One for each step of a pipeline, in order. */
    static List<StepTally> forEach(Pipeline pipeline) {
        return Stream.generate(StepTally::new).limit(pipeline.steps().size()).toList();
    }

    /**
     * @param times how many calls it stands for
     * @param in tokens of its prompt
     * @param out tokens of its answer
     * @param price of all of them together
     */
    void add(double times, double in, double out, Money price) {
        input.add(times, in);
        output.add(times, out);
        cost = cost.plus(price);
    }

    double calls() {
        return input.count();
    }

    TokenSpread input() {
        return input;
    }

    TokenSpread output() {
        return output;
    }

    Money cost() {
        return cost;
    }

    /** Of the step for which this was added up, with the figures of the whole run. */
    StepCost cost(Step step, ModelRegistry registry, long calls, long in, long out, Money all) {
        return new StepCost(
                step.name(),
                step.provider(),
                step.model(),
                registry.price(step.model()).map(Price::id).orElse(""),
                calls,
                in,
                out,
                all,
                input.spread(),
                output.spread());
    }

    /** Whether anything was added. */
    boolean any() {
        return input.count() > 0;
    }
}
