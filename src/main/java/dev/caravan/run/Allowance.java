package dev.caravan.run;

/** What people let the run do: how much it may cost, who let it spend, and whether its pilot was good enough. */
final class Allowance {
    /** Most that the run may cost, in pico-dollars; -1 for no cap. */
    long capPicos = -1;
    /** Who let the run spend; empty when nobody was asked. */
    String approvedBy = "";
    /** Whether all units may go, not only the pilot's. */
    boolean pilotPassed;
}
