package dev.caravan.cost;

import dev.caravan.base.Problems;
import dev.caravan.money.Money;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.Step;
import dev.caravan.pipeline.StepGrammar;
import dev.caravan.provider.Lane;
import java.util.Map;
import java.util.Optional;

/** Whether a cap can be kept and leaves anything to do, before anything is made or spent. */
public final class CapCheck {
    private CapCheck() {}

    /**
     * @param cap in pico-dollars
     * @throws dev.caravan.base.UserMistakeException when a worst case is unbounded or unknown, or above the cap
     */
    public static void check(
            Pipeline pipeline, Map<String, ? extends StepGrammar> kinds, ModelRegistry registry, Lane lane, long cap) {
        var problems = new Problems(pipeline.folder().resolve("config.yaml").toString());
        Money least = Money.ZERO;
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
            Money worst = price.map(known -> known.worstCost(lane, RunPrices.WRAPPING_TOKENS, longest))
                    .orElse(Money.UNKNOWN);
            if (worst.isUnknown()) {
                problems.at(
                        "config.yaml",
                        "step " + each.name(),
                        "the price of '" + each.model()
                                + "' is not known, so no cap can be kept; name it in models.yaml");
            } else {
                least = least.plus(worst);
            }
        }
        if (!problems.any() && !least.fits(new Money(cap))) {
            problems.at(
                    "--cap",
                    "$" + new Money(cap).usd(),
                    "is below what one unit can cost at least, $" + least.usd() + "; raise it, or lower max_tokens");
        }
        problems.throwIfAny();
    }
}
