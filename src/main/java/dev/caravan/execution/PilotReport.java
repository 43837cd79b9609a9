package dev.caravan.execution;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.cost.Forecast;
import dev.caravan.run.JsonLines;
import dev.caravan.run.Lineage;
import dev.caravan.run.Outcome;
import dev.caravan.run.RunFacts;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the first units of a run came to, and what all of them will: how many held, what a valid one costs, how long
 * answers are, and the whole cost with an interval.
 *
 * @param units input units that are through
 * @param held those of them of whose units none failed
 * @param valid units that passed the last step, children counted one by one
 * @param spentPicos what they cost; -1 when a price is unknown
 * @param forecast of the whole run's cost, children and repeats included
 * @param longest tokens of the longest answer, by step
 */
public record PilotReport(
        int units, int held, int valid, long spentPicos, Forecast forecast, Map<String, Long> longest) {
    private static final double ROOM = 1.5;
    private static final int ROUND = 10;

    /** A paid reply. */
    private record Paid(int unit, int step, long picos, long output) {}

    /** Reads replies of the input units that are through. */
    public static PilotReport of(RunStore store) {
        RunFacts facts = store.facts();
        var prices = new RunPrices(facts);
        var paid = new ArrayList<Paid>();
        int chunks = store.onState(RunState::chunks);
        for (int step = 0; step < facts.steps().size(); step++) {
            if (!facts.isLocal(step)) {
                for (int chunk = 0; chunk < chunks; chunk++) {
                    read(store.folder().results(facts.steps().get(step), chunk), step, prices, paid);
                }
            }
        }
        return store.onState(state -> of(state, paid));
    }

    private static void read(Path file, int step, RunPrices prices, List<Paid> paid) {
        if (JsonLines.exists(file)) {
            JsonLines.scan(file, 0, Long.MAX_VALUE, (offset, node) -> {
                ReplyRow row = ReplyRow.read(node);
                if (row.paid()) {
                    boolean again = row.attempt() > 1;
                    paid.add(new Paid(
                            row.unit(),
                            step,
                            prices.picos(step, again, row.lane(), row.usage()),
                            row.usage().output()));
                }
            });
        }
    }

    private static PilotReport of(RunState state, List<Paid> paid) {
        BitSet through = through(state);
        var costs = new LinkedHashMap<Integer, Long>();
        through.stream().forEach(unit -> costs.put(unit, 0L));
        var longest = new LinkedHashMap<String, Long>();
        boolean known = true;
        for (Paid each : paid) {
            int root = root(state, each.unit());
            if (through.get(root)) {
                known &= each.picos() >= 0;
                costs.merge(root, Math.max(0, each.picos()), Math::addExact);
                longest.merge(state.facts().steps().get(each.step()), each.output(), Math::max);
            }
        }
        var failed = new BitSet();
        int valid = 0;
        for (int unit = 0; unit < state.units().count(); unit++) {
            int root = root(state, unit);
            if (through.get(root)) {
                failed.set(root, failed.get(root) || state.units().outcome(unit) == Outcome.FAILED);
                valid += state.units().outcome(unit) == Outcome.DONE ? 1 : 0;
            }
        }
        long[] each = costs.values().stream().mapToLong(Long::longValue).toArray();
        long spent = known ? java.util.Arrays.stream(each).sum() : -1;
        return new PilotReport(
                each.length,
                each.length - failed.cardinality(),
                valid,
                spent,
                known ? Forecast.of(each, state.facts().units()) : Forecast.UNKNOWN,
                longest);
    }

    /** Input units whose own outcome, and that of all that came of them, is final. */
    private static BitSet through(RunState state) {
        var through = new BitSet();
        through.set(0, state.facts().units());
        for (int unit = 0; unit < state.units().count(); unit++) {
            if (!state.units().outcome(unit).terminal()) {
                through.clear(root(state, unit));
            }
        }
        return through;
    }

    private static int root(RunState state, int unit) {
        Lineage lineage = state.units().lineage();
        int root = unit;
        while (root >= state.facts().units()) {
            root = lineage.familyOf(root).parent();
        }
        return root;
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
        return "%d of %d units held (%.0f to %.0f %%), %s per valid unit; the whole run costs about %s, between %s and %s"
                .formatted(
                        held,
                        units,
                        100 * range[0],
                        100 * range[1],
                        Amounts.display(spentPicos < 0 || valid == 0 ? -1 : spentPicos / valid),
                        Amounts.display(forecast.expected()),
                        Amounts.display(forecast.low()),
                        Amounts.display(forecast.high()));
    }

    public ObjectNode json() {
        ObjectNode node = Json.object().put("units", units).put("held", held).put("valid", valid);
        double[] range = Forecast.share(held, units);
        node.putArray("held_share").add(range[0]).add(range[1]);
        node.put("spent_usd", usd(spentPicos));
        node.put("per_valid_unit_usd", valid == 0 ? null : usd(spentPicos < 0 ? -1 : spentPicos / valid));
        node.putObject("whole_run_usd")
                .put("low", usd(forecast.low()))
                .put("expected", usd(forecast.expected()))
                .put("high", usd(forecast.high()));
        ObjectNode tokens = node.putObject("max_tokens");
        proposedMaxTokens().forEach(tokens::put);
        return node;
    }

    private static @org.jspecify.annotations.Nullable String usd(long picos) {
        return picos < 0 ? null : Amounts.usd(picos);
    }
}
