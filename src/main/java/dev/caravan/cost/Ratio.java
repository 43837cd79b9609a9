package dev.caravan.cost;

import java.math.BigDecimal;
import java.util.OptionalLong;

/** How many times another rate one is, as a fraction, so that nothing is rounded. */
record Ratio(BigDecimal times, BigDecimal over) {
    static final Ratio ONE = of(BigDecimal.ONE);
    private static final BigDecimal MOST_RATE = BigDecimal.valueOf(1_000_000_000_000L);

    static Ratio of(BigDecimal factor) {
        return new Ratio(factor, BigDecimal.ONE);
    }

    static Ratio between(long rate, long usual) {
        return new Ratio(BigDecimal.valueOf(rate), BigDecimal.valueOf(usual));
    }

    /** So many times a rate; empty where that is no whole number of pico-dollars, or one that no token costs. */
    OptionalLong of(long rate) {
        if (over.signum() == 0) {
            return rate == 0 ? OptionalLong.of(times.longValueExact()) : OptionalLong.empty();
        }
        BigDecimal[] parts = BigDecimal.valueOf(rate).multiply(times).divideAndRemainder(over);
        boolean whole = parts[1].signum() == 0 && parts[0].compareTo(MOST_RATE) < 0;
        return whole ? OptionalLong.of(parts[0].longValueExact()) : OptionalLong.empty();
    }
}
