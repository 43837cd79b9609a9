package dev.caravan.camel.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.test.main.junit5.CamelMainTest;
import org.junit.jupiter.api.Test;

@CamelMainTest(
        propertyPlaceholderLocations = RouteTestSupport.PROPERTIES,
        properties = {
            "camel.main.routesIncludePattern=file:routes/watch.camel.yaml",
            RouteTestSupport.NO_SERVICE,
            WebRouteTestSupport.HTTP,
            WebRouteTestSupport.SERVER,
            WebRouteTestSupport.HOST,
            WebRouteTestSupport.ANY_PORT
        })
class WatchRouteTest extends WebRouteTestSupport {

    @Test
    void every_path_has_its_answer() throws Exception {
        reaches("GET", "/observe/metrics", "tell-metrics");
        reaches("GET", "/observe/health", "tell-health");
        reaches("GET", "/observe/health/ready", "tell-ready");
        reaches("GET", "/observe/health/live", "tell-live");
    }

    @Test
    void a_status_that_is_told_reaches_whoever_asked() throws Exception {
        when("tell-health", exchange -> exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 503));

        assertThat(ask("GET", "/observe/health").statusCode()).isEqualTo(503);
    }

    @Test
    void nothing_but_get_is_let_in() throws Exception {
        for (String each : List.of("/observe/metrics", "/observe/health", "/observe/health/live")) {
            assertThat(ask("POST", each).statusCode()).as(each).isEqualTo(405);
        }
        assertThat(reached()).isEmpty();
    }

    @Test
    void a_meter_that_breaks_is_an_error_and_no_answer() throws Exception {
        breaks("tell-metrics");

        assertThat(ask("GET", "/observe/metrics").statusCode()).isEqualTo(500);
    }
}
