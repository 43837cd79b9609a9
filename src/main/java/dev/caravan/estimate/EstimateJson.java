package dev.caravan.estimate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.cost.Forecast;
import dev.caravan.cost.MoneyText;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** An estimate as JSON, the same for the command line and over HTTP. */
public final class EstimateJson {
    private EstimateJson() {}

    public static ObjectNode of(Estimate estimate) {
        ObjectNode node = Json.object()
                .put("pipeline", estimate.pipeline())
                .put("mode", estimate.lane().word());
        node.put("simulated", estimate.simulated())
                .put("units", estimate.units())
                .put("sampled", estimate.sampled());
        ArrayNode steps = node.putArray("steps");
        estimate.steps().forEach(each -> step(steps.addObject(), each));
        forecast(node.putObject("cost_usd"), estimate.total())
                .put("worst", estimate.worst().usd());
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

    private static void step(ObjectNode row, StepCost step) {
        row.put("step", step.step()).put("provider", step.provider());
        row.put("model", step.model()).put("price", step.price().isEmpty() ? null : step.price());
        row.put("calls", step.calls()).put("input_tokens", step.input()).put("output_tokens", step.output());
        row.put("cost_usd", step.cost().usd());
        spread(row.putObject("input_tokens_each"), step.perInput());
        spread(row.putObject("output_tokens_each"), step.perOutput());
    }

    private static ObjectNode forecast(ObjectNode node, Forecast forecast) {
        return node.put("low", MoneyText.usdOrNull(forecast.low()))
                .put("expected", MoneyText.usdOrNull(forecast.expected()))
                .put("high", MoneyText.usdOrNull(forecast.high()));
    }

    private static void spread(ObjectNode node, StepCost.Spread spread) {
        node.put("mean", tenth(spread.mean())).put("deviation", tenth(spread.deviation()));
    }

    private static BigDecimal tenth(double tokens) {
        return BigDecimal.valueOf(tokens).setScale(1, RoundingMode.HALF_UP);
    }
}
