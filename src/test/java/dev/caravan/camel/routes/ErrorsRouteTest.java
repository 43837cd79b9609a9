package dev.caravan.camel.routes;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.MainConfigurationProperties;
import org.apache.camel.test.main.junit5.AdviceRouteMapping;
import org.apache.camel.test.main.junit5.CamelMainTest;
import org.apache.camel.test.main.junit5.Configure;
import org.junit.jupiter.api.Test;

@CamelMainTest(
        propertyPlaceholderLocations = RouteTestSupport.PROPERTIES,
        properties = {"camel.main.routesIncludePattern=file:routes/errors.camel.yaml", RouteTestSupport.NO_SERVICE},
        advices = @AdviceRouteMapping(route = "(dead-letters)", advice = BeansAsMocks.class))
class ErrorsRouteTest extends RouteTestSupport {

    /** One that takes the file's configuration, as those of steps do, and one that takes none. */
    @Configure
    void add(MainConfigurationProperties main) {
        main.addRoutesBuilder(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:step")
                        .routeConfigurationId("step-errors")
                        .setBody(constant("changed on its way"))
                        .to("mock:work");
                from("direct:plain").to("mock:work");
            }
        });
    }

    @Test
    void what_a_step_cannot_handle_becomes_a_dead_letter_as_it_was_at_first() throws Exception {
        breaks("work");
        mock("work").expectedMessageCount(1);
        mock("keep-dead-letter").expectedBodiesReceived("a ticket");
        mock("keep-dead-letter").expectedHeaderReceived(Exchange.FILE_NAME_ONLY, "7.json");

        Exchange handled = send("direct:step", exchange -> {
            exchange.getMessage().setBody("a ticket");
            exchange.getMessage().setHeader(Exchange.FILE_NAME_ONLY, "7.json");
        });

        mocksAreSatisfied();
        assertThat(handled.getException()).isNull();
        Exchange letter = mock("keep-dead-letter").getExchanges().get(0);
        assertThat(letter.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class))
                .hasMessage("work broke");
        assertThat(letter.getProperty(Exchange.FAILURE_ROUTE_ID)).isNotNull();
    }

    @Test
    void what_goes_well_leaves_no_letter() throws Exception {
        mock("work").expectedBodiesReceived("changed on its way");
        mock("keep-dead-letter").expectedMessageCount(0);

        send("direct:step", exchange -> {});

        mocksAreSatisfied();
    }

    @Test
    void a_route_that_does_not_name_the_configuration_tells_its_caller() throws Exception {
        breaks("work");
        mock("keep-dead-letter").expectedMessageCount(0);

        assertThat(send("direct:plain", exchange -> {}).getException()).hasMessage("work broke");

        mocksAreSatisfied();
    }

    @Test
    void a_letter_that_cannot_be_kept_is_not_tried_again() throws Exception {
        breaks("work");
        breaks("keep-dead-letter");
        mock("keep-dead-letter").expectedMessageCount(1);

        send("direct:step", exchange -> {});

        mocksAreSatisfied();
    }
}
