package dev.caravan.run;

import dev.caravan.run.WorkOrder.Member;

/**
 * Which of a step's models a call asks, and so at what price.
 *
 * @param revision under how many revisions of the run: later ones may have told the step to ask another
 * @param again whether the unit was answered at the step before: another model may be asked then
 */
public record ModelChoice(int step, int revision, boolean again) {
    public static ModelChoice of(int step, Member member) {
        return new ModelChoice(step, member.revision(), member.attempts() > 0);
    }
}
