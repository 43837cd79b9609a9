package dev.caravan.service;

import dev.caravan.run.CostOutlook;

/**
 * When a run may start without asking a person.
 *
 * @param belowPicos a run whose cautious estimate lies below this may; 0 for none
 */
public record SpendRule(long belowPicos) {

    /** Whether a run of that cost may: what is unknown may not. */
    boolean allows(CostOutlook outlook) {
        return outlook.cautiousPicos() >= 0 && outlook.cautiousPicos() < belowPicos;
    }
}
