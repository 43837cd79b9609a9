package dev.caravan.report;

import dev.caravan.cost.MoneyText;
import dev.caravan.money.Money;
import dev.caravan.provider.Usage;
import dev.caravan.run.Ledger;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunSummary;
import java.util.Map;

/**
 * What came of one step.
 *
 * @param line units that came and went
 * @param sentBack units that it sent to an earlier step
 * @param calls replies that were paid for
 * @param repeats of these, those to units that had been asked before
 * @param repeated tokens of these
 * @param longest output tokens of the longest answer
 * @param cost with what people said of replies that told no usage
 * @param untold replies of which nobody has said what they cost
 * @param codes its commonest findings, with so many failed units each
 */
record StepFigures(
        RunSummary.StepLine line,
        int sentBack,
        long calls,
        int repeats,
        Usage repeated,
        long longest,
        Money cost,
        long untold,
        Map<String, Integer> codes) {

    static StepFigures of(RunFolder folder, RunState state, RunSummary.StepLine line, int step, FailureCounts failed) {
        StepReplies replies = StepReplies.read(folder, state, step);
        return new StepFigures(
                line,
                state.steps().get(step).sentBack(),
                calls(state.ledger(), step),
                replies.repeats(),
                replies.repeated(),
                replies.longest(),
                cost(state.ledger(), step),
                state.ledger().unknown().calls(step),
                failed.codes(step));
    }

    private static long calls(Ledger ledger, int step) {
        return ledger.lines().stream()
                .filter(each -> each.step() == step)
                .mapToLong(Ledger.Line::calls)
                .sum();
    }

    private static Money cost(Ledger ledger, int step) {
        Money booked = ledger.lines().stream()
                .filter(each -> each.step() == step)
                .map(each -> new Money(each.picos()))
                .reduce(Money.ZERO, Money::plus);
        return ledger.words().stream()
                .filter(each -> each.step() == step)
                .map(each -> new Money(each.picos()))
                .reduce(booked, Money::plus);
    }

    /** Units that it judged. */
    int judged() {
        return line.valid() + line.failed();
    }

    /** Of those it judged, the percentage that held. */
    double passed() {
        return percent(line.valid(), judged());
    }

    /** For a screen; what is known of it, where replies told no usage. */
    String costText() {
        return calls == 0 ? "-" : MoneyText.cost(cost.picos(), untold);
    }

    /** With one digit behind the point; 0 of nothing. */
    static double percent(long part, long whole) {
        return whole == 0 ? 0 : Math.round(1000.0 * part / whole) / 10.0;
    }
}
