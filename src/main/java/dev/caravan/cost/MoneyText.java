package dev.caravan.cost;

import dev.caravan.run.RunSummary;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Pico-dollars as people read and write them. */
public final class MoneyText {
    private static final BigDecimal MOST_DOLLARS = new BigDecimal(1_000_000);
    private static final int LONGEST_TEXT = 40;
    /** Of a dollar; what is written finer is cut, so a limit is never above what was said. */
    private static final int PICO = 12;

    private MoneyText() {}

    /**
     * What a person wrote, such as {@code 2.50} or {@code $2.50}, in pico-dollars.
     *
     * @return empty where it is no amount from 0 to a million dollars
     */
    public static OptionalLong picos(String dollars) {
        if (dollars.length() > LONGEST_TEXT) {
            return OptionalLong.empty();
        }
        try {
            var exact = new BigDecimal(dollars.startsWith("$") ? dollars.substring(1) : dollars);
            // The exponent first: to write out 1e-999999999 would take all memory.
            if (exact.signum() < 0
                    || Math.abs((long) exact.scale()) > LONGEST_TEXT
                    || exact.compareTo(MOST_DOLLARS) > 0) {
                return OptionalLong.empty();
            }
            return OptionalLong.of(
                    exact.movePointRight(PICO).setScale(0, RoundingMode.FLOOR).longValueExact());
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** Exact plain decimal, such as {@code 0.0001275}. */
    public static String usd(long picos) {
        BigDecimal exact = BigDecimal.valueOf(picos, PICO).stripTrailingZeros();
        return exact.signum() == 0 ? "0" : exact.toPlainString();
    }

    /** As {@link #usd}; null for what is unknown. */
    public static @Nullable String usdOrNull(long picos) {
        return picos < 0 ? null : usd(picos);
    }

    /** What a run cost, for a screen: where replies told no usage, what is known of it. */
    public static String cost(RunSummary run) {
        return cost(run.cost().settledPicos(), run.cost().unknown().calls());
    }

    /** As {@link #cost(RunSummary)}, of a part of a run. */
    public static String cost(long settledPicos, long unknownCalls) {
        if (unknownCalls == 0 || settledPicos < 0) {
            return display(settledPicos);
        }
        return settledPicos == 0 ? "unknown" : display(settledPicos) + " + ?";
    }

    /** The line of a screen that names replies that told no usage: how many, and what they can cost at most. */
    public static String untold(RunSummary run) {
        RunSummary.Untold unknown = run.cost().unknown();
        return unknown.calls() + (unknown.calls() == 1 ? " reply" : " replies") + " told no usage; "
                + (unknown.picos() < 0
                        ? "nobody knows what is at risk, for the price is unknown"
                        : "at most " + display(unknown.picos()) + " at risk")
                + ": caravan settle " + run.run() + " --unknown";
    }

    /** The line that names a step which asks another model than before. */
    public static String changed(RunSummary.Revised revised) {
        return revised.step() + " asks " + revised.to() + ", until then " + revised.from() + ", by " + revised.actor();
    }

    /** The line that names what people said of such replies. */
    public static String said(RunSummary run) {
        RunSummary.Untold unknown = run.cost().unknown();
        return display(unknown.saidPicos()) + " of it for " + unknown.saidCalls()
                + (unknown.saidCalls() == 1 ? " reply" : " replies") + " that told no usage, as somebody said";
    }

    /** For a screen: {@code $1.2346} or {@code $0.0000331}, or {@code unknown} when a price is not known. */
    public static String display(long picos) {
        if (picos < 0) {
            return "unknown";
        }
        BigDecimal exact = BigDecimal.valueOf(picos, PICO);
        int digits = exact.signum() == 0 ? 4 : Math.max(4, exact.scale() - exact.precision() + 3);
        return "$"
                + exact.setScale(Math.min(digits, PICO), RoundingMode.HALF_UP).toPlainString();
    }
}
