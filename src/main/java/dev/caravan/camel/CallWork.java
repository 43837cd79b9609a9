package dev.caravan.camel;

import dev.caravan.execution.LiveRun;
import dev.caravan.execution.UnitCall;
import dev.caravan.provider.Answer;
import dev.caravan.run.WorkOrder;
import java.util.Iterator;
import java.util.Objects;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;

/** Between the calls of {@code routes/realtime.camel.yaml}. */
public final class CallWork {

    private static LiveRun run(Exchange exchange) {
        return Objects.requireNonNull(exchange.getProperty("run", LiveRun.class));
    }

    private static WorkOrder order(Exchange exchange) {
        return Objects.requireNonNull(exchange.getProperty("order", WorkOrder.class));
    }

    public Iterator<UnitCall> calls(Exchange exchange) {
        return run(exchange).calls().calls(order(exchange));
    }

    public void settle(Exchange exchange) {
        exchange.getMessage().setBody(run(exchange).calls().settle(order(exchange)));
    }

    /** Waits for a permit, renders, journals the intent; the body becomes the prompt, or stays when none is sent. */
    public static final class Admission extends Later {
        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            UnitCall call = exchange.getMessage().getBody(UnitCall.class);
            exchange.setProperty("call", call);
            run(exchange).calls().admit(call, () -> {
                if (call.sent()) {
                    exchange.getMessage().setBody(call.prompt());
                }
                callback.done(false);
            });
            return false;
        }
    }

    /** Books the answer in the body. */
    public static final class Booking extends Later {
        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            UnitCall call = Objects.requireNonNull(exchange.getProperty("call", UnitCall.class));
            Answer answer = exchange.getMessage().getBody(Answer.class);
            run(exchange).calls().book(call, answer, () -> callback.done(false));
            return false;
        }
    }

    /** Goes on with a worker's thread. */
    public static final class HandOver extends Later {
        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            run(exchange).workers().execute(() -> callback.done(false));
            return false;
        }
    }
}
