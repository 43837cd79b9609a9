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
        for (StepCost each : estimate.steps()) {
            ObjectNode row = steps.addObject().put("step", each.step()).put("provider", each.provider());
            row.put("model", each.model()).put("price", each.price().isEmpty() ? null : each.price());
            row.put("calls", each.calls()).put("input_tokens", each.input()).put("output_tokens", each.output());
            row.put("cost_usd", MoneyText.usdOrNull(each.picos()));
            spread(row.putObject("input_tokens_each"), each.perInput());
            spread(row.putObject("output_tokens_each"), each.perOutput());
        }
        forecast(node.putObject("cost_usd"), estimate.total()).put("worst", MoneyText.usdOrNull(estimate.worst()));
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
