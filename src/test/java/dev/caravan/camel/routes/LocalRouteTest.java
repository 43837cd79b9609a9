package dev.caravan.camel.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.run.RunEvent;
import org.apache.camel.Exchange;
import org.apache.camel.test.main.junit5.AdviceRouteMapping;
import org.apache.camel.test.main.junit5.CamelMainTest;
import org.junit.jupiter.api.Test;

@CamelMainTest(
        propertyPlaceholderLocations = RouteTestSupport.PROPERTIES,
        properties = {"camel.main.routesIncludePattern=file:routes/local.camel.yaml", RouteTestSupport.NO_SERVICE},
        advices = @AdviceRouteMapping(route = "work-perform", advice = BeansAsMocks.class))
class LocalRouteTest extends RouteTestSupport {

    @Test
    void work_in_process_answers_with_what_came_of_it() throws Exception {
        RunEvent done = new RunEvent.WorkDone("w1");
        mock("perform").expectedBodiesReceived("an order");
        answers("perform", done);

        Exchange answered =
                send("direct:work-perform", exchange -> exchange.getMessage().setBody("an order"));

        mocksAreSatisfied();
        assertThat(answered.getMessage().getBody()).isEqualTo(done);
        assertThat(way(answered)).containsExactly("perform");
    }

    @Test
    void work_that_breaks_is_told_to_the_step_that_asked_for_it() {
        breaks("perform");

        assertThat(send("direct:work-perform", exchange -> {}).getException()).hasMessage("perform broke");
    }
}
