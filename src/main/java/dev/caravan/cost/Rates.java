package dev.caravan.cost;

import dev.caravan.base.SaturatedMath;
import dev.caravan.money.Money;
import dev.caravan.provider.Usage;

/**
 * What one token costs, by what became of it: whole pico-dollars each.
 *
 * @param input of a prompt's token that no cache has to do with
 * @param cached of one that was read from the provider's cache
 * @param written of one that was written to it
 * @param output of an answer's token
 */
public record Rates(long input, long cached, long written, long output) {
    public Rates {
        if (input < 0 || cached < 0 || written < 0 || output < 0) {
            throw new IllegalArgumentException(
                    "negative rate: " + input + ", " + cached + ", " + written + ", " + output);
        }
    }

    /** Of tokens that others told us: what is too much stays at the largest amount. */
    Money cost(Usage usage) {
        return prompt(usage).plus(answer(usage));
    }

    Money prompt(Usage usage) {
        long plain = Math.max(0, usage.input() - usage.cached() - usage.written());
        return of(plain, input).plus(of(usage.cached(), cached)).plus(of(usage.written(), written));
    }

    Money answer(Usage usage) {
        return of(usage.output(), output);
    }

    private static Money of(long tokens, long rate) {
        return new Money(SaturatedMath.times(tokens, rate));
    }

    /** The usage of so many tokens that costs most. */
    Usage dearest(long inputTokens, long outputTokens) {
        boolean reading = cached > Math.max(input, written);
        boolean writing = !reading && written > input;
        return new Usage(inputTokens, reading ? inputTokens : 0, outputTokens, 0, writing ? inputTokens : 0);
    }
}
