package dev.caravan.estimate;

import dev.caravan.cost.Forecast;
import dev.caravan.cost.MoneyText;
import dev.caravan.money.Money;
import dev.caravan.run.CostOutlook;
import java.util.stream.Collectors;

/** What a run will cost, in one clause. */
public final class CostWords {
    private CostWords() {}

    /**
     * For a question.
     *
     * @param pilot units that go first, 0 for none
     * @param cap most that the run may cost, in pico-dollars; below 0 for none
     */
    public static String sum(Estimate estimate, int pilot, long cap) {
        if (estimate.total().expected() < 0) {
            return "what that costs is not known"
                    + estimate.notes().stream()
                            .filter(each -> each.startsWith("the price"))
                            .map(each -> ", for " + each)
                            .collect(Collectors.joining());
        }
        String all = about(estimate.total());
        boolean first = pilot > 0 && pilot < estimate.units();
        return (first ? about(estimate.first()) + " for the " + pilot + " units of the pilot, then " : "")
                + all
                + (first ? " for all of them" : "")
                + most(estimate, cap);
    }

    /** As somebody is told who is asked to approve it. */
    public static CostOutlook outlook(Estimate estimate) {
        return new CostOutlook(
                estimate.total().low(),
                estimate.total().expected(),
                estimate.total().high(),
                estimate.worst().picos(),
                estimate.measuredIn(),
                estimate.measured()
                        ? estimate.basis().calls()
                        : "nothing was measured: assumed from " + estimate.sampled() + " units of the input");
    }

    public static String about(Forecast forecast) {
        return "about %s (between %s and %s)"
                .formatted(
                        MoneyText.display(forecast.expected()),
                        MoneyText.display(forecast.low()),
                        MoneyText.display(forecast.high()));
    }

    private static String most(Estimate estimate, long cap) {
        Money worst = estimate.worst();
        if (cap >= 0 && !worst.fits(new Money(cap))) {
            return ", at most " + MoneyText.display(cap) + " by its cap";
        }
        return worst.isUnknown()
                ? ", without a bound in the worst case"
                : ", at most " + worst.display() + " in the worst case";
    }
}
