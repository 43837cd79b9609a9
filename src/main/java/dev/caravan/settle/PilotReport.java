package dev.caravan.settle;

import dev.caravan.cost.Forecast;
import dev.caravan.cost.MoneyText;
import dev.caravan.cost.RunPrices;
import dev.caravan.money.Money;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStore;
import dev.caravan.run.UnitOutcome;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the first units of a run came to, and what all of them will: how many held, what a valid one costs, how long
 * answers are, and the whole cost with an interval.
 *
 * @param units input units that are through
 * @param held those of them of whose units none failed
 * @param valid units that passed the last step, children counted one by one
 * @param spent what they cost; unknown when a price is, or a reply told no usage
 * @param forecast of the whole run's cost, children and repeats included; from the units whose cost is known
 * @param longest tokens of the longest answer, by step
 * @param untold input units that are left out of the forecast, for a reply of theirs told no usage
 */
public record PilotReport(
        int units, int held, int valid, Money spent, Forecast forecast, Map<String, Long> longest, int untold) {
    private static final double ROOM = 1.5;
    private static final int ROUND = 10;

    /** Reads replies of the input units that are through. */
    public static PilotReport of(RunStore store) {
        var prices = RunPrices.of(store);
        PaidReplies replies = PaidReplies.of(store);
        return store.onState(state -> of(state, replies, prices));
    }

    private static PilotReport of(RunState state, PaidReplies replies, RunPrices prices) {
        var costs = new LinkedHashMap<Integer, Money>();
        replies.through().stream().forEach(unit -> costs.put(unit, Money.ZERO));
        var longest = new LinkedHashMap<String, Long>();
        for (PaidReplies.Reply each : replies.replies()) {
            costs.merge(each.root(), prices.cost(each.asked(), each.lane(), each.usage()), Money::plus);
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
        Money sum = costs.values().stream().reduce(Money.ZERO, Money::plus);
        return new PilotReport(
                through.cardinality(),
                through.cardinality() - failed.cardinality(),
                valid,
                replies.untold().isEmpty() ? sum : Money.UNKNOWN,
                sum.isUnknown()
                        ? Forecast.UNKNOWN
                        : Forecast.of(
                                costs.values().stream().mapToLong(Money::picos).toArray(),
                                state.facts().units()),
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
                        perValid().display(),
                        MoneyText.display(forecast.expected()),
                        MoneyText.display(forecast.low()),
                        MoneyText.display(forecast.high()));
    }

    private Money perValid() {
        return valid == 0 ? Money.UNKNOWN : spent.dividedBy(valid);
    }
}
