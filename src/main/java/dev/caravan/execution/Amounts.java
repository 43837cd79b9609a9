package dev.caravan.execution;

import java.math.BigDecimal;

/** Pico-dollars as people read them. */
public final class Amounts {
    private Amounts() {}

    /** Exact plain decimal, such as {@code 0.0001275}. */
    public static String usd(long picos) {
        BigDecimal exact = BigDecimal.valueOf(picos, 12).stripTrailingZeros();
        return exact.signum() == 0 ? "0" : exact.toPlainString();
    }

    /** For a screen: {@code $0.0123}, or {@code unknown} when a price is not known. */
    public static String display(long picos) {
        if (picos < 0) {
            return "unknown";
        }
        return "$"
                + BigDecimal.valueOf(picos, 12)
                        .setScale(4, java.math.RoundingMode.HALF_UP)
                        .toPlainString();
    }
}
