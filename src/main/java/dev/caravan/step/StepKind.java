package dev.caravan.step;

import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.Step;
import dev.caravan.pipeline.StepGrammar;
import java.util.List;
import java.util.Map;

/**
 * A kind of step, found by its name: what an author may write ({@link StepGrammar}), and how such a step is made ready
 * to perform and judge. New kinds (fan-outs, approvals, repair loops) join here.
 */
public interface StepKind extends StepGrammar {

    /** All steps of a pipeline, ready, in order, asking and judging as new runs do. */
    static List<PreparedStep> prepared(Pipeline pipeline, Map<String, StepKind> kinds) {
        return prepared(pipeline, kinds, NumberedRules.NEWEST);
    }

    /** As the other, by the rules of the version that made the run. */
    static List<PreparedStep> prepared(Pipeline pipeline, Map<String, StepKind> kinds, NumberedRules rules) {
        return pipeline.steps().stream()
                .map(each -> StepGrammar.of(kinds, each).prepare(each, pipeline, rules))
                .toList();
    }

    /** As the other, asking and judging as new runs do. */
    default PreparedStep prepare(Step step, Pipeline pipeline) {
        return prepare(step, pipeline, NumberedRules.NEWEST);
    }

    /** Makes a checked step ready: templates, schemas, rules and expressions compiled once for the whole run. */
    PreparedStep prepare(Step step, Pipeline pipeline, NumberedRules rules);
}
