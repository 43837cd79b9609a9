package dev.caravan.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.SaturatedMath;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Received replies that told no usage that can be believed, until a person says what they cost: how many, at most how
 * dear, and whose, by step. A dozen bytes a unit, at steps that have any.
 *
 * <p>Pico-dollars; -1 where the price of the model is unknown.
 */
public final class UnknownUsage {

    /** Those of one step. */
    private static final class Open {
        /** By unit: the bound of what its replies cost, -1 where one has none. */
        private long[] bounds = new long[0];
        /** By unit: how many of them there are. */
        private int[] calls = new int[0];

        private long strayCalls;
        private long strayPicos;
        private long allCalls;
        private long allPicos;
        private long unbounded;

        void add(int unit, int more, long picos) {
            if (unit >= calls.length) {
                int length = Math.max(unit + 1, (int) Math.min(Integer.MAX_VALUE - 8, 2L * calls.length));
                calls = Arrays.copyOf(calls, length);
                bounds = Arrays.copyOf(bounds, length);
            }
            unbounded += bounds[unit] >= 0 && picos < 0 ? 1 : 0;
            bounds[unit] = Picos.sum(bounds[unit], picos);
            calls[unit] += more;
            allCalls += more;
            allPicos = SaturatedMath.plus(allPicos, Math.max(0, picos));
        }

        void addStrays(long more, long picos) {
            strayCalls += more;
            strayPicos = Picos.sum(strayPicos, picos);
        }

        long picos() {
            return Picos.sum(unbounded > 0 ? -1 : allPicos, strayPicos);
        }

        BitSet units() {
            var units = new BitSet();
            for (int i = 0; i < calls.length; i++) {
                units.set(i, calls[i] > 0);
            }
            return units;
        }

        /** A person's word is rare, and a saturated sum cannot be taken from: all is added up again. */
        void remove(BitSet units) {
            units.stream().filter(each -> each < calls.length).forEach(each -> {
                calls[each] = 0;
                bounds[each] = 0;
            });
            allCalls = 0;
            allPicos = 0;
            unbounded = 0;
            for (int i = 0; i < calls.length; i++) {
                allCalls += calls[i];
                allPicos = SaturatedMath.plus(allPicos, Math.max(0, bounds[i]));
                unbounded += bounds[i] < 0 ? 1 : 0;
            }
        }

        /** What is known of the bounds: for who must stay below a sum, unknown prices left out. */
        long knownPicos() {
            return SaturatedMath.plus(allPicos, Math.max(0, strayPicos));
        }

        ObjectNode toJson() {
            BitSet units = units();
            ObjectNode node = Json.object().put("units", UnitRanges.text(units));
            ArrayNode each = node.putArray("calls");
            ArrayNode picos = node.putArray("picos");
            units.stream().forEach(unit -> {
                each.add(calls[unit]);
                picos.add(bounds[unit]);
            });
            return node.put("stray_calls", strayCalls).put("stray_picos", strayPicos);
        }

        static Open fromJson(JsonNode node) {
            var open = new Open();
            int[] units =
                    UnitRanges.parse(node.get("units").textValue()).stream().toArray();
            for (int i = 0; i < units.length; i++) {
                open.add(
                        units[i],
                        node.get("calls").get(i).intValue(),
                        node.get("picos").get(i).longValue());
            }
            open.addStrays(
                    node.get("stray_calls").longValue(), node.get("stray_picos").longValue());
            return open;
        }
    }

    private final List<Open> steps = new ArrayList<>();

    private Open at(int step) {
        while (steps.size() <= step) {
            steps.add(new Open());
        }
        return steps.get(step);
    }

    void add(RunEvent.RepliesSettled e) {
        int[] units = UnitRanges.parse(e.unknown()).stream().toArray();
        for (int i = 0; i < units.length; i++) {
            at(e.step()).add(units[i], 1, e.unknownPicos().get(i));
        }
    }

    void add(RunEvent.StraySettled e) {
        if (e.unknown() > 0) {
            at(e.step()).addStrays(e.unknown(), e.unknownPicos());
        }
    }

    void settle(RunEvent.UsageSettled e) {
        at(e.step()).remove(UnitRanges.parse(e.units()));
        if (e.strays()) {
            at(e.step()).strayCalls = 0;
            at(e.step()).strayPicos = 0;
        }
    }

    /** Replies that nobody has said the cost of. */
    public long calls() {
        return steps.stream().mapToLong(each -> each.allCalls + each.strayCalls).sum();
    }

    public long calls(int step) {
        return step < steps.size() ? steps.get(step).allCalls + steps.get(step).strayCalls : 0;
    }

    /** Of these, replies of jobs that nobody waited for. */
    public long strayCalls(int step) {
        return step < steps.size() ? steps.get(step).strayCalls : 0;
    }

    /** What they can have cost at most; -1 when a price is unknown. */
    public long picos() {
        return steps.stream().mapToLong(Open::picos).reduce(0, Picos::sum);
    }

    /** As {@link #picos()}, what has no price left out. */
    public long knownPicos() {
        return steps.stream().mapToLong(Open::knownPicos).reduce(0, SaturatedMath::plus);
    }

    public long strayPicos(int step) {
        return step < steps.size() ? steps.get(step).strayPicos : 0;
    }

    /** A copy: units with such replies at a step. */
    public BitSet units(int step) {
        return step < steps.size() ? steps.get(step).units() : new BitSet();
    }

    public long calls(int step, BitSet units) {
        return units.stream()
                .mapToLong(each ->
                        step < steps.size() && each < steps.get(step).calls.length ? steps.get(step).calls[each] : 0)
                .sum();
    }

    /** What those of some units can have cost at most; -1 when a price is unknown. */
    public long picos(int step, BitSet units) {
        return units.stream()
                .mapToLong(each ->
                        step < steps.size() && each < steps.get(step).bounds.length ? steps.get(step).bounds[each] : 0)
                .reduce(0, Picos::sum);
    }

    ArrayNode toJson() {
        ArrayNode array = Json.mapper().createArrayNode();
        // Steps behind the last that has any are left out, so that a fold and a restored one are alike.
        int last = steps.size();
        while (last > 0 && calls(last - 1) == 0) {
            last--;
        }
        steps.subList(0, last).forEach(each -> array.add(each.toJson()));
        return array;
    }

    static UnknownUsage fromJson(JsonNode node) {
        var unknown = new UnknownUsage();
        node.forEach(each -> unknown.steps.add(Open.fromJson(each)));
        return unknown;
    }
}
