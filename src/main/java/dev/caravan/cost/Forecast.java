package dev.caravan.cost;

import dev.caravan.base.SaturatedMath;
import java.util.Arrays;

/**
 * What a run will cost, from what some of its units did: a mean, and an interval in which the bill lies at least 19 times
 * in 20.
 *
 * <p>The interval is that of a prediction for the units to come: Student's t over the units seen, where the spread of
 * the mean and that of the units themselves add up. It is made at 99 % rather than 95, since costs of units are skewed
 * (a few that fan out, or are asked again, cost most) and small samples see too little of it. Pico-dollars; -1 is
 * unknown.
 */
public record Forecast(long low, long expected, long high) {
    public static final Forecast UNKNOWN = new Forecast(-1, -1, -1);
    /** Of the normal distribution, for 99 % between both sides. */
    private static final double Z99 = 2.5758293;

    /**
     * Quantiles of Student's t for 1 to 30 degrees of freedom, 99 % between both sides: column 0.995 of the table of its
     * critical values in the NIST/SEMATECH e-Handbook of Statistical Methods, section 1.3.6.7.2.
     */
    private static final double[] T99 = {
        63.657, 9.925, 5.841, 4.604, 4.032, 3.707, 3.499, 3.355, 3.250, 3.169,
        3.106, 3.055, 3.012, 2.977, 2.947, 2.921, 2.898, 2.878, 2.861, 2.845,
        2.831, 2.819, 2.807, 2.797, 2.787, 2.779, 2.771, 2.763, 2.756, 2.750
    };

    private static final double Z95 = 1.959964;

    /**
     * @param costs of each unit seen
     * @param units of the whole run, those seen included
     */
    public static Forecast of(long[] costs, int units) {
        int seen = costs.length;
        long spent = Arrays.stream(costs).reduce(0, SaturatedMath::plus);
        int left = units - seen;
        if (left <= 0) {
            return new Forecast(spent, spent, spent);
        }
        if (seen < 2) {
            return UNKNOWN;
        }
        double mean = (double) spent / seen;
        double half = student(seen - 1) * deviation(costs, mean) * Math.sqrt((double) left * left / seen + left);
        double expected = spent + left * mean;
        return new Forecast(Math.max(spent, (long) Math.floor(expected - half)), Math.round(expected), (long)
                Math.ceil(expected + half));
    }

    /**
     * As {@link #of}, of a run that buys all its units anew.
     *
     * @param costs of units of an earlier run
     * @param units of the run to come
     */
    public static Forecast anew(long[] costs, int units) {
        int seen = costs.length;
        if (seen < 2) {
            return UNKNOWN;
        }
        double mean = (double) Arrays.stream(costs).reduce(0, SaturatedMath::plus) / seen;
        double half = student(seen - 1) * deviation(costs, mean) * Math.sqrt((double) units * units / seen + units);
        double expected = units * mean;
        return new Forecast(Math.max(0, (long) Math.floor(expected - half)), Math.round(expected), (long)
                Math.ceil(expected + half));
    }

    private static double deviation(long[] costs, double mean) {
        double squares = 0;
        for (long each : costs) {
            squares += (each - mean) * (each - mean);
        }
        return Math.sqrt(squares / (costs.length - 1));
    }

    /**
     * Student's t for 99 % between both sides: as printed for few degrees of freedom, for more by its expansion around
     * the normal distribution, which is too small for few.
     */
    static double student(int degrees) {
        return degrees <= T99.length ? T99[degrees - 1] : expanded(degrees);
    }

    private static double expanded(double degrees) {
        double z3 = Z99 * Z99 * Z99;
        double z5 = z3 * Z99 * Z99;
        return Z99 + (z3 + Z99) / (4 * degrees) + (5 * z5 + 16 * z3 + 3 * Z99) / (96 * degrees * degrees);
    }

    /** Between what a share lies when so many of a sample had it: Wilson's interval at 95 %. */
    public static double[] share(int had, int of) {
        if (of == 0) {
            return new double[] {0, 1};
        }
        double p = (double) had / of;
        double z2 = Z95 * Z95;
        double middle = (p + z2 / (2 * of)) / (1 + z2 / of);
        double half = Z95 / (1 + z2 / of) * Math.sqrt(p * (1 - p) / of + z2 / (4.0 * of * of));
        return new double[] {Math.max(0, middle - half), Math.min(1, middle + half)};
    }
}
