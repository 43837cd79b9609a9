package dev.caravan.step;

import dev.caravan.base.Problems;
import dev.caravan.expression.Expression;
import dev.caravan.pipeline.KnownFields;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.Step;
import dev.caravan.pipeline.StepSource;
import org.jspecify.annotations.Nullable;

/** {@code skip_if} and {@code drop_if} of a step. */
record BranchSettings(@Nullable Expression skipIf, @Nullable Expression dropIf) {
    private static final String SKIP = "skip_if";
    private static final String DROP = "drop_if";

    static BranchSettings read(SettingReader settings) {
        return new BranchSettings(settings.expression(SKIP), settings.expression(DROP));
    }

    /** Holds {@code skip_if} against what is known before the step, and calls back for what the step makes known. */
    void flow(StepSource source, KnownFields known, Problems problems, Runnable outputs) {
        use(skipIf, SKIP, source, known, problems);
        outputs.run();
        use(dropIf, DROP, source, known, problems);
    }

    private static void use(
            @Nullable Expression expression, String key, StepSource source, KnownFields known, Problems problems) {
        if (expression != null) {
            known.use(expression, null, source.file(), source.at(key), problems);
            known.decides(expression);
        }
    }

    StepBranch of(Step step, Pipeline pipeline) {
        return new StepBranch(step.name(), skipIf, dropIf, pipeline.generation().seed());
    }
}
