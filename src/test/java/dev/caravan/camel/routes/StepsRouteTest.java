package dev.caravan.camel.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.camel.exchange.ExchangeKeys;
import dev.caravan.provider.Lane;
import dev.caravan.run.RunEvent;
import dev.caravan.run.WorkOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.Exchange;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.apache.camel.component.direct.DirectConsumerNotAvailableException;
import org.apache.camel.test.main.junit5.AdviceRouteMapping;
import org.apache.camel.test.main.junit5.CamelMainTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The route of a step is made from its template, as a run makes it; what it cannot handle goes by another file. */
@CamelMainTest(
        propertyPlaceholderLocations = RouteTestSupport.PROPERTIES,
        properties = {
            "camel.main.routesIncludePattern=file:routes/steps.camel.yaml,file:routes/errors.camel.yaml",
            RouteTestSupport.NO_SERVICE
        },
        replaceRouteFromWith = "manifest=direct:one-event",
        advices = @AdviceRouteMapping(route = "manifest", advice = BeansAsMocks.class),
        mockEndpointsAndSkip = "direct:(work-(call|collect).*|manifest|dead-letter)")
class StepsRouteTest extends RouteTestSupport {
    private static final String ROUTE = "run/label";
    private static final RunEvent DONE = new RunEvent.WorkDone("w1");
    private static final WorkOrder ORDER = new WorkOrder(
            "w1",
            0,
            "label",
            Lane.BATCH,
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

    private void step(String queue) throws Exception {
        mockInPlaceOf("ticketOpener", "open-ticket");
        TemplatedRouteBuilder.builder(camel(), "step-queue")
                .routeId(ROUTE)
                .prefixId(ROUTE + "/")
                .parameter("queue", queue)
                .parameter("about", "Step label of a run")
                .add();
    }

    @AfterEach
    void end() throws Exception {
        if (camel().getRoute(ROUTE) != null) {
            camel().getRouteController().stopRoute(ROUTE);
            camel().removeRoute(ROUTE);
        }
    }

    private void opens(String action) {
        when("open-ticket", exchange -> {
            ExchangeKeys.ORDER.set(exchange, ORDER);
            ExchangeKeys.ACTION.set(exchange, action);
        });
    }

    @Test
    void a_ticket_is_opened_done_as_its_action_says_and_told_to_the_journal() throws Exception {
        step("direct:tickets");
        opens("collect");
        mock("direct:work-collect").expectedMessageCount(1);
        mock("direct:work-call").expectedMessageCount(0);
        answers("direct:work-collect", DONE);
        mock("direct:manifest").expectedBodiesReceived(DONE);

        Exchange done = send("direct:tickets", exchange -> {});

        mocksAreSatisfied();
        assertThat(way(done))
                .containsExactly(
                        ROUTE + "/open-ticket",
                        ROUTE + "/valid-ticket",
                        ROUTE + "/do-ticket",
                        ROUTE + "/tell-manifest");
        assertThat(camel().getRoute(ROUTE).getGroup()).isEqualTo("live-runs");
    }

    @Test
    void a_stale_ticket_is_passed_over() throws Exception {
        step("direct:tickets");
        mock("open-ticket").expectedMessageCount(1);
        mock("direct:manifest").expectedMessageCount(0);
        mock("direct:dead-letter").expectedMessageCount(0);

        send("direct:tickets", exchange -> {});

        mocksAreSatisfied();
    }

    @Test
    void a_ticket_that_breaks_becomes_a_dead_letter_as_it_was_and_nothing_of_it_is_told() throws Exception {
        step("direct:tickets");
        opens("call");
        when("direct:work-call", exchange -> {
            exchange.getMessage().setBody("half done");
            exchange.setException(new IllegalStateException("broke"));
        });
        mock("direct:manifest").expectedMessageCount(0);
        mock("direct:dead-letter").expectedBodiesReceived("the ticket");

        Exchange handled =
                send("direct:tickets", exchange -> exchange.getMessage().setBody("the ticket"));

        mocksAreSatisfied();
        assertThat(handled.getException()).isNull();
    }

    @Test
    void nobody_waits_for_an_action_that_no_route_does() throws Exception {
        step("direct:tickets");
        opens("dance");
        mock("direct:dead-letter").expectedMessageCount(1);

        send("direct:tickets", exchange -> {});

        mocksAreSatisfied();
        assertThat(mock("direct:dead-letter").getExchanges().get(0).getProperty(Exchange.EXCEPTION_CAUGHT))
                .isInstanceOf(DirectConsumerNotAvailableException.class);
    }

    @Test
    void a_ticket_lies_in_its_queue_until_the_journal_has_what_came_of_it(@TempDir Path queue) throws Exception {
        Path ticket = Files.writeString(queue.resolve("7.json"), "{}");
        opens("call");
        answers("direct:work-call", DONE);
        var thereWhenTold = new AtomicBoolean();
        when("direct:manifest", exchange -> thereWhenTold.set(Files.exists(ticket)));
        mock("direct:manifest").expectedMessageCount(1);

        step("file:" + queue + "?initialDelay=0&delay=50&delete=true");

        mocksAreSatisfied();
        assertThat(thereWhenTold).isTrue();
        await().until(() -> Files.notExists(ticket));
    }

    @Test
    void an_event_goes_to_the_journal() throws Exception {
        mock("record-event").expectedBodiesReceived(DONE);

        send("direct:one-event", exchange -> exchange.getMessage().setBody(DONE));

        mocksAreSatisfied();
    }

    @Test
    void a_journal_that_cannot_be_written_is_told_to_the_ticket() {
        breaks("record-event");

        assertThat(send("direct:one-event", exchange -> {}).getException()).hasMessage("record-event broke");
    }
}
