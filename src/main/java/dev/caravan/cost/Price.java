package dev.caravan.cost;

import dev.caravan.provider.Lane;
import dev.caravan.provider.Usage;
import org.jspecify.annotations.Nullable;

/**
 * What tokens of one model cost, in whole pico-dollars: a price of 0.075 USD for a million tokens is 75,000 a token,
 * exactly.
 *
 * @param id model and date, such as {@code gpt-4o-mini@2026-07-02}
 * @param batch null where the model has no batch price
 * @param longPrompt what a request with a long prompt costs, or null where that makes no difference
 */
public record Price(
        String id,
        Rates realtime,
        @Nullable Rates batch,
        @Nullable LongPrompt longPrompt) {
    /** As {@link Money#UNKNOWN}, for who counts in numbers. */
    public static final long UNKNOWN = Money.UNKNOWN.picos();

    /** Price of received tokens, or {@link Money#UNKNOWN} when the model has no price in this lane. Never overflows. */
    public Money cost(Lane lane, Usage usage) {
        Rates usual = usual(lane);
        if (usual == null) {
            return Money.UNKNOWN;
        }
        return longPrompt != null && usage.input() > longPrompt.above()
                ? longPrompt.cost(lane, usual, usage)
                : usual.cost(usage);
    }

    /** The most a request can cost: every token of it at its dearest, all of the answer used. */
    public Money worstCost(Lane lane, long inputTokens, long outputTokens) {
        Rates usual = usual(lane);
        if (usual == null) {
            return Money.UNKNOWN;
        }
        Money worst = usual.cost(usual.dearest(inputTokens, outputTokens));
        return longPrompt != null && inputTokens > longPrompt.above()
                ? worst.max(longPrompt.worst(lane, usual, inputTokens, outputTokens))
                : worst;
    }

    private @Nullable Rates usual(Lane lane) {
        return lane == Lane.BATCH ? batch : realtime;
    }

    /** As {@link #cost}, for who counts in numbers. */
    public long picos(Lane lane, Usage usage) {
        return cost(lane, usage).picos();
    }

    /** As {@link #worstCost}, for who counts in numbers. */
    public long worst(Lane lane, long inputTokens, long outputTokens) {
        return worstCost(lane, inputTokens, outputTokens).picos();
    }
}
