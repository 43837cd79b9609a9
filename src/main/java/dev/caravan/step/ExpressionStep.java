package dev.caravan.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.UnitRecord;
import dev.caravan.expression.Evaluation;
import dev.caravan.expression.EvaluationException;
import dev.caravan.expression.Expression;
import dev.caravan.expression.FieldNames;
import dev.caravan.expression.SeededRandom;
import dev.caravan.pipeline.Step;
import dev.caravan.validation.Finding;
import dev.caravan.validation.Judge;
import dev.caravan.validation.Verdict;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A step that computes fields of a record from others. */
record ExpressionStep(Step step, StepBranch branch, Program program, int maxIterations, Judge judge, long seed)
        implements PreparedStep.Local {
    /** The field that tells how often a step was repeated. */
    static final String ITERATIONS = "_iterations";

    private static final String LOOP_UNTIL = "loop_until";

    /** An expression of the step, with its place in the file for messages. */
    private record Assignment(String place, FieldNames.Named named) {

        static Assignment[] of(String block, Map<String, Expression> expressions, FieldNames names) {
            return names.link(expressions).stream()
                    .map(each -> new Assignment(block + "." + each.name(), each))
                    .toArray(Assignment[]::new);
        }
    }

    /** What the step evaluates. All of it shares names, so that every field is looked up once for the step, not for a unit. */
    static final class Program {
        private final FieldNames names = new FieldNames();
        private final Assignment[] init;
        private final Assignment[] expressions;
        private final @Nullable Expression loopUntil;

        Program(Map<String, Expression> init, Map<String, Expression> expressions, @Nullable Expression loopUntil) {
            this.init = Assignment.of("init", init, names);
            this.expressions = Assignment.of("expressions", expressions, names);
            this.loopUntil = loopUntil == null ? null : names.link(loopUntil);
        }

        boolean repeats() {
            return loopUntil != null;
        }
    }

    @Override
    public Performed perform(ObjectNode record, int attempt) {
        var random = SeededRandom.of(seed, UnitRecord.id(record), step.name(), attempt);
        var computation = new Computation(program.names.evaluation(record, random));
        try {
            int iterations = computation.repeat();
            if (iterations > maxIterations) {
                return failed("iteration_limit", LOOP_UNTIL, "did not hold after max_iterations: " + maxIterations);
            }
            ObjectNode results = computation.results();
            if (program.repeats()) {
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
            set(program.init);
            for (int iterations = 1; iterations <= maxIterations; iterations++) {
                set(program.expressions);
                doing = LOOP_UNTIL;
                if (program.loopUntil == null || program.loopUntil.test(evaluation)) {
                    return iterations;
                }
            }
            return maxIterations + 1;
        }

        private void set(Assignment[] assignments) {
            for (Assignment each : assignments) {
                doing = each.place();
                evaluation.set(each.named());
            }
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
