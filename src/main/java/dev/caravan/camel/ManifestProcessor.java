package dev.caravan.camel;

import static dev.caravan.camel.exchange.ExchangeKeys.RUN;

import dev.caravan.execution.LiveRun;
import dev.caravan.run.RunEvent;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;

/** Records the event in the body, and completes the exchange once it is durable. A body without an event passes. */
public final class ManifestProcessor extends AsyncStep {

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        if (!(exchange.getMessage().getBody() instanceof RunEvent event)) {
            callback.done(true);
            return true;
        }
        LiveRun run = RUN.get(exchange);
        run.store().record(event, failure -> {
            if (failure != null) {
                exchange.setException(failure);
            }
            run.workers().execute(() -> callback.done(false));
        });
        return false;
    }
}
