package dev.caravan.report;

import dev.caravan.money.Money;
import dev.caravan.provider.Usage;
import dev.caravan.run.Ledger;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunSummary;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The figures of a report. Each unit is counted once, however often it was asked and wherever it lies.
 *
 * @param steps in order
 */
record RunFigures(RunFolder folder, RunSummary run, Ledger ledger, List<StepFigures> steps, FailureCounts failures) {

    /** @param field of the failures to count them by; empty for the item they came of */
    static RunFigures of(RunResults results, String field) {
        var failures = new FailureCounts(results.state().facts().steps(), field);
        results.failures(failures::add);
        RunSummary run = results.summary();
        List<StepFigures> steps = IntStream.range(0, run.steps().size())
                .mapToObj(step -> StepFigures.of(
                        results.folder(), results.state(), run.steps().get(step), step, failures))
                .toList();
        return new RunFigures(results.folder(), run, results.state().ledger(), steps, failures);
    }

    String step(int place) {
        return steps.get(place).line().name();
    }

    /** What a done unit cost, one with another; unknown while none is done. */
    Money perUnit() {
        return run.progress().done() == 0
                ? Money.UNKNOWN
                : new Money(run.cost().picos()).dividedBy(run.progress().done());
    }

    /** Tokens in and out. */
    long tokens() {
        return run.cost().usage().input() + run.cost().usage().output();
    }

    /** Of these, those that went into asking again. */
    long repeatedTokens() {
        Usage repeated = steps.stream().map(StepFigures::repeated).reduce(Usage.NONE, Usage::plus);
        return repeated.input() + repeated.output();
    }
}
