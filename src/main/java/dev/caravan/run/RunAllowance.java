package dev.caravan.run;

/** What people let the run do: how much it may cost, who let it spend, and whether its pilot was good enough. */
final class RunAllowance {
    /** Most that the run may cost, in pico-dollars; -1 for no cap. */
    long capPicos = -1;
    /** Whether somebody was asked to let the run spend, and did not answer. */
    boolean approvalAsked;
    /** What they were told it costs. */
    CostOutlook outlook = CostOutlook.UNKNOWN;
    /** Who let the run spend; empty when nobody was asked. */
    String approvedBy = "";
    /** Upper end of what they let it spend, in pico-dollars; -1 when nobody was asked or no sum was known. */
    long approvedHighPicos = -1;
    /** Whether all units may go, not only the pilot's. */
    boolean pilotPassed;

    /**
     * Whether the run cost more than half as much again as somebody approved: then they are to be asked again. A pilot
     * is there to find that out; and where a cap was set, it says what may be spent.
     */
    boolean isExceeded(long settledPicos) {
        return pilotPassed && capPicos < 0 && approvedHighPicos > 0 && settledPicos / 3 > approvedHighPicos / 2;
    }
}
