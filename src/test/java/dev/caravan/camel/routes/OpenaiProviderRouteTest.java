package dev.caravan.camel.routes;

import org.apache.camel.test.main.junit5.CamelMainTest;
import org.junit.jupiter.api.Test;

@CamelMainTest(
        propertyPlaceholderLocations = RouteTestSupport.PROPERTIES,
        properties = {
            "camel.main.routesIncludePattern=file:routes/openai/provider.camel.yaml,"
                    + ShippedProviderRouteTestSupport.TEMPLATES,
            RouteTestSupport.NO_SERVICE
        },
        mockEndpointsAndSkip = ProviderRouteTestSupport.WIRE)
class OpenaiProviderRouteTest extends ShippedProviderRouteTestSupport {
    OpenaiProviderRouteTest() {
        super("openai");
    }

    @Test
    void every_call_goes_to_its_place() throws Exception {
        asks("complete", "http-call POST /chat/completions");
        asks("count", "http-control POST /responses/input_tokens");
        asks("models", "http-control GET /models");
        asks("submit", "http-control POST /files");
        asks("poll", "http-control GET /batches/batch_1");
        asks("cancel", "http-control POST /batches/batch_1/cancel");
        asks("find", "http-control GET /batches?limit=100");
        asks("collect", "http-download GET /files/out/content");
        asks("discard", "http-control DELETE /files/in");
    }

    @Test
    void a_job_is_created_from_the_file_that_was_uploaded() throws Exception {
        says(said(200, "{\"id\":\"file-1\"}"));

        asks("submit", "http-control POST /files", "http-control POST /batches");
    }

    @Test
    void jobs_are_paged_by_the_last_id() throws Exception {
        says(said(200, "{\"data\":[],\"has_more\":true,\"last_id\":\"x1\"}"));

        asks("find", "http-control GET /batches?limit=100", "http-control GET /batches?limit=100&after=x1");
    }
}
