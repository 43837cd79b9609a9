package dev.caravan.base;

/**
 * Sums of numbers that others told us, none of them negative: what is too large for a long stays at the largest one. A
 * sum must not throw on what a provider says, and one that began again at the smallest number would pass any cap.
 */
public final class SaturatedMath {
    private SaturatedMath() {}

    public static long plus(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    public static long times(long a, long b) {
        return Math.multiplyHigh(a, b) != 0 || a * b < 0 ? Long.MAX_VALUE : a * b;
    }

    /** So many hundredths of a number, rounded down. */
    public static long percent(long number, long percent) {
        return number <= Long.MAX_VALUE / Math.max(1, percent) ? number * percent / 100 : times(number / 100, percent);
    }
}
