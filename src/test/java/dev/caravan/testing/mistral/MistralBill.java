package dev.caravan.testing.mistral;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.provider.Lane;
import dev.caravan.provider.Usage;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** What the server generated and would charge for, whether or not anybody got to read it. */
public final class MistralBill {
    private record Line(Lane lane, String model, Usage usage) {}

    private final List<Line> lines = new ArrayList<>();

    synchronized void add(Lane lane, String model, Usage usage) {
        lines.add(new Line(lane, model, usage));
    }

    public synchronized int calls() {
        return lines.size();
    }

    public synchronized long cached() {
        return lines.stream().mapToLong(each -> each.usage().cached()).sum();
    }

    /** Calls, tokens and their price, in the form of the simulator's totals. */
    public synchronized ObjectNode totals() {
        ModelRegistry prices = ModelRegistry.shipped();
        long picos = lines.stream()
                .mapToLong(each -> prices.price(each.model()).orElseThrow().picos(each.lane(), each.usage()))
                .sum();
        return Json.object()
                .put("calls", lines.size())
                .put(
                        "input",
                        lines.stream().mapToLong(each -> each.usage().input()).sum())
                .put(
                        "output",
                        lines.stream().mapToLong(each -> each.usage().output()).sum())
                .put("usd", BigDecimal.valueOf(picos, 12));
    }
}
