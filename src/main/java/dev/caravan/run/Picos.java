package dev.caravan.run;

import dev.caravan.base.SaturatedMath;

/** Amounts in pico-dollars (1e-12 USD), where -1 stands for one that nobody knows. */
public final class Picos {
    private Picos() {}

    /** Saturates; unknown when one of both is. */
    public static long sum(long a, long b) {
        return a < 0 || b < 0 ? -1 : SaturatedMath.plus(a, b);
    }
}
