package dev.caravan.camel.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.camel.Route;
import org.apache.camel.test.main.junit5.AdviceRouteMapping;
import org.apache.camel.test.main.junit5.CamelMainTest;
import org.junit.jupiter.api.Test;

/** With the real clocks, which tick faster. */
@CamelMainTest(
        propertyPlaceholderLocations = RouteTestSupport.PROPERTIES,
        properties = {
            "camel.main.routesIncludePattern=file:routes/serve.camel.yaml",
            "caravan.serve-millis=10",
            RouteTestSupport.NO_SERVICE
        },
        advices = {
            @AdviceRouteMapping(route = "look-at-arrivals", advice = BeansAsMocks.class),
            @AdviceRouteMapping(route = "tend-runs", advice = BeansAsMocks.class),
            @AdviceRouteMapping(route = "keep-times", advice = BeansAsMocks.class)
        })
class ServeRouteTest extends RouteTestSupport {

    @Test
    void whatever_arrived_is_answered_one_after_the_other() throws Exception {
        mock("answer-arrival").expectedMinimumMessageCount(2);
        mock("answer-arrival").message(0).body().isEqualTo("first");
        mock("answer-arrival").message(1).body().isEqualTo("second");

        answers("arrived", List.of("first", "second"));

        mocksAreSatisfied();
        answers("arrived", List.of());
    }

    @Test
    void an_answer_that_breaks_keeps_no_other_from_its_own() throws Exception {
        mock("answer-arrival").expectedMinimumMessageCount(2);
        mock("answer-arrival").message(1).body().isEqualTo("well");
        breaksOnce("answer-arrival");

        answers("arrived", List.of("broken", "well"));

        mocksAreSatisfied();
        answers("arrived", List.of());
    }

    @Test
    void the_clocks_go_on_after_a_tick_that_breaks() throws Exception {
        for (String each : List.of("arrived", "tend-runs-kept", "keep-times-of-pipelines")) {
            breaksOnce(each);
            mock(each).expectedMinimumMessageCount(2);
        }

        mocksAreSatisfied();
    }

    @Test
    void every_clock_waits_for_the_end_of_its_tick_before_the_next() {
        assertThat(camel().getRoutes())
                .hasSize(3)
                .extracting(Route::getEndpoint)
                .allSatisfy(each -> assertThat(each.getEndpointUri()).contains("stateful=true"));
    }
}
