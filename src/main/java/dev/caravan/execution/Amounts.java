package dev.caravan.execution;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Pico-dollars as people read them. */
public final class Amounts {
    private Amounts() {}

    /** Exact plain decimal, such as {@code 0.0001275}. */
    public static String usd(long picos) {
        BigDecimal exact = BigDecimal.valueOf(picos, 12).stripTrailingZeros();
        return exact.signum() == 0 ? "0" : exact.toPlainString();
    }

    /** As {@link #usd}; null for what is unknown. */
    public static @Nullable String usdOrNull(long picos) {
        return picos < 0 ? null : usd(picos);
    }

    /** For a screen: {@code $1.2346} or {@code $0.0000331}, or {@code unknown} when a price is not known. */
    public static String display(long picos) {
        if (picos < 0) {
            return "unknown";
        }
        BigDecimal exact = BigDecimal.valueOf(picos, 12);
        int digits = exact.signum() == 0 ? 4 : Math.max(4, exact.scale() - exact.precision() + 3);
        return "$"
                + exact.setScale(Math.min(digits, 12), java.math.RoundingMode.HALF_UP)
                        .toPlainString();
    }
}
