package dev.caravan.estimate;

import dev.caravan.cost.Model;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.pipeline.Step;

/**
 * How long answers may be that nobody has seen yet: from half of what was made up to {@code max_tokens}, or to {@value
 * #MULTIPLE} times the made-up answer where the step sets none. Expected is what lies between them in proportion (the
 * root of their product), for lengths differ by factors and not by sums. In tokens.
 */
final class AnswerLengths {
    static final int MULTIPLE = 20;
    private static final long LEAST_HIGH = 1_000;

    private final ModelRegistry registry;

    AnswerLengths(ModelRegistry registry) {
        this.registry = registry;
    }

    /** @param made tokens of the made-up answer */
    Interval of(Step step, long made) {
        long high = high(step, made);
        double usual = Math.min(made, high);
        double low = usual / 2;
        return new Interval(low, Math.sqrt(low * high), high);
    }

    long high(Step step, long made) {
        Integer most = step.maxTokens();
        return most != null ? most : Math.min(bound(step), Math.max(LEAST_HIGH, made * MULTIPLE));
    }

    /** The longest answer that the step or its model allows; {@link Long#MAX_VALUE} where neither is known. */
    long bound(Step step) {
        Integer most = step.maxTokens();
        if (most != null) {
            return most;
        }
        long model = registry.model(step.model()).map(Model::maxOutput).orElse(0L);
        return model == 0 ? Long.MAX_VALUE : model;
    }
}
