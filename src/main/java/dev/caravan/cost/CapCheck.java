package dev.caravan.cost;

import dev.caravan.base.Problems;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.Step;
import dev.caravan.pipeline.StepGrammar;
import dev.caravan.provider.Lane;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;

/** Whether a cap can be kept and leaves anything to do, before anything is made or spent. */
public final class CapCheck {
    private CapCheck() {}

    /**
     * @param cap in pico-dollars
     * @throws dev.caravan.base.InvalidFileException when a worst case is unbounded or unknown, or above the cap
     */
    public static void check(
            Pipeline pipeline, Map<String, ? extends StepGrammar> kinds, ModelRegistry registry, Lane lane, long cap) {
        var problems = new Problems(pipeline.folder().resolve("config.yaml").toString());
        long least = 0;
        for (Step each : pipeline.steps()) {
            if (!StepGrammar.of(kinds, each).manner().asksProvider()) {
                continue;
            }
            Integer longest = each.maxTokens();
            if (longest == null) {
                problems.at(
                        "config.yaml",
                        "step " + each.name(),
                        "needs max_tokens: with a cap every answer must have a longest length");
                continue;
            }
            Optional<Price> price = registry.price(each.model());
            long worst = price.map(known -> known.worst(lane, RunPrices.WRAPPING_TOKENS, longest))
                    .orElse(Price.UNKNOWN);
            if (worst < 0) {
                problems.at(
                        "config.yaml",
                        "step " + each.name(),
                        "the price of '" + each.model()
                                + "' is not known, so no cap can be kept; name it in models.yaml");
            } else {
                least = Math.addExact(least, worst);
            }
        }
        if (!problems.any() && least > cap) {
            problems.at(
                    "--cap",
                    usd(cap),
                    "is below what one unit can cost at least, " + usd(least) + "; raise it, or lower max_tokens");
        }
        problems.throwIfAny();
    }

    private static String usd(long picos) {
        return "$" + BigDecimal.valueOf(picos, 12).stripTrailingZeros().toPlainString();
    }
}
