package dev.caravan.camel;

import static dev.caravan.camel.exchange.ExchangeKeys.ORDER;
import static dev.caravan.camel.exchange.ExchangeKeys.RUN;

import dev.caravan.execution.LiveRun;
import dev.caravan.run.WorkOrder;
import org.apache.camel.Exchange;

/** Carries out the work of a step that asks no provider, for {@code routes/local.camel.yaml}. */
public final class InProcessWork {

    public void perform(Exchange exchange) {
        LiveRun run = RUN.get(exchange);
        WorkOrder order = ORDER.get(exchange);
        exchange.getMessage().setBody(run.perform(order));
    }
}
