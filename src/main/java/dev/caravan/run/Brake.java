package dev.caravan.run;

/**
 * Pauses a run whose first answers at a step are mostly bad, before all of them are bought.
 *
 * @param answers how many answers are waited for; 0 for no brake
 * @param percent of them that must fail for the run to pause
 */
public record Brake(int answers, int percent) {
    public static final Brake USUAL = new Brake(50, 80);
    public static final Brake NONE = new Brake(0, 100);

    boolean stops(StepState step) {
        return answers > 0 && step.answered >= answers && 100L * step.rejected >= (long) percent * step.answered;
    }
}
