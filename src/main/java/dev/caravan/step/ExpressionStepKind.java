package dev.caravan.step;

import dev.caravan.base.Problems;
import dev.caravan.pipeline.ExpressionReader;
import dev.caravan.pipeline.KnownFields;
import dev.caravan.pipeline.Manner;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.Step;
import dev.caravan.pipeline.StepSource;
import dev.caravan.validation.Judge;
import java.util.Set;
import java.util.TreeSet;

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
    public Manner manner() {
        return Manner.COMPUTES;
    }

    @Override
    public void check(Step step, StepSource source, Problems problems) {
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
    public void flow(Step step, StepSource source, KnownFields known, Problems problems) {
        StepBranch.flow(step, source, known, problems, () -> {
            known.compute(step, source, problems);
            known.requires(step, source.file(), StepChecks.rulesPlace(step, source), problems);
            StepChecks.outputs(step, source, known, problems);
        });
    }

    @Override
    public PreparedStep prepare(Step step, Pipeline pipeline, NumberedRules rules) {
        var ignored = new Problems(step.name());
        var source = new StepSource(pipeline.folder(), "config.yaml", step.name(), pipeline.config());
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
}
