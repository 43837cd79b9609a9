package dev.caravan.camel.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.camel.provider.HttpReply;
import dev.caravan.provider.JobAnswer;
import dev.caravan.provider.JobOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import org.apache.camel.Exchange;
import org.apache.camel.test.main.junit5.CamelMainTest;
import org.junit.jupiter.api.Test;

@CamelMainTest(
        propertyPlaceholderLocations = RouteTestSupport.PROPERTIES,
        properties = {
            "camel.main.routesIncludePattern=file:routes/gemini/provider.camel.yaml,"
                    + ShippedProviderRouteTestSupport.TEMPLATES,
            RouteTestSupport.NO_SERVICE
        },
        mockEndpointsAndSkip = ProviderRouteTestSupport.WIRE)
class GeminiProviderRouteTest extends ShippedProviderRouteTestSupport {
    GeminiProviderRouteTest() {
        super("gemini");
    }

    @Test
    void every_call_goes_to_its_place() throws Exception {
        asks("complete", "http-call POST /v1beta/models/a-model:generateContent");
        asks("count", "http-control POST /v1beta/models/a-model:countTokens");
        asks("models", "http-control GET /v1beta/models?pageSize=100");
        asks("submit", "http-control POST /v1beta/models/a-model:batchGenerateContent");
        asks("poll", "http-control GET /v1beta/batches/batch_1");
        asks("cancel", "http-control POST /v1beta/batches/batch_1:cancel");
        asks("find", "http-control GET /v1beta/batches?pageSize=100");
        asks("collect", "http-download GET /files/out/content");
        asks("discard", "http-control DELETE /files/in");
    }

    @Test
    void jobs_and_models_are_paged_by_a_token() throws Exception {
        says(said(200, "{\"operations\":[],\"nextPageToken\":\"x1\"}"));
        asks(
                "find",
                "http-control GET /v1beta/batches?pageSize=100",
                "http-control GET /v1beta/batches?pageSize=100&pageToken=x1");
        says(said(200, "{\"models\":[],\"nextPageToken\":\"x1\"}"));
        asks(
                "models",
                "http-control GET /v1beta/models?pageSize=100",
                "http-control GET /v1beta/models?pageSize=100&pageToken=x1");
    }

    private Exchange submitMany() throws Exception {
        Path requests = Files.writeString(folder().resolve("many.jsonl"), "{\"key\":\"label-0-1\"}\n");
        var order = new JobOrder("w1", NONCE, "a-model", requests, 1, 20_000_000, "", new TreeMap<>());
        return ask("gemini", "submit", account("gemini"), order, exchange -> {});
    }

    private static HttpReply goOnAt(String address) {
        return new HttpReply(200, null, "", null, address, 0, 0, null, null);
    }

    @Test
    void requests_that_are_too_many_for_one_call_are_uploaded_in_two_before_the_job_is_created() throws Exception {
        says(
                goOnAt(account("gemini").baseUrl() + "/upload/x?upload_id=7"),
                said(200, "{\"file\":{\"name\":\"files/f1\"}}"),
                said(200, "{\"name\":\"batches/b1\",\"metadata\":{\"state\":\"BATCH_STATE_PENDING\"}}"));

        assertThat(answer(submitMany())).isInstanceOf(JobAnswer.Known.class);
        assertThat(asked)
                .containsExactly(
                        "http-control POST /upload/v1beta/files",
                        "http-control POST /upload/x?upload_id=7",
                        "http-control POST /v1beta/models/a-model:batchGenerateContent");
    }

    /** The key goes along with an upload. */
    @Test
    void an_upload_goes_on_at_no_other_server_and_no_job_is_created() throws Exception {
        says(goOnAt("http://127.0.0.2:9/upload/x"));

        assertThat(answer(submitMany())).isInstanceOf(JobAnswer.Trouble.class);
        assertThat(asked).hasSize(1);
    }

    @Test
    void an_upload_that_breaks_creates_no_job() throws Exception {
        says(goOnAt(account("gemini").baseUrl() + "/upload/x"));

        assertThat(answer(submitMany())).isInstanceOf(JobAnswer.Trouble.class);
        assertThat(asked).hasSize(2);
    }
}
