package dev.caravan.run;

import java.util.Map;
import java.util.Optional;

/**
 * Pauses a run whose first answers at a step are mostly bad, before all of them are bought.
 *
 * @param answers how many answers are waited for; 0 for no brake
 * @param percent of them that must fail for the run to pause
 */
public record FailureBrake(int answers, int percent) {
    public static final FailureBrake USUAL = new FailureBrake(50, 80);
    public static final FailureBrake NONE = new FailureBrake(0, 100);

    /** Outcomes of a step were judged: it looks once, when there are enough of them. */
    void look(StepState step) {
        if (step.answered >= answers && !stops(step)) {
            step.braked = true;
        }
    }

    boolean stops(StepState step) {
        return answers > 0 && step.answered >= answers && 100L * step.rejected >= (long) percent * step.answered;
    }

    /** What is to be said of a step at which the run should pause, if it was not said before. */
    Optional<String> trouble(String name, StepState step) {
        if (step.braked || !stops(step)) {
            return Optional.empty();
        }
        String finding = step.notes.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(each -> "; the commonest finding is " + each.getKey() + ", " + each.getValue() + " times")
                .orElse("");
        return Optional.of(step.rejected + " of the first " + step.answered + " answers at step " + name
                + " did not hold" + finding);
    }
}
