package dev.caravan.cost;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.money.Money;
import dev.caravan.provider.Lane;
import dev.caravan.provider.Prompt;
import dev.caravan.provider.Usage;
import dev.caravan.run.ModelChoice;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFacts;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What a run's replies cost: at the prices it took with it when it was made, and of models that its steps were told to
 * ask since, at those of that moment.
 */
public final class RunPrices {
    /** Bound of an answer's length where the step sets none. */
    private static final int LONGEST_ANSWER = 128_000;
    /** Tokens a provider may add around a prompt's own bytes. */
    static final int WRAPPING_TOKENS = 200;

    /** Behind a step's name: the price of the model that is asked again. */
    public static final String AGAIN = "#again";

    /** Of one step: its model's, and that of the model that is asked again. */
    private record Pair(@Nullable Price first, @Nullable Price again) {}

    /** A schema and its bytes as it is sent. */
    private record Measured(JsonNode schema, long bytes) {}

    /** By step, the schema that was asked about last. */
    private final Map<Integer, Measured> schemas = new ConcurrentHashMap<>();

    /** By revision, then by step. */
    private final List<List<Pair>> prices = new ArrayList<>();

    RunPrices(RunFacts facts, List<RunEvent.RunRevised> revised) {
        var steps = new ArrayList<Pair>();
        for (String step : facts.steps()) {
            Price first = price(facts.prices(), step);
            steps.add(new Pair(first, facts.prices().has(step + AGAIN) ? price(facts.prices(), step + AGAIN) : first));
        }
        prices.add(List.copyOf(steps));
        for (RunEvent.RunRevised each : revised) {
            for (String step : each.to().keySet()) {
                Price now = price(each.prices(), step);
                steps.set(facts.steps().indexOf(step), new Pair(now, now));
            }
            prices.add(List.copyOf(steps));
        }
    }

    public static RunPrices of(RunStore store) {
        return new RunPrices(store.facts(), store.onState(RunState::revised));
    }

    private static @Nullable Price price(ObjectNode prices, String name) {
        JsonNode price = prices.path(name);
        return price instanceof ObjectNode stored ? StoredPrice.read(stored) : null;
    }

    private @Nullable Price price(ModelChoice asked) {
        Pair pair = prices.get(asked.revision()).get(asked.step());
        return asked.again() ? pair.again() : pair.first();
    }

    /** What received tokens cost. */
    public Money cost(ModelChoice asked, Lane lane, Usage usage) {
        Price price = price(asked);
        return price == null ? Money.UNKNOWN : price.cost(lane, usage);
    }

    /** Upper bound of a call's price: no token from the cache, and as long an answer as is allowed. */
    public Money worstCase(ModelChoice asked, Lane lane, Prompt prompt) {
        String system = prompt.system();
        JsonNode schema = prompt.schema();
        long bytes = prompt.text().getBytes(StandardCharsets.UTF_8).length
                + (system == null ? 0L : system.getBytes(StandardCharsets.UTF_8).length)
                + (schema == null ? 0L : bytes(asked.step(), schema));
        return worstCase(asked, lane, bytes, prompt.maxTokens());
    }

    /** A step's requests have one schema, which is measured once: whether it is that very one, not one like it. */
    @SuppressWarnings("ReferenceEquality")
    private long bytes(int step, JsonNode schema) {
        Measured known = schemas.get(step);
        if (known == null || known.schema() != schema) {
            known = new Measured(schema, Json.text(schema).getBytes(StandardCharsets.UTF_8).length);
            schemas.put(step, known);
        }
        return known.bytes();
    }

    /** @param bytes of all that is sent, schema included */
    public Money worstCase(ModelChoice asked, Lane lane, long bytes, @Nullable Integer maxTokens) {
        Price price = price(asked);
        return price == null
                ? Money.UNKNOWN
                : price.worstCost(lane, bytes + WRAPPING_TOKENS, maxTokens == null ? LONGEST_ANSWER : maxTokens);
    }

    /** About what a first request of a step costs at worst from now on. */
    Money worstCaseNow(int step, Lane lane, long bytes, @Nullable Integer maxTokens) {
        return worstCase(new ModelChoice(step, prices.size() - 1, false), lane, bytes, maxTokens);
    }
}
