package dev.caravan.estimate;

import dev.caravan.cost.Forecast;
import dev.caravan.money.Money;
import java.math.BigInteger;
import java.util.List;

/** The figures of an estimate, made one way or the other. */
record CostBreakdown(List<StepCost> steps, Forecast total) {

    /** A sum over some, for all: {@code sum * all / some}, rounded half up. */
    static long scaled(long sum, long all, long some) {
        BigInteger twice = BigInteger.valueOf(sum).multiply(BigInteger.valueOf(2 * all));
        BigInteger scaled = twice.add(BigInteger.valueOf(some)).divide(BigInteger.valueOf(2 * some));
        return scaled.bitLength() < Long.SIZE ? scaled.longValue() : Long.MAX_VALUE;
    }

    /** As {@link #scaled(long, long, long)}; what is unknown stays so. */
    static Money scaled(Money sum, long all, long some) {
        return sum.isUnknown() ? sum : new Money(scaled(sum.picos(), all, some));
    }
}
