package dev.caravan.report;

import dev.caravan.base.Problem;
import dev.caravan.cost.ModelNames;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.StepGrammar;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the author of a checked pipeline should know, though nothing of it is wrong. */
public final class PipelineHints {
    private PipelineHints() {}

    /** What the reader noticed, steps that cannot be rehearsed, and models that are not known or go away. */
    public static List<Problem> of(
            Pipeline pipeline, Map<String, ? extends StepGrammar> kinds, ModelRegistry registry) {
        var hints = new ArrayList<>(RehearsalCheck.hints(pipeline));
        hints.addAll(new ModelNames(registry).hints(ModelNames.of(pipeline, kinds)));
        return hints;
    }
}
