package dev.caravan.camel.routes;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.camel.test.main.junit5.CamelMainTest;
import org.junit.jupiter.api.Test;

@CamelMainTest(
        propertyPlaceholderLocations = RouteTestSupport.PROPERTIES,
        properties = {
            "camel.main.routesIncludePattern=file:routes/mistral/provider.camel.yaml,"
                    + ShippedProviderRouteTestSupport.TEMPLATES,
            RouteTestSupport.NO_SERVICE
        },
        mockEndpointsAndSkip = ProviderRouteTestSupport.WIRE)
class MistralProviderRouteTest extends ShippedProviderRouteTestSupport {
    MistralProviderRouteTest() {
        super("mistral");
    }

    @Test
    void every_call_goes_to_its_place() throws Exception {
        asks("complete", "http-call POST /chat/completions");
        asks("models", "http-control GET /models");
        asks("submit", "http-control POST /files");
        asks("poll", "http-control GET /batch/jobs/batch_1");
        asks("cancel", "http-control POST /batch/jobs/batch_1/cancel");
        asks("find", "http-control GET /batch/jobs?page_size=100&order_by=-created");
        asks("collect", "http-download GET /files/out/content");
        asks("discard", "http-control DELETE /files/in");
    }

    @Test
    void a_job_is_created_from_the_file_that_was_uploaded() throws Exception {
        says(said(200, "{\"id\":\"file-1\"}"));

        asks("submit", "http-control POST /files", "http-control POST /batch/jobs");
    }

    @Test
    void jobs_are_paged_by_number() throws Exception {
        says(said(200, "{\"data\":[{\"id\":\"j1\",\"status\":\"RUNNING\",\"created_at\":1}],\"total\":300}"));

        asks(
                "find",
                "http-control GET /batch/jobs?page_size=100&order_by=-created",
                "http-control GET /batch/jobs?page_size=100&order_by=-created&page=1");
    }

    @Test
    void tokens_are_not_counted_for_it_has_no_such_call() {
        assertThat(knows("count")).isFalse();
    }
}
