package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.genai.Client;
import com.google.genai.errors.ClientException;
import com.google.genai.types.BatchJob;
import com.google.genai.types.BatchJobSource;
import com.google.genai.types.CreateBatchJobConfig;
import com.google.genai.types.InlinedResponse;
import com.google.genai.types.JobState;
import com.google.genai.types.ListBatchJobsConfig;
import com.google.genai.types.UploadFileConfig;
import dev.caravan.base.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of a batch, inline and by file, and what ends it early. */
@Tag("conformance")
class GeminiBatchSdkTest {
    @TempDir
    Path folder;

    private static BatchJob create(Client client, BatchJobSource source, String words) {
        var config = CreateBatchJobConfig.builder().displayName("some rows");
        if (!words.isEmpty()) {
            config.httpOptions(GeminiClients.simulating(words));
        }
        return client.batches.create(GeminiClients.MODEL, source, config.build());
    }

    private static BatchJob create(Client client, BatchJobSource source) {
        return create(client, source, "");
    }

    private static BatchJobSource file(Client client, List<String> lines) {
        String name = client.files
                .upload(
                        String.join("\n", lines).getBytes(StandardCharsets.UTF_8),
                        UploadFileConfig.builder().mimeType("application/jsonl").build())
                .name()
                .orElseThrow();
        return BatchJobSource.builder().fileName(name).build();
    }

    private static String line(String key, String role, String config) {
        return "{\"key\":\"%s\",\"request\":{\"contents\":[{\"role\":\"%s\",\"parts\":[{\"text\":\"Hi.\"}]}],\"%s\":{\"max_output_tokens\":3}}}"
                .formatted(key, role, config);
    }

    private static List<InlinedResponse> responses(BatchJob job) {
        return job.dest().orElseThrow().inlinedResponses().orElseThrow();
    }

    private static String key(InlinedResponse response) {
        return response.metadata().orElseThrow().getOrDefault("key", "");
    }

    /** Lines of a result file, by their key. */
    private Map<String, JsonNode> rows(Client client, BatchJob job) throws IOException {
        Path copy = folder.resolve("results.jsonl");
        client.files.download(job.dest().orElseThrow().fileName().orElseThrow(), copy.toString(), null);
        var rows = new TreeMap<String, JsonNode>();
        for (String each : Files.readAllLines(copy)) {
            JsonNode row = Json.parse(each);
            assertThat(rows.put(row.path("key").asText(), row)).isNull();
        }
        return rows;
    }

    @Test
    void a_batch_of_requests_in_its_body_is_answered_in_their_order() {
        try (var counterpart = Counterpart.at(folder);
                Client client = GeminiClients.of(counterpart)) {
            BatchJob made = create(client, GeminiClients.inline(20));
            BatchJob done = GeminiClients.until(client, made, JobState.Known.JOB_STATE_SUCCEEDED);

            assertThat(GeminiClients.name(made)).startsWith("batches/");
            assertThat(GeminiClients.state(made)).isEqualTo(JobState.Known.JOB_STATE_PENDING);
            assertThat(made.displayName()).contains("some rows");
            assertThat(made.model()).contains("models/" + GeminiClients.MODEL);
            assertThat(made.dest()).isEmpty();
            assertThat(done.endTime()).isPresent();
            assertThat(responses(done))
                    .extracting(GeminiBatchSdkTest::key)
                    .containsExactlyElementsOf(
                            IntStream.range(0, 20).mapToObj(i -> "row-" + i).toList());
            assertThat(responses(done))
                    .allSatisfy(each ->
                            assertThat(each.response().orElseThrow().text()).isNotBlank());
            assertThat(counterpart.billed()).isEqualTo(20);
        }
    }

    @Test
    void a_bad_request_in_the_body_has_an_error_in_its_place() {
        try (var counterpart = Counterpart.at(folder);
                Client client = GeminiClients.of(counterpart)) {
            var requests = List.of(
                    GeminiClients.request("good", GeminiClients.said("user", "Hi.")),
                    GeminiClients.request("bad", GeminiClients.said("narrator", "Hi.")),
                    GeminiClients.request("broken", GeminiClients.said("user", "Hi. [[simulate: errorRow]]")),
                    GeminiClients.request("last ü/1", GeminiClients.said("user", "Hi again.")));

            BatchJob done = GeminiClients.until(
                    client, create(client, GeminiClients.inline(requests)), JobState.Known.JOB_STATE_SUCCEEDED);

            List<InlinedResponse> responses = responses(done);
            assertThat(responses)
                    .extracting(GeminiBatchSdkTest::key)
                    .containsExactly("good", "bad", "broken", "last ü/1");
            assertThat(responses.get(0).error()).isEmpty();
            assertThat(responses.get(1).response()).isEmpty();
            assertThat(responses.get(1).error().orElseThrow().code()).contains(3);
            assertThat(responses.get(2).error().orElseThrow().code()).contains(13);
            assertThat(responses.get(3).response()).isPresent();
        }
    }

