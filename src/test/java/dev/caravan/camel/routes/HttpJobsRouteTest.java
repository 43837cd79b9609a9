package dev.caravan.camel.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.base.Json;
import dev.caravan.camel.exchange.ExchangeKeys;
import dev.caravan.provider.Answer;
import dev.caravan.provider.CallId;
import dev.caravan.provider.JobAnswer;
import dev.caravan.provider.JobOrder;
import dev.caravan.provider.JobStatus;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.Exchange;
import org.apache.camel.test.main.junit5.CamelMainTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@CamelMainTest(
        propertyPlaceholderLocations = RouteTestSupport.PROPERTIES,
        properties = {"camel.main.routesIncludePattern=file:routes/http/jobs.camel.yaml", RouteTestSupport.NO_SERVICE},
        mockEndpointsAndSkip = ProviderRouteTestSupport.WIRE)
class HttpJobsRouteTest extends ProviderRouteTestSupport {
    private static final long SINCE = 1_000_000;
    private static final String FILE = "{\"id\":\"file-1\"}";
    private static final String JOB = "{\"id\":\"batch_1\",\"status\":\"validating\"}";

    @BeforeEach
    void make() throws Exception {
        template("provider-submit-upload", "acme", "submit", Map.of("files", "/files"));
        template("provider-poll", "acme", "poll", Map.of("jobs", "/batches"));
        template("provider-cancel", "acme", "cancel", Map.of("jobs", "/batches"));
        template("provider-find", "acme", "find", Map.of("jobs", "/batches", "query", "limit=2", "cursor", "after"));
        template("provider-submit-inline", "other", "submit", Map.of());
        template("provider-cancel", "other", "cancel", Map.of("jobs", "/v1/jobs", "verb", ":cancel", "answer", "done"));
    }

    private static JobOrder order(Path folder) throws IOException {
        Path requests =
                Files.writeString(folder.resolve("requests.jsonl"), "{\"custom_id\":\"label-0-1\",\"params\":{}}\n");
        return new JobOrder("w1", NONCE, "a-model", requests, 1, Files.size(requests), "/chat", new TreeMap<>());
    }

    private Exchange submit(Path folder) throws IOException {
        return ask("submit", "openai", order(folder), exchange -> {});
    }

    @Test
    void a_request_file_is_uploaded_and_a_job_created_from_it(@TempDir Path folder) throws Exception {
        says(said(200, FILE), said(200, JOB));

        Exchange done = submit(folder);

        assertThat(answer(done))
                .isInstanceOfSatisfying(
                        JobAnswer.Known.class,
                        each -> assertThat(each.status().providerJob()).isEqualTo("batch_1"));
        assertThat(asked).containsExactly("http-control POST /files", "http-control POST /batches");
        assertThat(way(done))
                .containsExactly(
                        "acme-submit-order",
                        "acme-upload-path",
                        "acme-upload-request",
                        "acme-upload-call",
                        "acme-upload-reply",
                        "acme-uploaded",
                        "acme-upload-create",
                        "create-job-request",
                        "create-job-call",
                        "create-job-reply");
        String create =
                mock("direct:http-control").getExchanges().get(1).getMessage().getBody(String.class);
        assertThat(Json.parse(create).path("input_file_id").asText()).isEqualTo("file-1");
        assertThat(Json.parse(create).path("metadata").path("caravan_nonce").asText())
                .isEqualTo(NONCE);
    }

    @Test
    void no_job_is_created_from_a_file_that_was_not_taken(@TempDir Path folder) throws Exception {
        says(said(500, "{\"error\":{\"message\":\"full\"}}"), said(200, "{}"));

        assertThat(answer(submit(folder))).isInstanceOf(JobAnswer.Trouble.class);
        assertThat(answer(submit(folder))).isInstanceOf(JobAnswer.Trouble.class);
        assertThat(asked).containsExactly("http-control POST /files", "http-control POST /files");
    }

    @Test
    void a_create_without_an_answer_leaves_a_job_in_doubt_and_is_not_repeated(@TempDir Path folder) throws Exception {
        says(said(200, FILE), lost(new IOException("reset")));

        assertThat(answer(submit(folder))).isInstanceOf(JobAnswer.Unknown.class);
        assertThat(asked).hasSize(2);
    }

    @Test
    void a_create_that_never_left_or_was_refused_made_no_job(@TempDir Path folder) throws Exception {
        says(
                said(200, FILE),
                lost(new ConnectException("refused")),
                said(200, FILE),
                said(429, "{\"error\":{\"code\":\"rate_limit_exceeded\",\"message\":\"slow\"}}"));

        assertThat(answer(submit(folder)))
                .isInstanceOfSatisfying(
                        JobAnswer.Trouble.class,
                        each -> assertThat(each.answer()).isInstanceOf(Answer.Transient.class));
        assertThat(answer(submit(folder)))
                .isInstanceOfSatisfying(
                        JobAnswer.Trouble.class,
                        each -> assertThat(each.answer()).isInstanceOf(Answer.Throttled.class));
    }

    @Test
    void requests_inside_of_a_create_are_sent_by_one_call(@TempDir Path folder) throws Exception {
        says(said(200, "{\"id\":\"msgbatch_1\",\"processing_status\":\"in_progress\"}"));

        Exchange done = ask("other", "submit", account("anthropic"), order(folder), exchange -> {});

        assertThat(answer(done)).isInstanceOf(JobAnswer.Known.class);
        assertThat(asked).containsExactly("http-control POST /v1/messages/batches");
        assertThat(way(done))
                .containsExactly(
                        "other-inline-order",
                        "other-inline-create",
                        "create-job-request",
                        "create-job-call",
                        "create-job-reply");
    }

