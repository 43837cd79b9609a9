package dev.caravan.camel;

import static dev.caravan.camel.exchange.ExchangeKeys.CALL;
import static dev.caravan.camel.exchange.ExchangeKeys.ORDER;
import static dev.caravan.camel.exchange.ExchangeKeys.ROUTES;
import static dev.caravan.camel.exchange.ExchangeKeys.RUN;

import dev.caravan.base.NotReadyException;
import dev.caravan.execution.UnitCall;
import dev.caravan.provider.Answer;
import dev.caravan.run.WorkOrder;
import java.util.Iterator;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;

/** Between the calls of {@code routes/realtime.camel.yaml}. */
public final class CallWork {

    public Iterator<UnitCall> calls(Exchange exchange) {
        return RUN.get(exchange).calls().calls(ORDER.get(exchange));
    }

    /** Judges and settles the work in the body, to which its calls were put together again, if any was left to make. */
    public void settle(Exchange exchange) {
        WorkOrder work = exchange.getMessage().getBody() instanceof WorkOrder answered ? answered : ORDER.get(exchange);
        exchange.getMessage().setBody(RUN.get(exchange).calls().settle(work));
    }

    /** Waits for its turn, renders, journals the intent; the body becomes the prompt, or stays when none is sent. */
    public static final class Admission extends AsyncStep {
        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            UnitCall call = exchange.getMessage().getBody(UnitCall.class);
            CALL.set(exchange, call);
            exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
                @Override
                public void onFailure(Exchange broken) {
                    Exception cause = broken.getException();
                    RUN.get(broken)
                            .calls()
                            .broken(call, cause == null ? new IllegalStateException("the call's route broke") : cause);
                }
            });
            RUN.get(exchange).calls().admit(call, () -> {
                if (call.sent()) {
                    exchange.getMessage().setBody(call.prompt());
                }
                callback.done(false);
            });
            return false;
        }
    }

    /** Books the answer in the body. */
    public static final class Booking extends AsyncStep {
        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            UnitCall call = CALL.get(exchange);
            if (!(exchange.getMessage().getBody() instanceof Answer answer)) {
                exchange.setException(new NotReadyException(
                        "direct:" + ROUTES.find(exchange) + "-complete",
                        "",
                        "did not end with an answer; the last step of that route must be the bean providerCalls, method"
                                + " reply"));
                callback.done(true);
                return true;
            }
            RUN.get(exchange).calls().book(call, answer, () -> callback.done(false));
            return false;
        }
    }

    /** Goes on with a worker's thread. */
    public static final class HandOver extends AsyncStep {
        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            RUN.get(exchange).workers().execute(() -> callback.done(false));
            return false;
        }
    }
}