    @Test
    void a_batch_by_file_is_answered_by_file() throws IOException {
        try (var counterpart = Counterpart.at(folder);
                Client client = GeminiClients.of(counterpart)) {
            BatchJobSource source = file(
                    client,
                    List.of(
                            line("camel ü", "user", "generationConfig"),
                            line("snake", "user", "generation_config"),
                            line("bad", "narrator", "generationConfig")));

            BatchJob done = GeminiClients.until(client, create(client, source), JobState.Known.JOB_STATE_SUCCEEDED);

            assertThat(done.dest().orElseThrow().fileName())
                    .contains("files/batch-" + GeminiClients.name(done).substring("batches/".length()));
            Map<String, JsonNode> rows = rows(client, done);
            assertThat(rows).containsOnlyKeys("camel ü", "snake", "bad");
            assertThat(Counterpart.the(rows, "bad").at("/error/code").intValue())
                    .isEqualTo(3);
            assertThat(List.of("camel ü", "snake"))
                    .allSatisfy(each -> assertThat(Counterpart.the(rows, each)
                                    .at("/response/candidates/0/finishReason")
                                    .asText())
                            .isEqualTo("MAX_TOKENS"));
            assertThat(counterpart
                            .get(
                                    "gemini",
                                    "/download/v1beta/"
                                            + done.dest()
                                                    .orElseThrow()
                                                    .fileName()
                                                    .orElseThrow() + ":download?alt=media&key=AIza-good",
                                    "")
                            .body())
                    .isEqualTo(Files.readString(folder.resolve("results.jsonl")));
        }
    }

    @Test
    void the_operation_says_the_same_in_its_metadata_and_its_response() {
        try (var counterpart = Counterpart.at(folder);
                Client client = GeminiClients.of(counterpart)) {
            BatchJob done = GeminiClients.until(
                    client, create(client, GeminiClients.inline(2)), JobState.Known.JOB_STATE_SUCCEEDED);

            JsonNode operation = Json.parse(counterpart
                    .get("gemini", "/v1beta/" + GeminiClients.name(done) + "?key=AIza-good", "")
                    .body());

            assertThat(operation.path("done").booleanValue()).isTrue();
            assertThat(operation.at("/metadata/state").asText()).isEqualTo("BATCH_STATE_SUCCEEDED");
            assertThat(operation.at("/metadata/batchStats/requestCount").textValue())
                    .isEqualTo("2");
            assertThat(operation.at("/metadata/batchStats").has("failedRequestCount"))
                    .isFalse();
            assertThat(operation.at("/metadata/output/inlinedResponses/inlinedResponses"))
                    .hasSize(2)
                    .isEqualTo(operation.at("/response/inlinedResponses/inlinedResponses"));
        }
    }

    @Test
    void a_batch_is_pending_then_running() {
        try (var counterpart = Counterpart.slow(folder, "");
                Client client = GeminiClients.of(counterpart)) {
            BatchJob made = create(client, GeminiClients.inline(1));
            counterpart.forward(Duration.ofSeconds(25));

            BatchJob running = client.batches.get(GeminiClients.name(made), null);

            assertThat(GeminiClients.state(made)).isEqualTo(JobState.Known.JOB_STATE_PENDING);
            assertThat(GeminiClients.state(running)).isEqualTo(JobState.Known.JOB_STATE_RUNNING);
            assertThat(running.dest()).isEmpty();
            assertThat(running.endTime()).isEmpty();
        }
    }

    @Test
    void the_first_answer_may_say_running() {
        try (var counterpart = Counterpart.slow(folder, "createdRunning=1");
                Client client = GeminiClients.of(counterpart)) {
            assertThat(GeminiClients.state(create(client, GeminiClients.inline(1))))
                    .isEqualTo(JobState.Known.JOB_STATE_RUNNING);
        }
    }

    @Test
    void what_cannot_be_a_batch_is_refused_at_once() {
        try (var counterpart = Counterpart.slow(folder, "enqueued=200");
                Client client = GeminiClients.of(counterpart)) {
            assertThat(refusal(() -> client.batches.create("no-such-model", GeminiClients.inline(1), null)))
                    .isEqualTo("404 NOT_FOUND");
            assertThat(refusal(() -> create(
                            client,
                            BatchJobSource.builder().fileName("files/nothing").build())))
                    .isEqualTo("403 PERMISSION_DENIED");
            assertThat(refusal(() -> create(client, GeminiClients.inline(List.of()))))
                    .isEqualTo("400 INVALID_ARGUMENT");
            assertThat(refusal(() -> create(client, GeminiClients.inline(60)))).isEqualTo("429 RESOURCE_EXHAUSTED");
            assertThat(refusal(() -> create(client, GeminiClients.inline(1), "queueFull")))
                    .isEqualTo("429 RESOURCE_EXHAUSTED");
            assertThat(refusal(() -> client.batches.get("batches/nothing", null)))
                    .isEqualTo("404 NOT_FOUND");
            assertThat(client.batches
                            .list(ListBatchJobsConfig.builder().build())
                            .size())
                    .isZero();
        }
    }

