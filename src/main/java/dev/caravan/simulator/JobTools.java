package dev.caravan.simulator;

import dev.caravan.simulator.SimulatorFaults.Kind;

/** What the jobs of all providers are worked off with. */
record JobTools(
        SimulatorSettings settings, SimulatedClock clock, FileStore files, AnswerMaker answers, SimulatorBill bill) {

    /** Whether a fault of jobs hits this one. */
    boolean fated(SimulatedJob job, Kind kind) {
        return FaultMarkers.of(job.markers()).has(kind)
                || new SeededStream(settings.seed(), job.id(), kind.word()).share()
                        < settings.faults().share(kind);
    }
}
