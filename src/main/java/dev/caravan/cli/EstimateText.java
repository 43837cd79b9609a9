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
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("step", "model", "calls", "tokens in", "tokens out", "cost"));
        for (StepCost each : estimate.steps()) {
            rows.add(List.of(
                    each.step(),
                    each.provider() + " " + each.model(),
                    String.valueOf(each.calls()),
                    String.valueOf(each.input()),
                    String.valueOf(each.output()),
                    MoneyText.display(each.picos())));
        }
        var text = new StringBuilder(TextTable.of(rows, 2)).append('\n');
        text.append("%d units of %s in %s%s%n"
                .formatted(
                        estimate.units(),
                        estimate.pipeline(),
                        mode(estimate),
                        estimate.simulated() ? ", simulated" : ""));
        line(text, "low", MoneyText.display(estimate.total().low()));
        line(text, "expected", MoneyText.display(estimate.total().expected()));
        line(text, "high", MoneyText.display(estimate.total().high()));
        line(
                text,
                "worst",
                estimate.worst() < 0
                        ? "not bounded: a price or max_tokens is not known, or a prompt could not be rendered"
                        : MoneyText.display(estimate.worst())
                                + ", if every answer is as long and asked for as often as allowed");
        if (pilot > 0) {
            line(
                    text,
                    "pilot",
                    CostWords.about(estimate.first()) + " for its " + Math.min(pilot, estimate.units()) + " units");
        }
        text.append('\n');
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
        estimate.notes().forEach(each -> line(text, "note", each));
        return text.toString();
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append("%-9s %s%n".formatted(name, value));
    }

    private static String mode(Estimate estimate) {
        return estimate.lane().word();
    }
}
