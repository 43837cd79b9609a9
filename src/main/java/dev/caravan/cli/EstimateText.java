package dev.caravan.cli;

import dev.caravan.cost.MoneyText;
import dev.caravan.estimate.CostWords;
import dev.caravan.estimate.Estimate;
import dev.caravan.estimate.StepCost;
import dev.caravan.report.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** An estimate, for people and for programs. */
final class EstimateText {
    private EstimateText() {}

    static String table(Estimate estimate, int pilot) {
        var text = new StringBuilder(steps(estimate)).append('\n');
        text.append("%d units of %s in %s%s%n"
                .formatted(
                        estimate.units(),
                        estimate.pipeline(),
                        mode(estimate),
                        estimate.simulated() ? ", simulated" : ""));
        cost(text, estimate);
        if (pilot > 0) {
            int first = Math.min(pilot, estimate.units());
            line(text, "pilot", CostWords.about(estimate.first()) + " for its " + first + " units");
        }
        text.append('\n');
        basis(text, estimate);
        estimate.notes().forEach(each -> line(text, "note", each));
        return text.toString();
    }

    private static String steps(Estimate estimate) {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("step", "model", "calls", "tokens in", "tokens out", "cost"));
        for (StepCost each : estimate.steps()) {
            rows.add(List.of(
                    each.step(),
                    each.provider() + " " + each.model(),
                    String.valueOf(each.calls()),
                    String.valueOf(each.input()),
                    String.valueOf(each.output()),
                    each.cost().display()));
        }
        return TextTable.of(rows, 2);
    }

    private static void cost(StringBuilder text, Estimate estimate) {
        line(text, "low", MoneyText.display(estimate.total().low()));
        line(text, "expected", MoneyText.display(estimate.total().expected()));
        line(text, "high", MoneyText.display(estimate.total().high()));
        line(
                text,
                "worst",
                estimate.worst().isUnknown()
                        ? "not bounded: a price or max_tokens is not known, or a prompt could not be rendered"
                        : estimate.worst().display()
                                + ", if every answer is as long and asked for as often as allowed");
    }

    private static void basis(StringBuilder text, Estimate estimate) {
        line(text, "calls", estimate.basis().calls());
        line(text, "in", estimate.basis().input());
        line(text, "out", estimate.basis().output());
        line(
                text,
                "prices",
                estimate.steps().stream()
                        .map(each -> each.price().isEmpty() ? each.model() + " unknown" : each.price())
                        .distinct()
                        .collect(Collectors.joining(", ")));
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append("%-9s %s%n".formatted(name, value));
    }

    private static String mode(Estimate estimate) {
        return estimate.lane().word();
    }
}
