package dev.caravan.run;

/** What people let the run do: how much it may cost, who let it spend, and whether its pilot was good enough. */
final class Allowance {
    /** Most that the run may cost, in pico-dollars; -1 for no cap. */
    long capPicos = -1;
    /** Whether somebody was asked to let the run spend, and did not answer. */
    boolean approvalAsked;
    /** What they were told it costs. */
    CostOutlook outlook = CostOutlook.UNKNOWN;
    /** Who let the run spend; empty when nobody was asked. */
    String approvedBy = "";
    /** Whether all units may go, not only the pilot's. */
    boolean pilotPassed;
}
