package dev.caravan.simulator;

import dev.caravan.simulator.SimulatorFaults.Kind;
import java.util.function.Predicate;

/** Which faults befall a call: each takes its share of one fate, one behind the other, and whoever is marked for it. */
final class FaultDraw {
    private final SimulatorFaults faults;
    private final double fate;
    private final Predicate<Kind> marked;
    private double edge;

    /** @param fate from 0 up to 1 */
    FaultDraw(SimulatorFaults faults, double fate, Predicate<Kind> marked) {
        this.faults = faults;
        this.fate = fate;
        this.marked = marked;
    }

    /** Asks for the next kind; the answer holds for this call only if no kind before it befell it. */
    boolean befalls(Kind kind) {
        edge += faults.share(kind);
        return marked.test(kind) || fate < edge;
    }
}
