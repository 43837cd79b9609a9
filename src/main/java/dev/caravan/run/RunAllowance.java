package dev.caravan.run;

import dev.caravan.money.Money;
import org.jspecify.annotations.Nullable;

/** What people let the run do: how much it may cost, who let it spend, and whether its pilot was good enough. */
final class RunAllowance {
    /** Most that the run may cost; null for no cap. */
    @Nullable Money cap;
    /** Whether somebody was asked to let the run spend, and did not answer. */
    boolean approvalAsked;
    /** What they were told it costs. */
    CostOutlook outlook = CostOutlook.UNKNOWN;
    /** Who let the run spend; empty when nobody was asked. */
    String approvedBy = "";
    /** Upper end of what they let it spend; unknown when nobody was asked or no sum was known. */
    Money approvedHigh = Money.UNKNOWN;
    /** Whether all units may go, not only the pilot's. */
    boolean pilotPassed;

    /**
     * Whether the run cost more than half as much again as somebody approved: then they are to be asked again. A pilot
     * is there to find that out; and where a cap was set, it says what may be spent.
     */
    boolean isExceeded(Money settled) {
        return pilotPassed
                && cap == null
                && !approvedHigh.known().equals(Money.ZERO)
                && !settled.isUnknown()
                && !settled.dividedBy(3).fits(approvedHigh.dividedBy(2));
    }
}
