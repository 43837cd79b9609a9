package dev.caravan.camel.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.camel.exchange.ExchangeKeys;
import dev.caravan.provider.Answer;
import dev.caravan.provider.Lane;
import dev.caravan.provider.Prompt;
import dev.caravan.run.RunEvent;
import dev.caravan.run.WorkOrder;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.component.direct.DirectConsumerNotAvailableException;
import org.apache.camel.test.main.junit5.AdviceRouteMapping;
import org.apache.camel.test.main.junit5.CamelMainTest;
import org.junit.jupiter.api.Test;

@CamelMainTest(
        propertyPlaceholderLocations = RouteTestSupport.PROPERTIES,
        properties = {"camel.main.routesIncludePattern=file:routes/realtime.camel.yaml", RouteTestSupport.NO_SERVICE},
        replaceRouteFromWith = "unit=direct:one-unit",
        advices = {
            @AdviceRouteMapping(route = "work-call", advice = RealtimeRouteTest.CallsOfBody.class),
            @AdviceRouteMapping(route = "unit", advice = BeansAsMocks.class)
        },
        mockEndpointsAndSkip = "direct:(acme-.*|unit)")
class RealtimeRouteTest extends RouteTestSupport {
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
    private static final Prompt PROMPT = Prompt.of("label-0-1", "model", "Hello", 10);
    private static final RunEvent DONE = new RunEvent.WorkDone("w1");

    /** Its calls are the words that the ticket carries. */
    public static final class CallsOfBody extends BeansAsMocks {
        @Override
        public void configure() throws Exception {
            super.configure();
            var registry = getContext().getRegistry();
            registry.unbind("callWork");
            registry.bind("callWork", new Words());
        }

        /** In place of the bean of the same name. */
        public static final class Words {
            public Iterator<String> calls(Exchange exchange) {
                return exchange.getMessage().getBody(String.class).lines().iterator();
            }
        }
    }

    private Exchange ticket(String calls) {
        return send("direct:work-call", exchange -> {
            ExchangeKeys.ORDER.set(exchange, WORK);
            exchange.getMessage().setBody(calls);
        });
    }

    @Test
    void every_call_of_a_ticket_is_made_before_a_worker_settles_them_as_one() throws Exception {
        mock("direct:unit").expectedBodiesReceivedInAnyOrder("a", "b", "c");
        mock("to-worker").expectedBodiesReceived(WORK);
        mock("settle-calls").expectedBodiesReceived(WORK);
        answers("settle-calls", DONE);

        Exchange done = ticket("a\nb\nc");

        mocksAreSatisfied();
        assertThat(done.getMessage().getBody()).isEqualTo(DONE);
        assertThat(way(done)).containsExactly("each-unit", "to-worker", "settle-calls");
    }

    @Test
    void nothing_that_a_call_carried_is_left_on_the_ticket() {
        when("direct:unit", exchange -> ExchangeKeys.PATH.set(exchange, "of a call"));

        Exchange done = ticket("a\nb");

        assertThat(ExchangeKeys.PATH.find(done)).isNull();
    }

    @Test
    void a_ticket_whose_calls_are_all_answered_is_settled_without_one() throws Exception {
        mock("direct:unit").expectedMessageCount(0);
        mock("settle-calls").expectedMessageCount(1);

        ticket("");

        mocksAreSatisfied();
    }

    @Test
    void a_call_that_breaks_keeps_the_others_from_nothing_and_fails_the_ticket() throws Exception {
        mock("direct:unit").expectedBodiesReceivedInAnyOrder("a", "b", "c");
        when("direct:unit", exchange -> {
            if ("b".equals(exchange.getMessage().getBody())) {
                exchange.setException(new IllegalStateException("b broke"));
            }
        });
        mock("settle-calls").expectedMessageCount(0);

        Exchange broken = ticket("a\nb\nc");

        mocksAreSatisfied();
        assertThat(broken.getException()).hasStackTraceContaining("b broke");
    }

    private Exchange unit(String routes) {
        return send("direct:one-unit", exchange -> ExchangeKeys.ROUTES.set(exchange, routes));
    }

    @Test
    void a_unit_waits_for_its_turn_is_asked_and_booked() throws Exception {
        var answer = new Answer.Transient("overloaded", "later");
        answers("admit", PROMPT);
        mock("direct:acme-complete").expectedBodiesReceived(PROMPT);
        answers("direct:acme-complete", answer);
        mock("book").expectedBodiesReceived(answer);

        Exchange done = unit("acme");

        mocksAreSatisfied();
        assertThat(way(done)).containsExactly("admit", "has-prompt", "ask-provider", "book");
    }

    @Test
    void nobody_is_asked_for_a_unit_that_has_no_prompt() {
        assertThat(way(unit("acme"))).containsExactly("admit", "has-prompt");
    }

    /** Nothing repeats it: that could buy it twice. */
    @Test
    void a_provider_route_that_breaks_is_asked_once_and_nothing_is_booked() throws Exception {
        answers("admit", PROMPT);
        breaks("direct:acme-complete");
        mock("direct:acme-complete").expectedMessageCount(1);
        mock("book").expectedMessageCount(0);

        Exchange broken = unit("acme");

        mocksAreSatisfied();
        assertThat(broken.getException()).hasMessage("direct:acme-complete broke");
    }

    @Test
    void nobody_waits_for_a_provider_that_has_no_routes() {
        answers("admit", PROMPT);

        assertThat(unit("nobody").getException()).isInstanceOf(DirectConsumerNotAvailableException.class);
    }
}