    private static String refusal(ThrowingCallable call) {
        ClientException refusal = assertThatExceptionOfType(ClientException.class)
                .isThrownBy(call)
                .actual();
        return refusal.code() + " " + refusal.status();
    }

    @Test
    void a_failed_batch_has_no_results_and_the_sdk_sees_no_reason() {
        try (var counterpart = Counterpart.at(folder);
                Client client = GeminiClients.of(counterpart)) {
            BatchJob failed = GeminiClients.until(
                    client, create(client, GeminiClients.inline(3), "failJob"), JobState.Known.JOB_STATE_FAILED);

            assertThat(failed.dest()).isEmpty();
            assertThat(failed.error()).isEmpty();
            assertThat(counterpart
                            .get("gemini", "/v1beta/" + GeminiClients.name(failed) + "?key=AIza-good", "")
                            .body())
                    .contains("\"error\":{\"code\":3");
            assertThat(counterpart.billed()).isZero();
        }
    }

    @Test
    void a_cancelled_batch_has_no_results() {
        try (var counterpart = Counterpart.slow(folder, "");
                Client client = GeminiClients.of(counterpart)) {
            BatchJob made = create(client, GeminiClients.inline(20));
            counterpart.forward(Duration.ofSeconds(30));

            client.batches.cancel(GeminiClients.name(made), null);
            counterpart.forward(Duration.ofSeconds(20));
            BatchJob cancelled = GeminiClients.until(client, made, JobState.Known.JOB_STATE_CANCELLED);

            assertThat(cancelled.dest()).isEmpty();
            assertThat(counterpart.billed()).isZero();
        }
    }

    @Test
    void a_cancelled_batch_may_keep_what_was_done() {
        try (var counterpart = Counterpart.slow(folder, "cancelledKept=1");
                Client client = GeminiClients.of(counterpart)) {
            BatchJob made = create(client, GeminiClients.inline(40));
            counterpart.forward(Duration.ofSeconds(30));

            client.batches.cancel(GeminiClients.name(made), null);
            counterpart.forward(Duration.ofSeconds(20));
            BatchJob cancelled = GeminiClients.until(client, made, JobState.Known.JOB_STATE_CANCELLED);

            assertThat(responses(cancelled)).hasSizeBetween(5, 35);
            assertThat(counterpart.billed()).isEqualTo(responses(cancelled).size());
        }
    }

    @Test
    void cancelling_what_has_ended_or_is_unknown_goes_unnoticed() {
        try (var counterpart = Counterpart.at(folder);
                Client client = GeminiClients.of(counterpart)) {
            BatchJob done = GeminiClients.until(
                    client, create(client, GeminiClients.inline(1)), JobState.Known.JOB_STATE_SUCCEEDED);

            long arrived = counterpart.requests(() -> {
                client.batches.cancel(GeminiClients.name(done), null);
                client.batches.cancel("batches/nothing", null);
            });

            assertThat(arrived).isEqualTo(2);
            assertThat(client.batches.get(GeminiClients.name(done), null)).isEqualTo(done);
        }
    }

    @Test
    void an_expired_batch_has_no_results_at_all() {
        try (var counterpart = Counterpart.at(folder);
                Client client = GeminiClients.of(counterpart)) {
            BatchJob expired = GeminiClients.until(
                    client, create(client, GeminiClients.inline(20), "expire"), JobState.Known.JOB_STATE_EXPIRED);

            assertThat(expired.dest()).isEmpty();
            assertThat(expired.endTime()).isPresent();
            assertThat(counterpart.billed()).isZero();
        }
    }

    @Test
    void lists_come_in_pages_newest_first_and_leave_results_out() {
        try (var counterpart = Counterpart.at(folder);
                Client client = GeminiClients.of(counterpart)) {
            var names = new ArrayList<String>();
            for (int i = 0; i < 5; i++) {
                BatchJob made = create(client, GeminiClients.inline(1));
                names.add(0, GeminiClients.name(made));
                GeminiClients.until(client, made, JobState.Known.JOB_STATE_SUCCEEDED);
            }

            var listed = new ArrayList<String>();
            for (BatchJob each : client.batches.list(
                    ListBatchJobsConfig.builder().pageSize(2).build())) {
                listed.add(GeminiClients.name(each));
                assertThat(each.dest()).isEmpty();
            }

            assertThat(listed).isEqualTo(names);
        }
    }

    @Test
    void a_deleted_batch_is_gone() {
        try (var counterpart = Counterpart.at(folder);
                Client client = GeminiClients.of(counterpart)) {
            BatchJob done = GeminiClients.until(
                    client, create(client, GeminiClients.inline(1)), JobState.Known.JOB_STATE_SUCCEEDED);

            client.batches.delete(GeminiClients.name(done), null);

            assertThat(refusal(() -> client.batches.get(GeminiClients.name(done), null)))
                    .isEqualTo("404 NOT_FOUND");
        }
    }
}
