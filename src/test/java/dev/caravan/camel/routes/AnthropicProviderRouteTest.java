package dev.caravan.camel.routes;

import org.apache.camel.test.main.junit5.CamelMainTest;
import org.junit.jupiter.api.Test;

@CamelMainTest(
        propertyPlaceholderLocations = RouteTestSupport.PROPERTIES,
        properties = {
            "camel.main.routesIncludePattern=file:routes/anthropic/provider.camel.yaml,"
                    + ShippedProviderRouteTestSupport.TEMPLATES,
            RouteTestSupport.NO_SERVICE
        },
        mockEndpointsAndSkip = ProviderRouteTestSupport.WIRE)
class AnthropicProviderRouteTest extends ShippedProviderRouteTestSupport {
    AnthropicProviderRouteTest() {
        super("anthropic");
    }

    @Test
    void every_call_goes_to_its_place() throws Exception {
        asks("complete", "http-call POST /v1/messages");
        asks("count", "http-control POST /v1/messages/count_tokens");
        asks("models", "http-control GET /v1/models?limit=100");
        asks("submit", "http-control POST /v1/messages/batches");
        asks("poll", "http-control GET /v1/messages/batches/batch_1");
        asks("cancel", "http-control POST /v1/messages/batches/batch_1/cancel");
        asks("find", "http-control GET /v1/messages/batches?limit=100");
        asks("collect", "http-download GET /files/out/content");
        asks("discard", "http-control DELETE /files/in");
    }

    @Test
    void jobs_and_models_are_paged_by_the_last_id() throws Exception {
        String page = "{\"data\":[],\"has_more\":true,\"last_id\":\"x1\"}";

        says(said(200, page));
        asks(
                "find",
                "http-control GET /v1/messages/batches?limit=100",
                "http-control GET /v1/messages/batches?limit=100&after_id=x1");
        says(said(200, page));
        asks("models", "http-control GET /v1/models?limit=100", "http-control GET /v1/models?limit=100&after_id=x1");
    }
}
