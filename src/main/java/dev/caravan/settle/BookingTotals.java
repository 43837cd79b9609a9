package dev.caravan.settle;

import dev.caravan.provider.Lane;
import dev.caravan.provider.Usage;
import dev.caravan.run.AskedModel;
import dev.caravan.run.Picos;
import dev.caravan.run.RunEvent;
import dev.caravan.run.UnitRanges;
import java.util.BitSet;
import java.util.List;
import java.util.TreeMap;

/** Outcomes of one piece of work in one results file, as they are added up for the books. */
public final class BookingTotals {
    private final BitSet units = new BitSet();
    private final TreeMap<Integer, Long> unknown = new TreeMap<>();
    private int paid;
    private Usage usage = Usage.NONE;
    private long picos;
    private Lane lane = Lane.BATCH;

    /**
     * @param price of the row's tokens, where it was paid for and told them
     * @param bound of what it can have cost, where it was paid for and did not
     */
    public void add(ReplyRow row, long price, long bound) {
        units.set(row.unit());
        lane = row.lane();
        if (!row.paid()) {
            return;
        }
        paid++;
        if (row.told().known()) {
            usage = usage.plus(row.usage());
            picos = Picos.sum(picos, price);
        } else {
            unknown.merge(row.unit(), bound, Picos::sum);
        }
    }

    public int count() {
        return units.cardinality();
    }

    /**
     * @param step at which it was asked
     * @param asked who was
     */
    public RunEvent.RepliesSettled event(String work, int step, int chunk, long from, long to, AskedModel asked) {
        var untold = new BitSet();
        unknown.keySet().forEach(untold::set);
        return new RunEvent.RepliesSettled(
                work,
                step,
                chunk,
                from,
                to,
                UnitRanges.text(units),
                paid,
                asked.provider(),
                asked.model(),
                lane,
                usage,
                picos,
                UnitRanges.text(untold),
                List.copyOf(unknown.values()));
    }
}
