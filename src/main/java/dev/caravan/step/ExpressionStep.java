package dev.caravan.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.expression.Evaluation;
import dev.caravan.expression.EvaluationException;
import dev.caravan.expression.Expression;
import dev.caravan.expression.SeededRandom;
import dev.caravan.pipeline.Step;
import dev.caravan.validation.Finding;
import dev.caravan.validation.Judge;
import dev.caravan.validation.Verdict;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A step that computes fields of a record from others. */
record ExpressionStep(
        Step step,
        StepBranch branch,
        Map<String, Expression> init,
        Map<String, Expression> expressions,
        @Nullable Expression loopUntil,
        int maxIterations,
        Judge judge,
        long seed)
        implements PreparedStep.Local {
    /** The field that tells how often a step was repeated. */
    static final String ITERATIONS = "_iterations";

    private static final String LOOP_UNTIL = "loop_until";

    @Override
    public Performed perform(ObjectNode record, int attempt) {
        var random = SeededRandom.of(seed, record.path("unit_id").asText(), step.name(), attempt);
        var computation = new Computation(new Evaluation(record, random));
        try {
            int iterations = computation.repeat();
            if (iterations > maxIterations) {
                return failed("iteration_limit", LOOP_UNTIL, "did not hold after max_iterations: " + maxIterations);
            }
            ObjectNode results = computation.results();
            if (loopUntil != null) {
                results.put(ITERATIONS, iterations);
            }
            return new Performed(true, judge.judge(results, record));
        } catch (EvaluationException e) {
            String code = e.kind() == EvaluationException.Kind.LIMIT ? "expression_limit" : "expression_error";
            return failed(code, computation.doing, e.getMessage());
        }
    }

    /** One unit's computation, which knows what it is doing. */
    private final class Computation {
        private final Evaluation evaluation;
        private String doing = "";

        Computation(Evaluation evaluation) {
            this.evaluation = evaluation;
        }

        /** @return how often the expressions were evaluated; more than may be where no end was found */
        int repeat() throws EvaluationException {
            set("init.", init);
            for (int iterations = 1; iterations <= maxIterations; iterations++) {
                set("expressions.", expressions);
                doing = LOOP_UNTIL;
                if (loopUntil == null || loopUntil.test(evaluation)) {
                    return iterations;
                }
            }
            return maxIterations + 1;
        }

        private void set(String place, Map<String, Expression> named) {
            named.forEach((name, expression) -> {
                doing = place + name;
                evaluation.set(name, expression);
            });
        }

        ObjectNode results() throws EvaluationException {
            doing = "expressions";
            return evaluation.results();
        }
    }

    private static Performed failed(String code, String place, @Nullable String message) {
        return new Performed(false, new Verdict(null, List.of(Finding.error(code, place, place + ": " + message))));
    }
}
