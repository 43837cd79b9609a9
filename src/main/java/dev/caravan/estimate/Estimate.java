package dev.caravan.estimate;

import dev.caravan.cost.Forecast;
import dev.caravan.money.Money;
import dev.caravan.provider.Lane;
import java.util.List;

/**
 * What a run will cost, and what that rests on.
 *
 * @param units of the whole input
 * @param sampled units whose prompts were rendered
 * @param total of all steps
 * @param first what is bought before anybody is asked again: that of the pilot, or of all
 * @param worst if every answer is as long as allowed and asked for as often as allowed; unknown where there is no bound
 * @param measuredIn the earlier run that units were measured in, or empty where answers are assumed
 * @param basis of each kind of figure
 * @param notes what to bear in mind
 */
public record Estimate(
        String pipeline,
        Lane lane,
        boolean simulated,
        int units,
        int sampled,
        List<StepCost> steps,
        Forecast total,
        Forecast first,
        Money worst,
        String measuredIn,
        Basis basis,
        List<String> notes) {

    /** What figures rest on, in words. */
    public record Basis(String calls, String input, String output) {}

    public Estimate {
        steps = List.copyOf(steps);
        notes = List.copyOf(notes);
    }

    public boolean measured() {
        return !measuredIn.isEmpty();
    }
}
