package dev.caravan.estimate;

import dev.caravan.money.Money;

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

    /** Mean and standard deviation. */
    public record Spread(double mean, double deviation) {}
}
