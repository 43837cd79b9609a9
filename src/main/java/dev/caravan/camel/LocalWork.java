package dev.caravan.camel;

import dev.caravan.execution.LiveRun;
import dev.caravan.run.WorkOrder;
import java.util.Objects;
import org.apache.camel.Exchange;

/** Carries out the work of a step that asks no provider, for {@code routes/local.camel.yaml}. */
public final class LocalWork {

    public void perform(Exchange exchange) {
        LiveRun run = Objects.requireNonNull(exchange.getProperty("run", LiveRun.class));
        WorkOrder order = Objects.requireNonNull(exchange.getProperty("order", WorkOrder.class));
        exchange.getMessage().setBody(run.perform(order));
    }
}
