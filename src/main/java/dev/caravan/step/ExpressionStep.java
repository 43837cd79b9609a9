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

    @Override
    public Performed perform(ObjectNode record, int attempt) {
        var random = SeededRandom.of(seed, record.path("unit_id").asText(), step.name(), attempt);
        var evaluation = new Evaluation(record, random);
        String[] doing = {""};
        try {
            init.forEach((name, expression) -> set(evaluation, "init." + name, name, expression, doing));
            int iterations = 0;
            boolean over = false;
            while (!over) {
                if (iterations == maxIterations) {
                    return failed(
                            "iteration_limit", "loop_until", "did not hold after max_iterations: " + maxIterations);
                }
                iterations++;
                expressions.forEach(
                        (name, expression) -> set(evaluation, "expressions." + name, name, expression, doing));
                doing[0] = "loop_until";
                over = loopUntil == null || loopUntil.test(evaluation);
            }
            doing[0] = "expressions";
            ObjectNode results = evaluation.results();
            if (loopUntil != null) {
                results.put(ITERATIONS, iterations);
            }
            return new Performed(true, judge.judge(results, record));
        } catch (EvaluationException e) {
            String code = e.kind() == EvaluationException.Kind.LIMIT ? "expression_limit" : "expression_error";
            return failed(code, doing[0], e.getMessage());
        }
    }

    private static void set(
            Evaluation evaluation, String place, String name, Expression expression, String[] doing) {
        doing[0] = place;
        evaluation.set(name, expression);
    }

    private static Performed failed(String code, String place, @Nullable String message) {
        return new Performed(false, new Verdict(null, List.of(Finding.error(code, place, place + ": " + message))));
    }
}
