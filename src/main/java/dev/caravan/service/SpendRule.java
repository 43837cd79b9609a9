package dev.caravan.service;

import dev.caravan.cost.Forecast;

/**
 * When a run may start without asking a person.
 *
 * @param belowPicos a run whose estimate ends below this may; 0 for none
 */
public record SpendRule(long belowPicos) {

    /**
     * @param free whether nothing can be spent: the provider is simulated, or none is asked
     * @param estimate of what the run costs
     */
    public boolean startsByItself(boolean free, Forecast estimate) {
        return free || (estimate.high() >= 0 && estimate.high() < belowPicos);
    }
}
