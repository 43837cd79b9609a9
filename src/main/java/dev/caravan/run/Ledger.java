package dev.caravan.run;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.money.Money;
import dev.caravan.provider.Lane;
import dev.caravan.provider.Usage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was paid, and what may have been: the fold of all events that speak of money.
 *
 * <p>The law it serves: settled ≤ the provider's bill ≤ settled + at risk. Where one price is unknown the sum is
 * unknown, never a number. A reply that told no usage is in no sum of what was paid: its worst case is
 * at risk until a person says what it cost.
 */
public final class Ledger {

    /**
     * One line of the books.
     *
     * @param calls received replies
     * @param usage tokens of those that told them
     * @param cost price of these
     * @param unknown how many of {@code calls} told no usage, whatever a person said of them since
     * @param unknownBound what these can have cost at most
     */
    public record Line(
            int step,
            String provider,
            String model,
            Lane lane,
            long calls,
            Usage usage,
            @JsonProperty("picos") Money cost,
            long unknown,
            @JsonProperty("unknownPicos") Money unknownBound) {
        private Line plus(Line more) {
            return new Line(
                    step,
                    provider,
                    model,
                    lane,
                    calls + more.calls,
                    usage.plus(more.usage),
                    cost.plus(more.cost),
                    unknown + more.unknown,
                    unknownBound.plus(more.unknownBound));
        }

        private String key() {
            return step + "/" + provider + "/" + model + "/" + lane;
        }

        /** As {@link #cost}, for who counts in numbers. */
        public long picos() {
            return cost.picos();
        }
    }

    /**
     * What a person said that replies of unknown usage cost.
     *
     * @param calls how many
     * @param cost of all of them
     */
    public record Word(
            int step, long calls, @JsonProperty("picos") Money cost, String actor, String reason) {
        private boolean isLike(Word other) {
            return step == other.step && actor.equals(other.actor) && reason.equals(other.reason);
        }

        private Word plus(Word other) {
            return new Word(step, calls + other.calls, cost.plus(other.cost), actor, reason);
        }

        /** As {@link #cost}, for who counts in numbers. */
        public long picos() {
            return cost.picos();
        }
    }

    private final Map<String, Line> lines = new LinkedHashMap<>();
    private long lostCalls;
    private Money lost = Money.ZERO;
    private long strayCalls;
    private Usage strayUsage = Usage.NONE;
    private Money strayCost = Money.ZERO;
    private long strayUnknown;
    private UnknownUsage unknown = new UnknownUsage();
    private final List<Word> words = new ArrayList<>();

    void settle(RunEvent.RepliesSettled e) {
        if (e.paid() == 0) {
            return;
        }
        long untold = e.unknownPicos().size();
        Money bound = e.unknownPicos().stream().reduce(Money.ZERO, Money::plus);
        book(new Line(e.step(), e.provider(), e.model(), e.lane(), e.paid(), e.usage(), e.picos(), untold, bound));
        unknown.add(e);
    }

    /** A job that nobody waited for was paid for all the same. */
    void settle(RunEvent.StraySettled e) {
        if (e.paid() > 0) {
            book(new Line(
                    e.step(),
                    e.provider(),
                    e.model(),
                    Lane.BATCH,
                    e.paid(),
                    e.usage(),
                    e.picos(),
                    e.unknown(),
                    e.unknownPicos()));
            unknown.add(e);
            strayUnknown += e.unknown();
            strayCalls += e.paid();
            strayUsage = strayUsage.plus(e.usage());
            strayCost = strayCost.plus(e.picos());
        }
    }

    /** A person said what replies of unknown usage cost. */
    void settle(RunEvent.UsageSettled e) {
        unknown.settle(e);
        var word = new Word(e.step(), e.calls(), e.picos(), e.actor(), e.reason());
        int last = words.size() - 1;
        if (last >= 0 && words.get(last).isLike(word)) {
            words.set(last, words.get(last).plus(word));
        } else {
            words.add(word);
        }
    }

    private void book(Line more) {
        lines.merge(more.key(), more, Line::plus);
    }

    void lose(long calls, Money bound) {
        lostCalls += calls;
        lost = lost.plus(bound);
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

    /** Price of all received replies that told their usage, and what people said of others. */
    public Money settled() {
        return lines.values().stream().map(Line::cost).reduce(said(), Money::plus);
    }

    /** As {@link #settled}, for who counts in numbers. */
    public long settledPicos() {
        return settled().picos();
    }

    /** Received replies whose cost nobody knows, at risk with the most they can have cost. */
    public UnknownUsage unknown() {
        return unknown;
    }

    /** What people said of such replies, in order. */
    public List<Word> words() {
        return Collections.unmodifiableList(words);
    }

    /** The sum of it, part of {@link #settled()}. */
    public Money said() {
        return words.stream().map(Word::cost).reduce(Money.ZERO, Money::plus);
    }

    /** As {@link #said}, for who counts in numbers. */
    public long wordPicos() {
        return said().picos();
    }

    /** Replies that people spoke of. */
    public long wordCalls() {
        return words.stream().mapToLong(Word::calls).sum();
    }

    /** Replies of strays that told no usage, whatever was said of them since. */
    public long strayUnknown() {
        return strayUnknown;
    }

    /** Calls whose answer was lost for good. */
    public long lostCalls() {
        return lostCalls;
    }

    /** What the lost calls can have cost at most. */
    public Money lost() {
        return lost;
    }

    /** Received replies of jobs that nobody waited for; they are part of {@link #calls()} and lie in no results file. */
    public long strayCalls() {
        return strayCalls;
    }

    public Usage strayUsage() {
        return strayUsage;
    }

    /** Price of them, part of {@link #settled()}. */
    public Money strayCost() {
        return strayCost;
    }

    ObjectNode toJson() {
        ObjectNode node = Json.object();
        ArrayNode rows = node.putArray("lines");
        lines.values().forEach(each -> rows.add(Json.mapper().<ObjectNode>valueToTree(each)));
        node.set("strayUsage", Json.mapper().valueToTree(strayUsage));
        node.put("strayCalls", strayCalls).put("strayPicos", strayCost.picos()).put("strayUnknown", strayUnknown);
        node.set("unknown", unknown.toJson());
        ArrayNode said = node.putArray("words");
        words.forEach(each -> said.add(Json.mapper().<ObjectNode>valueToTree(each)));
        return node.put("lostCalls", lostCalls).put("lostPicos", lost.picos());
    }

    static Ledger fromJson(ObjectNode node) {
        var ledger = new Ledger();
        node.get("lines").forEach(each -> {
            Line line = Json.mapper().convertValue(each, Line.class);
            ledger.lines.put(line.key(), line);
        });
        ledger.lostCalls = node.get("lostCalls").longValue();
        ledger.lost = new Money(node.get("lostPicos").longValue());
        ledger.strayCalls = node.get("strayCalls").longValue();
        ledger.strayCost = new Money(node.get("strayPicos").longValue());
        ledger.strayUnknown = node.get("strayUnknown").longValue();
        ledger.unknown = UnknownUsage.fromJson(node.get("unknown"));
        node.get("words").forEach(each -> ledger.words.add(Json.mapper().convertValue(each, Word.class)));
        ledger.strayUsage = Json.mapper().convertValue(node.get("strayUsage"), Usage.class);
        return ledger;
    }
}
