package dev.caravan.settle;

import dev.caravan.provider.Lane;
import dev.caravan.run.RunFacts;
import dev.caravan.run.WorkOrder.Member;
import dev.caravan.step.PreparedStep;
import dev.caravan.validation.ExpressionRules;
import dev.caravan.validation.Finding;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * A step of a run as units are settled at it: how often they may be asked again there or sent back from there.
 *
 * @param judge the step by the rules that hold now
 * @param returnsTo name of the step that units are sent back to; empty where they are not
 * @param giveUpAfter how long the pipeline waits for an answer
 * @param pauseMillis first pause of a step whose provider is in trouble
 */
record StepSettling(
        PreparedStep judge,
        String returnsTo,
        int maxRetries,
        Function<Lane, Duration> giveUpAfter,
        long pauseMillis,
        Clock clock) {

    /** @param place of the step */
    static StepSettling of(RunFacts facts, PreparedStep judge, int place, long pauseMillis, Clock clock) {
        int target = facts.retryFrom(place);
        String returnsTo = target < 0 ? "" : facts.steps().get(target);
        return new StepSettling(judge, returnsTo, facts.maxRetries(), facts::giveUpAfter, pauseMillis, clock);
    }

    String name() {
        return judge.step().name();
    }

    /** The step's kind, which is the stage of what fails there without an answer. */
    String kind() {
        return judge.step().kind();
    }

    boolean sendsBack() {
        return !returnsTo.isEmpty();
    }

    boolean maySendBack(Member member) {
        return sendsBack() && member.back() - member.backForgiven() < maxRetries;
    }

    boolean mayAskAgain(Member member) {
        return member.attempts() - member.forgiven() < maxRetries;
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
                        >= giveUpAfter.apply(row.lane()).toSeconds();
    }
}
