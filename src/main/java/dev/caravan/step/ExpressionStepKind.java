package dev.caravan.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Problems;
import dev.caravan.base.UnitRecord;
import dev.caravan.expression.Evaluation;
import dev.caravan.expression.EvaluationException;
import dev.caravan.expression.Expression;
import dev.caravan.expression.SeededRandom;
import dev.caravan.pipeline.ExpressionReader;
import dev.caravan.pipeline.KnownFields;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.Step;
import dev.caravan.validation.Finding;
import dev.caravan.validation.Judge;
import dev.caravan.validation.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A step that computes: {@code init} once, then {@code expressions} in their order, again and again until {@code
 * loop_until} holds, if it is given. What they set becomes fields of the record.
 */
public final class ExpressionStepKind implements StepKind {
    private static final Set<String> KEYS =
            new TreeSet<>(Set.of("init", "expressions", "loop_until", "max_iterations", "schema", "validation"));
    private static final int USUAL_ITERATIONS = 1_000;
    private static final int MOST_ITERATIONS = 1_000_000;

    @Override
    public String kind() {
        return "expression";
    }

    @Override
    public Set<String> keys() {
        return KEYS;
    }

    @Override
    public boolean asks() {
        return false;
    }

    @Override
    public void check(Step step, Source source, Problems problems) {
        ExpressionReader.read(step, "init", source, problems);
        if (ExpressionReader.read(step, "expressions", source, problems).isEmpty()
                && step.source().path("expressions").isEmpty()) {
            problems.at(
                    source.file(),
                    source.place() + ".expressions",
                    "is missing; an expression step maps names to expressions");
        }
        ExpressionReader.one(step, "loop_until", source, problems);
        StepChecks.whole(step, "max_iterations", MOST_ITERATIONS, source, problems);
        if (step.source().has("max_iterations") && !step.source().has("loop_until")) {
            problems.at(
                    source.file(),
                    source.place() + ".max_iterations",
                    "has no meaning without loop_until; remove it, or say until when to repeat");
        }
        StepChecks.schema(step, source, problems);
        StepChecks.rules(step, source, problems);
        StepBranch.check(step, source, problems);
    }

    @Override
    public void flow(Step step, Source source, KnownFields known, Problems problems) {
        StepBranch.flow(step, source, known, problems, () -> {
            known.compute(step, source, problems);
            known.requires(step, source.file(), StepChecks.rulesPlace(step, source), problems);
            StepChecks.outputs(step, source, known, problems);
        });
    }

    @Override
    public PreparedStep prepare(Step step, Pipeline pipeline, NumberedRules rules) {
        var ignored = new Problems(step.name());
        var source = new Source(pipeline.folder(), "config.yaml", step.name(), pipeline.config());
        return new ExpressionStep(
                step,
                StepBranch.of(step, pipeline),
                ExpressionReader.read(step, "init", source, ignored),
                ExpressionReader.read(step, "expressions", source, ignored),
                ExpressionReader.one(step, "loop_until", source, ignored).orElse(null),
                step.source().path("max_iterations").asInt(USUAL_ITERATIONS),
                new Judge(StepChecks.schema(step, pipeline.folder()), step.validation(), rules.reading()),
                pipeline.generation().seed());
    }

    private record ExpressionStep(
            Step step,
            StepBranch branch,
            Map<String, Expression> init,
            Map<String, Expression> expressions,
            @Nullable Expression loopUntil,
            int maxIterations,
            Judge judge,
            long seed)
            implements PreparedStep.Local {

        @Override
        public Performed perform(ObjectNode record, int attempt) {
            var random = SeededRandom.of(seed, UnitRecord.id(record), step.name(), attempt);
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
                    results.put("_iterations", iterations);
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
}
