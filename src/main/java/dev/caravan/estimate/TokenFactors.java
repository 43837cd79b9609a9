package dev.caravan.estimate;

import dev.caravan.cost.ModelRegistry;
import dev.caravan.pipeline.Step;
import dev.caravan.provider.CountAnswer;
import dev.caravan.provider.Prompt;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How many tokens of a model our own count stands for: as its provider counted a handful of prompts, else by experience. */
final class TokenFactors {
    /** Our count is not known to be wrong, and the wire adds a few tokens of its own. */
    private static final Interval SAME_TOKENIZER = new Interval(0.97, 1, 1.05);
    /** Other tokenizers make fewer to many more tokens of the same text. */
    private static final Interval OTHER_TOKENIZER = new Interval(0.8, 1.15, 1.7);

    private static final Interval SIMULATED = new Interval(0.95, 1, 1.05);
    /** What the handful that was counted may differ from the others. */
    private static final double COUNTED_ROOM = 0.03;

    private final ModelRegistry registry;
    private final boolean simulated;
    private final TokenCounter tokens;
    private final PromptCounter counting;
    private final Map<String, Interval> known = new LinkedHashMap<>();
    private final Set<String> basis = new LinkedHashSet<>();

    TokenFactors(ModelRegistry registry, boolean simulated, TokenCounter tokens, PromptCounter counting) {
        this.registry = registry;
        this.simulated = simulated;
        this.tokens = tokens;
        this.counting = counting;
    }

    /** @param prompts of the step, some of them */
    Interval of(Step step, List<Prompt> prompts) {
        return known.computeIfAbsent(step.provider() + " " + step.model(), key -> make(step, prompts));
    }

    /** What the factors rest on, a line for each model. */
    Set<String> basis() {
        return basis;
    }

    private Interval make(Step step, List<Prompt> prompts) {
        if (simulated) {
            basis.add("counted as the simulator does");
            return SIMULATED;
        }
        String why = "";
        if (!prompts.isEmpty()) {
            CountAnswer counted = counting.count(step.provider(), prompts);
            if (counted.trouble().isEmpty()) {
                basis.add(counted.tokens().size() + " prompts counted by " + step.provider() + " for " + step.model()
                        + ", the others by tokenizer in proportion");
                return ratio(prompts, counted.tokens());
            }
            why = " (" + step.provider() + " did not count: " + counted.trouble() + ")";
        }
        boolean same = registry.provider(step.provider()).tokenizer().equals(TokenCounter.NAME);
        Interval factor = same ? SAME_TOKENIZER : OTHER_TOKENIZER;
        basis.add("tokenizer " + TokenCounter.NAME
                + (same
                        ? ", that of " + step.provider()
                        : ", which is not that of " + step.provider() + ": times " + factor.low() + " to "
                                + factor.high())
                + why);
        return factor;
    }

    private Interval ratio(List<Prompt> prompts, List<Long> counted) {
        double ours = 0;
        double theirs = 0;
        double least = Double.MAX_VALUE;
        double most = 0;
        for (int i = 0; i < counted.size(); i++) {
            double own = tokens.prompt(prompts.get(i));
            double each = counted.get(i) / own;
            ours += own;
            theirs += counted.get(i);
            least = Math.min(least, each);
            most = Math.max(most, each);
        }
        double mean = theirs / ours;
        // A sum over many prompts differs less than one of them: half of the way to the outermost.
        double room = Math.max(COUNTED_ROOM * mean, (most - least) / 2);
        return new Interval(mean - Math.min(room, mean / 2), mean, mean + room);
    }
}
