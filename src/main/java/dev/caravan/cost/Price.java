package dev.caravan.cost;

import dev.caravan.base.SaturatedMath;
import dev.caravan.provider.Lane;
import dev.caravan.provider.Usage;
import java.math.BigDecimal;

/**
 * What tokens of one model cost. All money is integer pico-dollars (1e-12 USD): a price of 0.075 USD per million tokens
 * is 75,000 a token, exactly.
 *
 * @param id model and date, such as {@code gpt-4o-mini@2026-07-02}
 * @param input realtime price of a token that is not cached
 * @param cached realtime price of a token read from a cache; the input price where none is known
 * @param batchInput batch price of an input token, -1 where the model has no batch price
 * @param longAbove input tokens above which the whole request costs more, 0 for never
 * @param longInputPercent of the input's, cached and written price then
 * @param longOutputPercent of the output price then
 * @param written realtime price of a token written to a cache; 0 where it costs what other input costs
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
        long longOutputPercent,
        long written,
        long batchWritten) {
    public static final long UNKNOWN = -1;

    /** Price of received tokens, or {@link #UNKNOWN} when the model has no price in this lane. Never overflows. */
    public long picos(Lane lane, Usage usage) {
        boolean batch = lane == Lane.BATCH;
        if (batch && batchInput < 0) {
            return UNKNOWN;
        }
        long plain = Math.max(0, usage.input() - usage.cached() - usage.written());
        long sum = SaturatedMath.times(plain, batch ? batchInput : input);
        sum = SaturatedMath.plus(sum, SaturatedMath.times(usage.cached(), batch ? batchCached : cached));
        sum = SaturatedMath.plus(sum, SaturatedMath.times(usage.written(), write(batch)));
        long out = SaturatedMath.times(usage.output(), batch ? batchOutput : output);
        return isLong(usage.input())
                ? SaturatedMath.plus(
                        SaturatedMath.percent(sum, longInputPercent), SaturatedMath.percent(out, longOutputPercent))
                : SaturatedMath.plus(sum, out);
    }

    private boolean isLong(long inputTokens) {
        return longAbove > 0 && inputTokens > longAbove;
    }

    private long write(boolean batch) {
        return written == 0 ? (batch ? batchInput : input) : batch ? batchWritten : written;
    }

    /** The most a request can cost: every token of it at its dearest, all of the answer used. */
    public long worst(Lane lane, long inputTokens, long outputTokens) {
        boolean batch = lane == Lane.BATCH;
        boolean writing = write(batch) > (batch ? batchInput : input);
        return picos(lane, new Usage(inputTokens, 0, outputTokens, 0, writing ? inputTokens : 0));
    }

    /** USD per million tokens as pico-dollars a token. */
    static long perToken(BigDecimal usdPerMillion) {
        return usdPerMillion.movePointRight(6).longValueExact();
    }
}
