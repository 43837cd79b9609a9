package dev.caravan.execution;

import dev.caravan.pipeline.Pipeline;
import dev.caravan.run.RunLog;
import dev.caravan.run.RunStore;
import java.util.function.BooleanSupplier;

/** Does what is to be done once when every unit has its outcome. */
@FunctionalInterface
public interface EndTasks {
    /**
     * @param pipeline the run's snapshot
     * @param stopped whether the run is to stop: what was begun is left
     * @return whether all of it is done or has failed
     */
    boolean run(RunStore store, Pipeline pipeline, RunLog log, BooleanSupplier stopped);
}
