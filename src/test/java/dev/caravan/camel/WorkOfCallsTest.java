package dev.caravan.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.camel.exchange.ExchangeKeys;
import dev.caravan.provider.Lane;
import dev.caravan.run.WorkOrder;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

class WorkOfCallsTest {
    private static final WorkOrder WORK = new WorkOrder(
            "w1",
            0,
            "label",
            Lane.REALTIME,
            List.of(),
            List.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            0,
            0,
            null,
            null,
            null,
            null,
            null,
            null);

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final WorkOfCalls strategy = new WorkOfCalls();
    private final Exchange ticket = new DefaultExchange(context);

    WorkOfCallsTest() {
        ExchangeKeys.ORDER.set(ticket, WORK);
        ticket.getMessage().setBody("the ticket as it was read");
    }

    private Exchange call(String body) {
        Exchange call = new DefaultExchange(context);
        ExchangeKeys.PATH.set(call, "of a call");
        call.getMessage().setBody(body);
        return call;
    }

    @Test
    void what_comes_of_all_calls_is_the_ticket_with_its_work() {
        Exchange first = strategy.aggregate(null, call("a"), ticket);
        Exchange all = strategy.aggregate(first, call("b"), ticket);

        assertThat(all).isSameAs(ticket);
        assertThat(all.getMessage().getBody()).isSameAs(WORK);
        assertThat(ExchangeKeys.PATH.find(all)).isNull();
    }

    @Test
    void the_first_call_that_breaks_is_the_tickets_trouble_and_a_good_one_does_not_heal_it() {
        for (String each : List.of("first", "second")) {
            Exchange broken = call(each);
            broken.setException(new IllegalStateException(each));
            strategy.aggregate(null, broken, ticket);
        }

        assertThat(strategy.aggregate(ticket, call("good"), ticket).getException())
                .hasMessage("first");
    }

    @Test
    void without_its_ticket_nothing_can_be_put_together() {
        Exchange call = call("a");

        assertThatThrownBy(() -> strategy.aggregate(null, call)).isInstanceOf(UnsupportedOperationException.class);
    }
}
