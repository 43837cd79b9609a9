package dev.caravan.estimate;

import dev.caravan.cost.Forecast;
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

    /** Gathers what one prompt or answer has. */
    static final class Gathered {
        private double count;
        private double sum;
        private double squares;

        void add(double times, double value) {
            count += times;
            sum += times * value;
            squares += times * value * value;
        }

        double mean() {
            return count == 0 ? 0 : sum / count;
        }

        boolean any() {
            return count > 0;
        }

        StepCost.Spread spread() {
            double variance = count == 0 ? 0 : squares / count - mean() * mean();
            return new StepCost.Spread(mean(), Math.sqrt(Math.max(0, variance)));
        }
    }
}
