package dev.caravan.estimate;

import dev.caravan.cost.ModelRegistry;
import dev.caravan.cost.Money;
import dev.caravan.cost.Price;
import dev.caravan.pipeline.Step;

/**
 * What one asking step is expected to take, over the whole run.
 *
 * @param price id of the model's price, or empty when it is not known
 * @param calls paid answers, repeats included where they were measured
 * @param input tokens of all prompts
 * @param output tokens of all answers
 * @param cost unknown when a price is not known
 * @param perInput tokens of one prompt
 * @param perOutput tokens of one answer
 */
public record StepCost(
        String step,
        String provider,
        String model,
        String price,
        long calls,
        long input,
        long output,
        Money cost,
        Spread perInput,
        Spread perOutput) {

    /** Of a step for which this was added up, and these are the figures of the whole run. */
    static StepCost of(
            Step step, ModelRegistry registry, StepTally tally, long calls, long input, long output, Money cost) {
        return new StepCost(
                step.name(),
                step.provider(),
                step.model(),
                registry.price(step.model()).map(Price::id).orElse(""),
                calls,
                input,
                output,
                cost,
                tally.input().spread(),
                tally.output().spread());
    }

    /** Mean and standard deviation. */
    public record Spread(double mean, double deviation) {}
}
