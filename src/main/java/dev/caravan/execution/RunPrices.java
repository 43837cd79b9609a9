package dev.caravan.execution;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.cost.Price;
import dev.caravan.provider.Lane;
import dev.caravan.provider.Prompt;
import dev.caravan.provider.Usage;
import dev.caravan.run.RunFacts;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What a run's replies cost, at the prices it took with it when it was made. */
final class RunPrices {
    /** Bound of an answer's length where the step sets none. */
    private static final int LONGEST_ANSWER = 128_000;
    /** Tokens a provider may add around a prompt's own bytes. */
    static final int WRAPPING_TOKENS = 200;

    /** Behind a step's name: the price of the model that is asked again. */
    static final String AGAIN = "#again";

    private final @Nullable Price[] prices;
    private final @Nullable Price[] again;

    RunPrices(RunFacts facts) {
        prices = new @Nullable Price[facts.steps().size()];
        again = new @Nullable Price[facts.steps().size()];
        for (int i = 0; i < prices.length; i++) {
            String step = facts.steps().get(i);
            prices[i] = price(facts.prices().path(step));
            again[i] = facts.prices().has(step + AGAIN) ? price(facts.prices().path(step + AGAIN)) : prices[i];
        }
    }

    private static @Nullable Price price(JsonNode price) {
        return price.isObject() ? Json.mapper().convertValue(price, Price.class) : null;
    }

    /** @param anew whether the unit was answered at the step before: another model may be asked then */
    long picos(int step, boolean anew, Lane lane, Usage usage) {
        Price price = anew ? again[step] : prices[step];
        return price == null ? Price.UNKNOWN : price.picos(lane, usage);
    }

    /** Upper bound of a call's price: no token from the cache, and as long an answer as is allowed. */
    long worst(int step, boolean anew, Lane lane, Prompt prompt) {
        String system = prompt.system();
        JsonNode schema = prompt.schema();
        long bytes = prompt.text().getBytes(StandardCharsets.UTF_8).length
                + (system == null ? 0L : system.getBytes(StandardCharsets.UTF_8).length)
                + (schema == null ? 0L : Json.text(schema).getBytes(StandardCharsets.UTF_8).length);
        return worst(step, anew, lane, bytes, prompt.maxTokens());
    }

    /** @param bytes of all that is sent, schema included */
    long worst(int step, boolean anew, Lane lane, long bytes, @Nullable Integer maxTokens) {
        Price price = anew ? again[step] : prices[step];
        return price == null
                ? Price.UNKNOWN
                : price.worst(lane, bytes + WRAPPING_TOKENS, maxTokens == null ? LONGEST_ANSWER : maxTokens);
    }
}
