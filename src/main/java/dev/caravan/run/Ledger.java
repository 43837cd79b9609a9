package dev.caravan.run;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.provider.Lane;
import dev.caravan.provider.Usage;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What was paid, and what may have been: the fold of all events that speak of money.
 *
 * <p>The law it serves: settled ≤ the provider's bill ≤ settled + at risk. Money is in pico-dollars; where one price is
 * unknown the sum is unknown, never a number.
 */
public final class Ledger {

    /**
     * One line of the books.
     *
     * @param calls received replies
     * @param picos price of them, or -1 when the price of the model is unknown
     */
    public record Line(int step, String provider, String model, Lane lane, long calls, Usage usage, long picos) {
        Line plus(int more, Usage used, long cost) {
            return new Line(step, provider, model, lane, calls + more, usage.plus(used), sum(picos, cost));
        }
    }

    private final Map<String, Line> lines = new LinkedHashMap<>();
    private long lostCalls;
    private long lostPicos;
    private long strayCalls;
    private Usage strayUsage = Usage.NONE;
    private long strayPicos;

    void settle(RunEvent.RepliesSettled e) {
        if (e.paid() == 0) {
            return;
        }
        book(e.step(), e.provider(), e.model(), e.lane(), e.paid(), e.usage(), e.picos());
    }

    /** A job that nobody waited for was paid for all the same. */
    void settle(RunEvent.StraySettled e) {
        if (e.paid() > 0) {
            book(e.step(), e.provider(), e.model(), Lane.BATCH, e.paid(), e.usage(), e.picos());
            strayCalls += e.paid();
            strayUsage = strayUsage.plus(e.usage());
            strayPicos = sum(strayPicos, e.picos());
        }
    }

    private void book(int step, String provider, String model, Lane lane, int paid, Usage usage, long picos) {
        String key = step + "/" + provider + "/" + model + "/" + lane;
        Line line = lines.getOrDefault(key, new Line(step, provider, model, lane, 0, Usage.NONE, 0));
        lines.put(key, line.plus(paid, usage, picos));
    }

    void lose(long calls, long picos) {
        lostCalls += calls;
        lostPicos = sum(lostPicos, picos);
    }

    public Collection<Line> lines() {
        return Collections.unmodifiableCollection(lines.values());
    }

    public long calls() {
        return lines.values().stream().mapToLong(Line::calls).sum();
    }

    public Usage usage() {
        return lines.values().stream().map(Line::usage).reduce(Usage.NONE, Usage::plus);
    }

    /** Price of all received replies, or -1 when unknown. */
    public long settledPicos() {
        return lines.values().stream().mapToLong(Line::picos).reduce(0, Ledger::sum);
    }

    /** Calls whose answer was lost for good. */
    public long lostCalls() {
        return lostCalls;
    }

    /** What the lost calls can have cost at most, or -1 when unknown. */
    public long lostPicos() {
        return lostPicos;
    }

    /** Received replies of jobs that nobody waited for; they are part of {@link #calls()} and lie in no results file. */
    public long strayCalls() {
        return strayCalls;
    }

    public Usage strayUsage() {
        return strayUsage;
    }

    /** Price of them, part of {@link #settledPicos()}; -1 when unknown. */
    public long strayPicos() {
        return strayPicos;
    }

    static long sum(long a, long b) {
        return a < 0 || b < 0 ? -1 : Math.addExact(a, b);
    }

    ObjectNode toJson() {
        ObjectNode node = Json.object();
        ArrayNode rows = node.putArray("lines");
        lines.values().forEach(each -> rows.add(Json.mapper().<ObjectNode>valueToTree(each)));
        node.set("strayUsage", Json.mapper().valueToTree(strayUsage));
        node.put("strayCalls", strayCalls).put("strayPicos", strayPicos);
        return node.put("lostCalls", lostCalls).put("lostPicos", lostPicos);
    }

    static Ledger fromJson(ObjectNode node) {
        var ledger = new Ledger();
        node.get("lines").forEach(each -> {
            Line line = Json.mapper().convertValue(each, Line.class);
            ledger.lines.put(line.step() + "/" + line.provider() + "/" + line.model() + "/" + line.lane(), line);
        });
        ledger.lostCalls = node.get("lostCalls").longValue();
        ledger.lostPicos = node.get("lostPicos").longValue();
        ledger.strayCalls = node.get("strayCalls").longValue();
        ledger.strayPicos = node.get("strayPicos").longValue();
        ledger.strayUsage = Json.mapper().convertValue(node.get("strayUsage"), Usage.class);
        return ledger;
    }
}
