package dev.caravan.cost;

import dev.caravan.base.SaturatedMath;
import dev.caravan.money.Money;
import dev.caravan.provider.Lane;
import dev.caravan.provider.Usage;
import org.jspecify.annotations.Nullable;

/** What a whole request costs once its prompt is long. */
public sealed interface LongPrompt {
    /** Input tokens up to which it costs what others cost. */
    long above();

    /** @param usual rates of the lane below that limit */
    Money cost(Lane lane, Rates usual, Usage usage);

    /** The most that so many tokens can cost. */
    Money worst(Lane lane, Rates usual, long inputTokens, long outputTokens);

    /**
     * Rates of their own.
     *
     * @param batch null where the model has no batch price
     */
    record AtRates(long above, Rates realtime, @Nullable Rates batch) implements LongPrompt {
        @Override
        public Money cost(Lane lane, Rates usual, Usage usage) {
            return rates(lane, usual).cost(usage);
        }

        @Override
        public Money worst(Lane lane, Rates usual, long inputTokens, long outputTokens) {
            Rates rates = rates(lane, usual);
            return rates.cost(rates.dearest(inputTokens, outputTokens));
        }

        private Rates rates(Lane lane, Rates usual) {
            Rates rates = lane == Lane.BATCH ? batch : realtime;
            return rates == null ? usual : rates;
        }
    }

    /**
     * Hundredths of the usual amount, rounded down: as the prices of runs that earlier versions made are kept. Books of
     * such a run come to the same sums for ever; no price is made so any more.
     */
    record AtPercents(long above, long inputPercent, long outputPercent) implements LongPrompt {
        @Override
        public Money cost(Lane lane, Rates usual, Usage usage) {
            return percent(usual.prompt(usage), inputPercent).plus(percent(usual.answer(usage), outputPercent));
        }

        @Override
        public Money worst(Lane lane, Rates usual, long inputTokens, long outputTokens) {
            return cost(lane, usual, usual.dearest(inputTokens, outputTokens));
        }

        private static Money percent(Money amount, long percent) {
            return new Money(SaturatedMath.percent(amount.picos(), percent));
        }
    }
}
