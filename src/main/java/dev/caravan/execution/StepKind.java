package dev.caravan.execution;

import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.Step;
import dev.caravan.pipeline.StepGrammar;

/**
 * A kind of step, found by its name: what an author may write ({@link StepGrammar}), and how such a step is made ready
 * to perform and judge. New kinds (fan-outs, approvals, repair loops) join here.
 */
public interface StepKind extends StepGrammar {

    /** Makes a checked step ready: templates, schemas, rules and expressions compiled once for the whole run. */
    PreparedStep prepare(Step step, Pipeline pipeline);
}
