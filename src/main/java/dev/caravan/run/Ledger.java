package dev.caravan.run;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
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
 * <p>The law it serves: settled ≤ the provider's bill ≤ settled + at risk. Money is in pico-dollars; where one price is
 * unknown the sum is unknown, never a number. A reply that told no usage is in no sum of what was paid: its worst case is
 * at risk until a person says what it cost.
 */
public final class Ledger {

    /**
     * One line of the books.
     *
     * @param calls received replies
     * @param usage tokens of those that told them
     * @param picos price of these, or -1 when the price of the model is unknown
     * @param unknown how many of {@code calls} told no usage, whatever a person said of them since
     * @param unknownPicos what these can have cost at most, or -1
     */
    public record Line(
            int step,
            String provider,
            String model,
            Lane lane,
            long calls,
            Usage usage,
            long picos,
            long unknown,
            long unknownPicos) {
        Line plus(int more, Usage used, long cost, long untold, long bound) {
            return new Line(
                    step,
                    provider,
                    model,
                    lane,
                    calls + more,
                    usage.plus(used),
                    Picos.sum(picos, cost),
                    unknown + untold,
                    Picos.sum(unknownPicos, bound));
        }
    }

    /**
     * What a person said that replies of unknown usage cost.
     *
     * @param calls how many
     * @param picos of all of them
     */
    public record Word(int step, long calls, long picos, String actor, String reason) {
        private boolean isLike(Word other) {
            return step == other.step && actor.equals(other.actor) && reason.equals(other.reason);
        }

        private Word plus(Word other) {
            return new Word(step, calls + other.calls, Picos.sum(picos, other.picos), actor, reason);
        }
    }

    private final Map<String, Line> lines = new LinkedHashMap<>();
    private long lostCalls;
    private long lostPicos;
    private long strayCalls;
    private Usage strayUsage = Usage.NONE;
    private long strayPicos;
    private long strayUnknown;
    private UnknownUsage unknown = new UnknownUsage();
    private final List<Word> words = new ArrayList<>();

    void settle(RunEvent.RepliesSettled e) {
        if (e.paid() == 0) {
            return;
        }
        long untold = e.unknownPicos().size();
        long bound = e.unknownPicos().stream().reduce(0L, Picos::sum);
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
            strayPicos = Picos.sum(strayPicos, e.picos());
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
        lines.merge(
                key(more),
                more,
                (line, next) ->
                        line.plus((int) next.calls(), next.usage(), next.picos(), next.unknown(), next.unknownPicos()));
    }

    private static String key(Line line) {
        return line.step() + "/" + line.provider() + "/" + line.model() + "/" + line.lane();
    }

    void lose(long calls, long picos) {
        lostCalls += calls;
        lostPicos = Picos.sum(lostPicos, picos);
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

    /** Price of all received replies that told their usage, and what people said of others; -1 when unknown. */
    public long settledPicos() {
        return Picos.sum(lines.values().stream().mapToLong(Line::picos).reduce(0, Picos::sum), wordPicos());
    }

    /** Received replies whose cost nobody knows, at risk with the most they can have cost. */
    public UnknownUsage unknown() {
        return unknown;
    }

    /** What people said of such replies, in order. */
    public List<Word> words() {
        return Collections.unmodifiableList(words);
    }

    /** The sum of it, part of {@link #settledPicos()}. */
    public long wordPicos() {
        return words.stream().mapToLong(Word::picos).reduce(0, Picos::sum);
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

    ObjectNode toJson() {
        ObjectNode node = Json.object();
        ArrayNode rows = node.putArray("lines");
        lines.values().forEach(each -> rows.add(Json.mapper().<ObjectNode>valueToTree(each)));
        node.set("strayUsage", Json.mapper().valueToTree(strayUsage));
        node.put("strayCalls", strayCalls).put("strayPicos", strayPicos).put("strayUnknown", strayUnknown);
        node.set("unknown", unknown.toJson());
        ArrayNode said = node.putArray("words");
        words.forEach(each -> said.add(Json.mapper().<ObjectNode>valueToTree(each)));
        return node.put("lostCalls", lostCalls).put("lostPicos", lostPicos);
    }

    static Ledger fromJson(ObjectNode node) {
        var ledger = new Ledger();
        node.get("lines").forEach(each -> {
            Line line = Json.mapper().convertValue(each, Line.class);
            ledger.lines.put(key(line), line);
        });
        ledger.lostCalls = node.get("lostCalls").longValue();
        ledger.lostPicos = node.get("lostPicos").longValue();
        ledger.strayCalls = node.get("strayCalls").longValue();
        ledger.strayPicos = node.get("strayPicos").longValue();
        ledger.strayUnknown = node.get("strayUnknown").longValue();
        ledger.unknown = UnknownUsage.fromJson(node.get("unknown"));
        node.get("words").forEach(each -> ledger.words.add(Json.mapper().convertValue(each, Word.class)));
        ledger.strayUsage = Json.mapper().convertValue(node.get("strayUsage"), Usage.class);
        return ledger;
    }
}
