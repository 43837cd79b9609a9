package dev.caravan.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.cost.Forecast;
import dev.caravan.estimate.Estimate;
import dev.caravan.estimate.StepCost;
import dev.caravan.execution.Amounts;
import dev.caravan.report.Table;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** An estimate, for people and for programs. */
final class EstimateText {
    private EstimateText() {}

    /**
     * One clause for a question.
     *
     * @param pilot units that go first, 0 for none
     * @param cap most that the run may cost, in pico-dollars; below 0 for none
     */
    static String sum(Estimate estimate, int pilot, long cap) {
        if (estimate.total().expected() < 0) {
            return "what that costs is not known"
                    + estimate.notes().stream()
                            .filter(each -> each.startsWith("the price"))
                            .map(each -> ", for " + each)
                            .collect(Collectors.joining());
        }
        String all = about(estimate.total());
        boolean first = pilot > 0 && pilot < estimate.units();
        return (first ? about(estimate.first()) + " for the " + pilot + " units of the pilot, then " : "")
                + all
                + (first ? " for all of them" : "")
                + most(estimate, cap);
    }

    private static String about(Forecast forecast) {
        return "about %s (between %s and %s)"
                .formatted(
                        Amounts.display(forecast.expected()),
                        Amounts.display(forecast.low()),
                        Amounts.display(forecast.high()));
    }

    private static String most(Estimate estimate, long cap) {
        if (cap >= 0 && (estimate.worst() < 0 || cap < estimate.worst())) {
            return ", at most " + Amounts.display(cap) + " by its cap";
        }
        return estimate.worst() < 0
                ? ", without a bound in the worst case"
                : ", at most " + Amounts.display(estimate.worst()) + " in the worst case";
    }

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
                    Amounts.display(each.picos())));
        }
        var text = new StringBuilder(Table.of(rows, 2)).append('\n');
        text.append("%d units of %s in %s%s%n"
                .formatted(
                        estimate.units(),
                        estimate.pipeline(),
                        mode(estimate),
                        estimate.simulated() ? ", simulated" : ""));
        line(text, "low", Amounts.display(estimate.total().low()));
        line(text, "expected", Amounts.display(estimate.total().expected()));
        line(text, "high", Amounts.display(estimate.total().high()));
        line(
                text,
                "worst",
                estimate.worst() < 0
                        ? "not bounded: a price or max_tokens is not known, or a prompt could not be rendered"
                        : Amounts.display(estimate.worst())
                                + ", if every answer is as long and asked for as often as allowed");
        if (pilot > 0) {
            line(text, "pilot", about(estimate.first()) + " for its " + Math.min(pilot, estimate.units()) + " units");
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
        return estimate.lane().name().toLowerCase(Locale.ROOT);
    }

    static ObjectNode json(Estimate estimate) {
        ObjectNode node = Json.object().put("pipeline", estimate.pipeline()).put("mode", mode(estimate));
        node.put("simulated", estimate.simulated())
                .put("units", estimate.units())
                .put("sampled", estimate.sampled());
        ArrayNode steps = node.putArray("steps");
        for (StepCost each : estimate.steps()) {
            ObjectNode row = steps.addObject().put("step", each.step()).put("provider", each.provider());
            row.put("model", each.model()).put("price", each.price().isEmpty() ? null : each.price());
            row.put("calls", each.calls()).put("input_tokens", each.input()).put("output_tokens", each.output());
            row.put("cost_usd", Screen.usd(each.picos()));
            spread(row.putObject("input_tokens_each"), each.perInput());
            spread(row.putObject("output_tokens_each"), each.perOutput());
        }
        forecast(node.putObject("cost_usd"), estimate.total()).put("worst", Screen.usd(estimate.worst()));
        forecast(node.putObject("first_usd"), estimate.first());
        node.put("measured_in", estimate.measured() ? estimate.measuredIn() : null);
        node.putObject("basis")
                .put("calls", estimate.basis().calls())
                .put("input_tokens", estimate.basis().input())
                .put("output_tokens", estimate.basis().output());
        ArrayNode notes = node.putArray("notes");
        estimate.notes().forEach(notes::add);
        return node;
    }

    private static ObjectNode forecast(ObjectNode node, Forecast forecast) {
        return node.put("low", Screen.usd(forecast.low()))
                .put("expected", Screen.usd(forecast.expected()))
                .put("high", Screen.usd(forecast.high()));
    }

    private static void spread(ObjectNode node, StepCost.Spread spread) {
        node.put("mean", tenth(spread.mean())).put("deviation", tenth(spread.deviation()));
    }

    private static BigDecimal tenth(double tokens) {
        return BigDecimal.valueOf(tokens).setScale(1, RoundingMode.HALF_UP);
    }
}
