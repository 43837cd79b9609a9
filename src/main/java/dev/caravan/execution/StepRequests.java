package dev.caravan.execution;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.cost.RunPrices;
import dev.caravan.expression.EvaluationException;
import dev.caravan.money.Money;
import dev.caravan.prompt.RenderException;
import dev.caravan.provider.Lane;
import dev.caravan.provider.Prompt;
import dev.caravan.run.ModelChoice;
import dev.caravan.run.WorkOrder;
import dev.caravan.run.WorkOrder.Member;
import dev.caravan.settle.ReplyRow;
import dev.caravan.settle.UnitRecords;
import dev.caravan.step.PreparedStep;
import dev.caravan.step.RunSteps;
import java.util.Optional;

/** What a unit is asked at a step: whether at all, in which words, and for how much at most. */
final class StepRequests {
    private final RunSteps steps;
    private final UnitRecords records;
    private final RunPrices prices;

    StepRequests(RunSteps steps, UnitRecords records, RunPrices prices) {
        this.steps = steps;
        this.records = records;
        this.prices = prices;
    }

    /** The same, with records read from elsewhere. */
    StepRequests by(UnitRecords others) {
        return new StepRequests(steps, others, prices);
    }

    /** The id of a unit. */
    String id(int step, Member member) {
        return records.id(step, member.unit());
    }

    /** What is known of a unit before a step. */
    ObjectNode record(int step, Member member) {
        return records.before(step, member.unit());
    }

    /** The outcome of a unit that is not to be asked at a step: it passes it by, or that cannot be told. */
    Optional<ReplyRow> unasked(WorkOrder order, Member member, ObjectNode record, Lane lane) {
        String unitId = record.path("unit_id").asText();
        try {
            return steps.steps().get(order.step()).branch().skips(record)
                    ? Optional.of(ReplyRow.skipped(member, unitId, order.work(), lane))
                    : Optional.empty();
        } catch (EvaluationException e) {
            return Optional.of(ReplyRow.undecided(member, unitId, order.work(), lane, "skip_if: " + e.getMessage()));
        }
    }

    Prompt prompt(int step, Member member, ObjectNode record) throws RenderException {
        return ((PreparedStep.Asking) steps.step(step, member.revision()))
                .prompt(
                        member.key(),
                        record,
                        records.errors(step, member.unit(), member.attempts()),
                        member.attempts() > 0);
    }

    /** What a request can cost at most. */
    Money worst(int step, Member member, Lane lane, Prompt prompt) {
        return prices.worstCase(ModelChoice.of(step, member), lane, prompt);
    }

    /** Whether its step asks another model by now than the job did that it is about: what was wrong there is no more. */
    boolean isOutdated(WorkOrder order) {
        return order.members().stream().limit(1).anyMatch(each -> {
            ModelChoice asked = ModelChoice.of(order.step(), each);
            return !steps.asked(asked)
                    .equals(steps.asked(new ModelChoice(order.step(), steps.revision(), asked.again())));
        });
    }
}
