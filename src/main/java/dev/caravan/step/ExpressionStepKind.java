package dev.caravan.step;

import com.fasterxml.jackson.databind.node.IntNode;
import dev.caravan.base.Problems;
import dev.caravan.expression.Expression;
import dev.caravan.pipeline.KnownFields;
import dev.caravan.pipeline.Manner;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.Step;
import dev.caravan.pipeline.StepSettings;
import dev.caravan.pipeline.StepSource;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A step that computes: {@code init} once, then {@code expressions} in their order, again and again until {@code
 * loop_until} holds, if it is given. What they set becomes fields of the record.
 */
public final class ExpressionStepKind implements StepKind {
    private static final String INIT = "init";
    private static final String EXPRESSIONS = "expressions";
    private static final String LOOP_UNTIL = "loop_until";
    private static final String MAX_ITERATIONS = "max_iterations";
    private static final Set<String> KEYS =
            new TreeSet<>(Set.of(INIT, EXPRESSIONS, LOOP_UNTIL, MAX_ITERATIONS, "schema", "validation"));
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

    /**
     * @param repeats whether it says until when to repeat
     * @param loopUntil null when it does not, or not rightly
     */
    private record Settings(
            Map<String, Expression> init,
            Map<String, Expression> expressions,
            boolean repeats,
            @Nullable Expression loopUntil,
            int maxIterations,
            OutputRules output,
            BranchSettings branch)
            implements StepSettings {

        /** Carries them out on what is known. */
        void compute(StepSource source, KnownFields known, Problems problems) {
            known.set(init, source.file(), source.at(INIT), problems);
            known.set(expressions, source.file(), source.at(EXPRESSIONS), problems);
            if (loopUntil != null) {
                known.use(loopUntil, null, source.file(), source.at(LOOP_UNTIL), problems);
            }
            if (repeats) {
                known.add(ExpressionStep.ITERATIONS, IntNode.valueOf(1));
            }
        }
    }

    @Override
    public StepSettings read(Step step, StepSource source, Problems problems) {
        var settings = new SettingReader(step, source, problems);
        Map<String, Expression> init = settings.expressions(INIT);
        Map<String, Expression> expressions = settings.expressions(EXPRESSIONS);
        if (expressions.isEmpty() && settings.value(EXPRESSIONS).isEmpty()) {
            settings.wrong(EXPRESSIONS, "is missing; an expression step maps names to expressions");
        }
        Expression loopUntil = settings.expression(LOOP_UNTIL);
        int most = settings.whole(MAX_ITERATIONS, MOST_ITERATIONS, USUAL_ITERATIONS);
        boolean repeats = settings.has(LOOP_UNTIL);
        if (settings.has(MAX_ITERATIONS) && !repeats) {
            settings.wrong(MAX_ITERATIONS, "has no meaning without loop_until; remove it, or say until when to repeat");
        }
        OutputRules output = OutputRules.read(settings);
        return new Settings(init, expressions, repeats, loopUntil, most, output, BranchSettings.read(settings));
    }

    @Override
    public void flow(Step step, StepSource source, KnownFields known, Problems problems) {
        Settings settings = step.settings(Settings.class);
        settings.branch().flow(source, known, problems, () -> {
            settings.compute(source, known, problems);
            settings.output().requires(step, source, known, problems);
            settings.output().flow(step, source, known, problems);
        });
    }

    @Override
    public PreparedStep prepare(Step step, Pipeline pipeline, NumberedRules rules) {
        Settings settings = step.settings(Settings.class);
        return new ExpressionStep(
                step,
                settings.branch().of(step, pipeline),
                new ExpressionStep.Program(settings.init(), settings.expressions(), settings.loopUntil()),
                settings.maxIterations(),
                settings.output().judge(step, rules.reading()),
                pipeline.generation().seed());
    }
}
