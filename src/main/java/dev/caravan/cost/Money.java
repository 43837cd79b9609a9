package dev.caravan.cost;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.caravan.base.SaturatedMath;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * An amount of money: a whole number of pico-dollars (1e-12 USD), or {@link #UNKNOWN}.
 *
 * <p>What is unknown makes all that is worked out with it unknown. A sum that is too large for a long stays at the largest
 * one, for what others tell must not throw, and must not begin again below a cap. In JSON it is its number.
 *
 * @param picos pico-dollars, or -1
 */
public record Money(@JsonValue long picos) implements Comparable<Money> {
    /** What nobody knows; never zero. */
    public static final Money UNKNOWN = new Money(-1);

    public static final Money ZERO = new Money(0);

    /** Digits behind the point of a dollar. */
    private static final int PICO = 12;

    private static final int FEWEST_DIGITS_SHOWN = 4;
    /** Of an amount that begins behind these. */
    private static final int FIGURES_SHOWN = 3;

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public Money {
        if (picos < -1) {
            throw new IllegalArgumentException("no amount: " + picos);
        }
    }

    public boolean isUnknown() {
        return picos < 0;
    }

    public Money plus(Money other) {
        return isUnknown() || other.isUnknown() ? UNKNOWN : new Money(SaturatedMath.plus(picos, other.picos));
    }

    /** @param count not below zero */
    public Money times(long count) {
        if (count < 0) {
            throw new IllegalArgumentException("no count: " + count);
        }
        return isUnknown() ? UNKNOWN : new Money(SaturatedMath.times(picos, count));
    }

    /** A share of it, one of so many alike; what is left over of a pico-dollar falls away. */
    public Money dividedBy(long parts) {
        if (parts < 1) {
            throw new IllegalArgumentException("no number of parts: " + parts);
        }
        return isUnknown() ? UNKNOWN : new Money(picos / parts);
    }

    public Money max(Money other) {
        return isUnknown() || other.isUnknown() ? UNKNOWN : new Money(Math.max(picos, other.picos));
    }

    public Money min(Money other) {
        return isUnknown() || other.isUnknown() ? UNKNOWN : new Money(Math.min(picos, other.picos));
    }

    /** Whether it is surely no more than a limit: nothing unknown is, and nothing fits below an unknown limit. */
    public boolean fits(Money limit) {
        return !isUnknown() && !limit.isUnknown() && picos <= limit.picos;
    }

    /** By size; what is unknown comes behind all that is known. */
    @Override
    public int compareTo(Money other) {
        return Long.compareUnsigned(picos, other.picos);
    }

    /** Exact plain decimal of dollars, such as {@code 0.0001275}; null for what is unknown. */
    public @Nullable String usd() {
        if (isUnknown()) {
            return null;
        }
        BigDecimal exact = exact().stripTrailingZeros();
        return exact.signum() == 0 ? "0" : exact.toPlainString();
    }

    /** For a screen: {@code $1.2346}, {@code $0.0000331}, or {@code unknown}. */
    public String display() {
        if (isUnknown()) {
            return "unknown";
        }
        BigDecimal exact = exact();
        int digits = exact.signum() == 0
                ? FEWEST_DIGITS_SHOWN
                : Math.max(FEWEST_DIGITS_SHOWN, exact.scale() - exact.precision() + FIGURES_SHOWN);
        return "$"
                + exact.setScale(Math.min(digits, PICO), RoundingMode.HALF_UP).toPlainString();
    }

    private BigDecimal exact() {
        return BigDecimal.valueOf(picos, PICO);
    }
}