    @Test
    void a_job_is_asked_for_by_the_providers_name_for_it() {
        says(said(200, "{\"id\":\"batch_1\",\"status\":\"completed\",\"output_file_id\":\"out\"}"));

        Exchange done = ask("poll", "openai", "a body of before", exchange -> {});

        assertThat(answer(done))
                .isInstanceOfSatisfying(
                        JobAnswer.Known.class,
                        each -> assertThat(each.status().state()).isEqualTo(JobStatus.State.ENDED));
        assertThat(asked).containsExactly("http-control GET /batches/batch_1");
        assertThat(mock("direct:http-control")
                        .getExchanges()
                        .get(0)
                        .getMessage()
                        .getBody())
                .isNull();
        assertThat(way(done))
                .containsExactly("acme-poll-path", "acme-poll-request", "acme-poll-call", "acme-poll-reply");
    }

    @Test
    void a_job_that_cannot_be_read_is_trouble_and_not_lost() {
        says(said(404, "{\"error\":{\"message\":\"no such batch\"}}"), said(200, "{\"id\":\"batch_1\"}"));

        for (int i = 0; i < 3; i++) {
            assertThat(answer(ask("poll", "openai", null, exchange -> {}))).isInstanceOf(JobAnswer.Trouble.class);
        }
    }

    @Test
    void a_job_is_cancelled_by_a_call_that_tells_how_it_stands() {
        says(
                said(200, "{\"id\":\"batch_1\",\"status\":\"cancelling\"}"),
                said(409, "{\"error\":{\"message\":\"over\"}}"));

        Exchange done = ask("cancel", "openai", null, exchange -> {});

        assertThat(answer(done)).isInstanceOf(JobAnswer.Known.class);
        assertThat(asked).containsExactly("http-control POST /batches/batch_1/cancel");
        assertThat(answer(ask("cancel", "openai", null, exchange -> {}))).isInstanceOf(JobAnswer.Trouble.class);
    }

    @Test
    void a_provider_may_cancel_by_another_path_and_tell_nothing_but_success() {
        says(said(200, "{}"));

        Exchange done = ask("other", "cancel", account("openai"), null, exchange -> {});

        assertThat(answer(done)).isEqualTo(new JobAnswer.Done());
        assertThat(asked).containsExactly("http-control POST /v1/jobs/batch_1:cancel");
        assertThat(answer(ask("other", "cancel", account("openai"), null, exchange -> {})))
                .isInstanceOf(JobAnswer.Trouble.class);
    }

    private static String page(boolean more, String... jobs) {
        return "{\"data\":[" + String.join(",", jobs) + "],\"has_more\":" + more + ",\"last_id\":\"last\"}";
    }

    private static String job(String id, String nonce, long created) {
        return "{\"id\":\"%s\",\"status\":\"in_progress\",\"created_at\":%d,\"metadata\":{\"caravan_nonce\":\"%s\"}}"
                .formatted(id, created, nonce);
    }

    private Exchange find(String speaks) {
        return ask("find", speaks, null, exchange -> ExchangeKeys.SINCE.set(exchange, SINCE));
    }

    @Test
    void jobs_are_listed_page_by_page_until_they_are_older_than_the_intent() {
        says(
                said(200, page(true, job("batch_9", "another", SINCE + 9), job("batch_8", NONCE, SINCE + 8))),
                said(200, page(true, job("batch_7", "another", SINCE - 100_000))));

        assertThat(answer(find("openai")))
                .isInstanceOfSatisfying(
                        JobAnswer.Found.class,
                        each -> assertThat(each.jobs())
                                .extracting(JobStatus::providerJob)
                                .containsExactly("batch_8"));
        assertThat(asked)
                .containsExactly("http-control GET /batches?limit=2", "http-control GET /batches?limit=2&after=last");
    }

    /** That nothing was found is a reason to buy again: it is said only where all was seen. */
    @Test
    void a_list_that_breaks_off_is_trouble_and_not_the_word_that_there_is_none() {
        says(said(200, page(true, job("batch_9", "another", SINCE + 9))));

        assertThat(answer(find("openai"))).isInstanceOf(JobAnswer.Trouble.class);
    }

    private static String untagged(String id) {
        return "{\"id\":\"%s\",\"processing_status\":\"ended\",\"request_counts\":{\"succeeded\":1}}".formatted(id);
    }

    private static InputStream rows(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void where_jobs_carry_no_nonce_the_first_row_of_each_that_ended_says_whose_it_is() {
        says(
                said(200, page(false, untagged("batch_2"), untagged("batch_1"))),
                rows("{\"custom_id\":\"label-0-1_nffffffff\"}\n"),
                rows("no row\n{\"custom_id\":\"label-0-1" + CallId.mark(NONCE) + "\"}\n"));

        Exchange done = find("anthropic");

        assertThat(answer(done))
                .isInstanceOfSatisfying(
                        JobAnswer.Found.class,
                        each -> assertThat(each.jobs())
                                .extracting(JobStatus::providerJob)
                                .containsExactly("batch_1"));
        assertThat(asked)
                .containsExactly(
                        "http-control GET /batches?limit=2",
                        "http-download GET /v1/messages/batches/batch_2/results",
                        "http-download GET /v1/messages/batches/batch_1/results");
        assertThat(way(done)).contains("confirm-job-request", "confirm-job-call", "confirm-job-reply");
    }

    @Test
    void a_job_whose_rows_cannot_be_read_may_be_ours() {
        says(said(200, page(false, untagged("batch_1"))));

        assertThat(answer(find("anthropic"))).isInstanceOf(JobAnswer.Trouble.class);
        assertThat(asked).hasSize(2);
    }
}
