package dev.caravan.camel;

import dev.caravan.base.NotReadyException;
import dev.caravan.execution.LiveRun;
import dev.caravan.execution.UnitCall;
import dev.caravan.provider.Answer;
import dev.caravan.run.WorkOrder;
import java.util.Iterator;
import java.util.Objects;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;

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

    /** Waits for its turn, renders, journals the intent; the body becomes the prompt, or stays when none is sent. */
    public static final class Admission extends Later {
        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            UnitCall call = exchange.getMessage().getBody(UnitCall.class);
            exchange.setProperty("call", call);
            exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
                @Override
                public void onFailure(Exchange broken) {
                    Exception cause = broken.getException();
                    run(broken)
                            .calls()
                            .broken(call, cause == null ? new IllegalStateException("the call's route broke") : cause);
                }
            });
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
            if (!(exchange.getMessage().getBody() instanceof Answer answer)) {
                exchange.setException(new NotReadyException(
                        "direct:" + exchange.getProperty("routes") + "-complete",
                        "",
                        "did not end with an answer; the last step of that route must be the bean providerCalls, method"
                                + " reply"));
                callback.done(true);
                return true;
            }
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
