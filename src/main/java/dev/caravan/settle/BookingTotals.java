package dev.caravan.settle;

import dev.caravan.money.Money;
import dev.caravan.provider.Lane;
import dev.caravan.provider.Usage;
import dev.caravan.run.AskedModel;
import dev.caravan.run.RunEvent;
import dev.caravan.run.UnitSpan;
import java.util.List;
import java.util.TreeMap;

/** Outcomes of one piece of work in one results file, as they are added up for the books. */
public final class BookingTotals {
    private final UnitSpan units = new UnitSpan();
    private final TreeMap<Integer, Money> unknown = new TreeMap<>();
    private int paid;
    private Usage usage = Usage.NONE;
    private Money cost = Money.ZERO;
    private Lane lane = Lane.BATCH;

    /**
     * @param price of the row's tokens, where it was paid for and told them
     * @param bound of what it can have cost, where it was paid for and did not
     */
    public void add(ReplyRow row, Money price, Money bound) {
        units.set(row.unit());
        lane = row.lane();
        if (!row.paid()) {
            return;
        }
        paid++;
        if (row.told().known()) {
            usage = usage.plus(row.usage());
            cost = cost.plus(price);
        } else {
            unknown.merge(row.unit(), bound, Money::plus);
        }
    }

    public int count() {
        return units.count();
    }

    /**
     * @param step at which it was asked
     * @param asked who was
     */
    public RunEvent.RepliesSettled event(String work, int step, int chunk, long from, long to, AskedModel asked) {
        var untold = new UnitSpan();
        unknown.keySet().forEach(untold::set);
        return new RunEvent.RepliesSettled(
                work,
                step,
                chunk,
                from,
                to,
                units.toString(),
                paid,
                asked.provider(),
                asked.model(),
                lane,
                usage,
                cost,
                untold.toString(),
                List.copyOf(unknown.values()));
    }
}
