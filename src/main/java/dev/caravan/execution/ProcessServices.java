package dev.caravan.execution;

import dev.caravan.limit.Turnstiles;
import dev.caravan.operator.OutlookSource;
import java.util.concurrent.ExecutorService;

/**
 * What all runs of a process share.
 *
 * @param turnstiles who may ask a provider now
 * @param workers where rendering, judging and booking are done
 * @param endTasks does what is to be done when every unit is through
 * @param outlook says what steps that are still to come will cost
 */
public record ProcessServices(
        Turnstiles turnstiles, ExecutorService workers, EndTasks endTasks, OutlookSource outlook) {}
