package dev.caravan.camel.routes;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.camel.test.main.junit5.CamelMainTest;
import org.junit.jupiter.api.Test;

@CamelMainTest(
        propertyPlaceholderLocations = RouteTestSupport.PROPERTIES,
        properties = {
            "camel.main.routesIncludePattern=file:routes/console.camel.yaml",
            RouteTestSupport.NO_SERVICE,
            WebRouteTestSupport.HTTP,
            WebRouteTestSupport.SERVER,
            WebRouteTestSupport.HOST,
            WebRouteTestSupport.ANY_PORT
        })
class ConsoleRouteTest extends WebRouteTestSupport {

    @Test
    void every_path_below_hawtio_is_a_page_of_it() throws Exception {
        reaches("GET", "/hawtio", "send-page");
        reaches("GET", "/hawtio/", "send-page");
        reaches("GET", "/hawtio/camel/routes", "send-page");
        reaches("GET", "/hawtio/static/js/main.js", "send-page");
    }

    @Test
    void jolokia_is_asked_by_either_method_though_its_path_lies_below_hawtio() throws Exception {
        reaches("POST", "/hawtio/jolokia", "ask-jolokia");
        reaches("POST", "/hawtio/jolokia/", "ask-jolokia");
        reaches("GET", "/hawtio/jolokia/version", "ask-jolokia");
    }

    @Test
    void a_page_is_only_read() throws Exception {
        assertThat(ask("POST", "/hawtio/camel").statusCode()).isEqualTo(405);
        assertThat(reached()).isEmpty();
    }
}
