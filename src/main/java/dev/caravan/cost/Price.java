package dev.caravan.cost;

import dev.caravan.provider.Lane;
import dev.caravan.provider.Usage;
import java.math.BigDecimal;

/**
 * What tokens of one model cost. All money is integer pico-dollars (1e-12 USD): a price of 0.075 USD per million tokens
 * is 75,000 a token, exactly.
 *
 * @param id model and date, such as {@code gpt-4o-mini@2026-07-02}
 * @param input realtime price of a token that is not cached
 * @param cached realtime price of a cached token; the input price where none is known
 * @param batchInput batch price of an input token, -1 where the model has no batch price
 * @param longAbove input tokens above which the whole request costs more, 0 for never
 * @param longInputPercent of the input and cached price then
 * @param longOutputPercent of the output price then
 */
public record Price(
        String id,
        long input,
        long cached,
        long output,
        long batchInput,
        long batchCached,
        long batchOutput,
        long longAbove,
        long longInputPercent,
        long longOutputPercent) {
    public static final long UNKNOWN = -1;

    /** Price of received tokens, or {@link #UNKNOWN} when the model has no price in this lane. */
    public long picos(Lane lane, Usage usage) {
        boolean batch = lane == Lane.BATCH;
        if (batch && batchInput < 0) {
            return UNKNOWN;
        }
        boolean dear = longAbove > 0 && usage.input() > longAbove;
        long in = Math.multiplyExact(usage.input() - usage.cached(), batch ? batchInput : input);
        long hit = Math.multiplyExact(usage.cached(), batch ? batchCached : cached);
        long out = Math.multiplyExact(usage.output(), batch ? batchOutput : output);
        long sum = Math.addExact(in, hit);
        return dear
                ? Math.addExact(sum * longInputPercent / 100, out * longOutputPercent / 100)
                : Math.addExact(sum, out);
    }

    /** The most a request can cost: nothing cached, all of the answer used. */
    public long worst(Lane lane, long inputTokens, long outputTokens) {
        return picos(lane, new Usage(inputTokens, 0, outputTokens, 0));
    }

    /** USD per million tokens as pico-dollars a token. */
    static long perToken(BigDecimal usdPerMillion) {
        return usdPerMillion.movePointRight(6).longValueExact();
    }
}
