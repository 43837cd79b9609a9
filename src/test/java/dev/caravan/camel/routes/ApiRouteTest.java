package dev.caravan.camel.routes;

import org.apache.camel.test.main.junit5.CamelMainTest;
import org.junit.jupiter.api.Test;

@CamelMainTest(
        propertyPlaceholderLocations = RouteTestSupport.PROPERTIES,
        properties = {
            "camel.main.routesIncludePattern=file:routes/api/api.camel.yaml",
            RouteTestSupport.NO_SERVICE,
            WebRouteTestSupport.HTTP,
            WebRouteTestSupport.SERVER,
            WebRouteTestSupport.HOST,
            WebRouteTestSupport.ANY_PORT
        })
class ApiRouteTest extends WebRouteTestSupport {

    @Test
    void every_path_has_its_answer() throws Exception {
        reaches("GET", "/api", "answer-index");
        reaches("GET", "/api/openapi.json", "answer-description");
    }
}
