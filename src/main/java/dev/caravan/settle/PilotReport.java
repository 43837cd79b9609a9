package dev.caravan.settle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.SaturatedMath;
import dev.caravan.cost.Forecast;
import dev.caravan.cost.MoneyText;
import dev.caravan.cost.RunPrices;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStore;
import dev.caravan.run.UnitOutcome;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the first units of a run came to, and what all of them will: how many held, what a valid one costs, how long
 * answers are, and the whole cost with an interval.
 *
 * @param units input units that are through
 * @param held those of them of whose units none failed
 * @param valid units that passed the last step, children counted one by one
 * @param spentPicos what they cost; -1 when a price is unknown, or a reply told no usage
 * @param forecast of the whole run's cost, children and repeats included; from the units whose cost is known
 * @param longest tokens of the longest answer, by step
 * @param untold input units that are left out of the forecast, for a reply of theirs told no usage
 */
public record PilotReport(
        int units, int held, int valid, long spentPicos, Forecast forecast, Map<String, Long> longest, int untold) {
    private static final double ROOM = 1.5;
    private static final int ROUND = 10;

    /** Reads replies of the input units that are through. */
    public static PilotReport of(RunStore store) {
        var prices = RunPrices.of(store);
        PaidReplies replies = PaidReplies.of(store);
        return store.onState(state -> of(state, replies, prices));
    }

    private static PilotReport of(RunState state, PaidReplies replies, RunPrices prices) {
        var costs = new LinkedHashMap<Integer, Long>();
        replies.through().stream().forEach(unit -> costs.put(unit, 0L));
        var longest = new LinkedHashMap<String, Long>();
        boolean known = true;
        for (PaidReplies.Reply each : replies.replies()) {
            long picos = prices.picos(each.asked(), each.lane(), each.usage());
            known &= picos >= 0;
            costs.merge(each.root(), Math.max(0, picos), SaturatedMath::plus);
            longest.merge(state.facts().steps().get(each.step()), each.usage().output(), Math::max);
        }
        var through = (BitSet) replies.through().clone();
        through.or(replies.untold());
        var failed = new BitSet();
        int valid = 0;
        for (int unit = 0; unit < state.units().count(); unit++) {
            int root = PaidReplies.root(state, unit);
            if (through.get(root)) {
                failed.set(root, failed.get(root) || state.units().outcome(unit) == UnitOutcome.FAILED);
                valid += state.units().outcome(unit) == UnitOutcome.DONE ? 1 : 0;
            }
        }
        long[] each = costs.values().stream().mapToLong(Long::longValue).toArray();
        boolean all = known && replies.untold().isEmpty();
        return new PilotReport(
                through.cardinality(),
                through.cardinality() - failed.cardinality(),
                valid,
                all ? Arrays.stream(each).reduce(0, SaturatedMath::plus) : -1,
                known ? Forecast.of(each, state.facts().units()) : Forecast.UNKNOWN,
                longest,
                replies.untold().cardinality());
    }

    /** Share of input units that held, in percent. */
    public double percent() {
        return units == 0 ? 0 : 100.0 * held / units;
    }

    /** Longest answers to allow, by step: half as long again as the longest seen. */
    public Map<String, Long> proposedMaxTokens() {
        var proposed = new LinkedHashMap<String, Long>();
        longest.forEach((step, tokens) -> proposed.put(step, (long) Math.ceil(tokens * ROOM / ROUND) * ROUND));
        return proposed;
    }

    /** One line for people. */
    public String line() {
        double[] range = Forecast.share(held, units);
        String tokens = proposedMaxTokens().entrySet().stream()
                .map(each -> each.getKey() + " " + each.getValue())
                .collect(Collectors.joining(", "));
        return told(range)
                + (untold == 0 ? "" : ", without " + untold + " of them, for replies of theirs told no usage")
                + (tokens.isEmpty() ? "" : "; max_tokens that would do: " + tokens);
    }

    private String told(double[] range) {
        return "%d of %d units held (%.0f to %.0f %%), %s per valid unit; the whole run costs about %s, between %s and %s"
                .formatted(
                        held,
                        units,
                        100 * range[0],
                        100 * range[1],
                        MoneyText.display(spentPicos < 0 || valid == 0 ? -1 : spentPicos / valid),
                        MoneyText.display(forecast.expected()),
                        MoneyText.display(forecast.low()),
                        MoneyText.display(forecast.high()));
    }

    public ObjectNode json() {
        ObjectNode node = Json.object().put("units", units).put("held", held).put("valid", valid);
        double[] range = Forecast.share(held, units);
        node.putArray("held_share").add(range[0]).add(range[1]);
        node.put("spent_usd", usd(spentPicos)).put("unknown_usage_units", untold);
        node.put("per_valid_unit_usd", valid == 0 ? null : usd(spentPicos < 0 ? -1 : spentPicos / valid));
        node.putObject("whole_run_usd")
                .put("low", usd(forecast.low()))
                .put("expected", usd(forecast.expected()))
                .put("high", usd(forecast.high()));
        ObjectNode tokens = node.putObject("max_tokens");
        proposedMaxTokens().forEach(tokens::put);
        return node;
    }

    private static @Nullable String usd(long picos) {
        return picos < 0 ? null : MoneyText.usd(picos);
    }
}
