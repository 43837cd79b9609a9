package dev.caravan.settle;

import dev.caravan.run.RunFacts;
import dev.caravan.run.WorkOrder.Member;
import dev.caravan.step.PreparedStep;
import dev.caravan.validation.ExpressionRules;
import dev.caravan.validation.Finding;
import java.time.Clock;
import java.util.List;

/**
 * A step of a run as units are settled at it: how often they may be asked again there or sent back from there.
 *
 * @param judge the step by the rules that hold now
 * @param place of the step
 * @param pauseMillis first pause of a step whose provider is in trouble
 */
record StepSettling(RunFacts facts, PreparedStep judge, int place, long pauseMillis, Clock clock) {

    String name() {
        return facts.steps().get(place);
    }

    /** The step's kind, which is the stage of what fails there without an answer. */
    String kind() {
        return judge.step().kind();
    }

    /** The name of the step that units are sent back to. */
    String goalOfReturn() {
        return facts.steps().get(facts.retryFrom(place));
    }

    boolean sendsBack() {
        return facts.retryFrom(place) >= 0;
    }

    boolean maySendBack(Member member) {
        return sendsBack() && member.back() - member.backForgiven() < facts.maxRetries();
    }

    boolean mayAskAgain(Member member) {
        return member.attempts() - member.forgiven() < facts.maxRetries();
    }

    /** The form of an answer is its model's own; only what the step's rules say can be another step's doing. */
    boolean isByRule(List<Finding> reasons) {
        return reasons.stream()
                .anyMatch(each -> ExpressionRules.hold(judge.step().validation(), each.code()));
    }

    /** Whether the attempt has gone without an answer for as long as the pipeline allows. */
    boolean isGivenUp(Member member, ReplyRow row) {
        long since = member.troubleSince();
        return row.outcome() != ReplyOutcome.FATAL
                && since > 0
                && clock.instant().getEpochSecond() - since
                        >= facts.giveUpAfter(row.lane()).toSeconds();
    }
}
