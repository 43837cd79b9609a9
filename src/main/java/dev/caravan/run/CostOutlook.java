package dev.caravan.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.money.Money;
import java.util.Objects;

/**
 * What is still to be paid, as somebody who is asked to approve is told. On disk it is pico-dollars; -1 is unknown.
 *
 * @param lowPicos lower end of the estimate
 * @param highPicos upper end of the estimate
 * @param worstPicos if every answer is as long and asked for as often as allowed; -1 where there is no bound
 * @param measuredIn the earlier run that was measured, or empty where answers are assumed
 * @param basis how the figures were made, or why there are none, for people
 */
public record CostOutlook(
        long lowPicos, long expectedPicos, long highPicos, long worstPicos, String measuredIn, String basis) {
    public static final CostOutlook UNKNOWN = unknown("");

    public CostOutlook {
        measuredIn = Objects.requireNonNullElse(measuredIn, "");
        basis = Objects.requireNonNullElse(basis, "");
    }

    public static CostOutlook unknown(String why) {
        return new CostOutlook(-1, -1, -1, -1, "", why);
    }

    public Money low() {
        return new Money(lowPicos);
    }

    public Money expected() {
        return new Money(expectedPicos);
    }

    public Money high() {
        return new Money(highPicos);
    }

    public Money worst() {
        return new Money(worstPicos);
    }

    /**
     * The figure to hold against a limit: the upper end of what was measured; of what is only assumed, the worst case.
     * Unknown where there is none.
     */
    public Money cautious() {
        return expected().isUnknown() ? Money.UNKNOWN : measuredIn.isEmpty() ? worst() : high();
    }

    /** As {@link #cautious}, for who counts in numbers. */
    public long cautiousPicos() {
        return cautious().picos();
    }

    ObjectNode toJson() {
        return Json.mapper().valueToTree(this);
    }
}
