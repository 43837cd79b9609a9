package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.anthropic.client.AnthropicClient;
import com.anthropic.core.JsonValue;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.errors.BadRequestException;
import com.anthropic.errors.NotFoundException;
import com.anthropic.errors.RateLimitException;
import com.anthropic.models.messages.Usage;
import com.anthropic.models.messages.batches.BatchCreateParams;
import com.anthropic.models.messages.batches.BatchListParams;
import com.anthropic.models.messages.batches.MessageBatch;
import com.anthropic.models.messages.batches.MessageBatch.ProcessingStatus;
import com.anthropic.models.messages.batches.MessageBatchRequestCounts;
import com.anthropic.models.messages.batches.MessageBatchResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of a message batch, and what ends it early. */
@Tag("conformance")
class AnthropicBatchSdkTest {
    @TempDir
    Path folder;

    private static MessageBatch create(AnthropicClient client, BatchCreateParams.Builder params) {
        return client.messages().batches().create(params.build()).validate();
    }

    private static MessageBatchRequestCounts counts(
            long processing, long succeeded, long errored, long canceled, long expired) {
        return MessageBatchRequestCounts.builder()
                .processing(processing)
                .succeeded(succeeded)
                .errored(errored)
                .canceled(canceled)
                .expired(expired)
                .build();
    }

    @Test
    void a_batch_is_made_worked_off_and_read() {
        try (var counterpart = Counterpart.at(folder)) {
            AnthropicClient client = AnthropicClients.of(counterpart);

            MessageBatch made = create(client, AnthropicClients.batch(20));
            MessageBatch ended = AnthropicClients.ended(client, made);

            assertThat(made.id()).startsWith("msgbatch_");
            assertThat(made.processingStatus()).isEqualTo(ProcessingStatus.IN_PROGRESS);
            assertThat(made.requestCounts()).isEqualTo(counts(20, 0, 0, 0, 0));
            assertThat(made.expiresAt()).isEqualTo(made.createdAt().plusHours(24));
            assertThat(made.resultsUrl()).isEmpty();
            assertThat(ended.requestCounts()).isEqualTo(counts(0, 20, 0, 0, 0));
            assertThat(ended.endedAt()).isPresent();
            assertThat(ended.archivedAt()).isEmpty();
            assertThat(ended.resultsUrl())
                    .contains(counterpart.url("anthropic") + "/v1/messages/batches/" + made.id() + "/results");
            assertThat(AnthropicClients.results(client, made))
                    .hasSize(20)
                    .allSatisfy((id, result) -> assertThat(
                                    result.asSucceeded().message().usage().serviceTier())
                            .contains(Usage.ServiceTier.BATCH));
            assertThat(counterpart.billed()).isEqualTo(20);
        }
    }

    @Test
    void the_beta_clients_batches_are_the_same() {
        try (var counterpart = Counterpart.at(folder)) {
            AnthropicClient client = AnthropicClients.of(counterpart);
            MessageBatch made = create(client, AnthropicClients.batch(1));

            assertThat(client.beta()
                            .messages()
                            .batches()
                            .retrieve(made.id())
                            .validate()
                            .id())
                    .isEqualTo(made.id());
        }
    }

    @Test
    void a_bad_request_is_an_errored_row_of_two_levels() {
        try (var counterpart = Counterpart.at(folder)) {
            AnthropicClient client = AnthropicClients.of(counterpart);

            MessageBatch ended = AnthropicClients.ended(
                    client,
                    create(
                            client,
                            BatchCreateParams.builder()
                                    .addRequest(AnthropicClients.request("good", "Hi."))
                                    .addRequest(params("unknown", Map.of("model", "no-such-model")))
                                    .addRequest(params("empty", Map.of("messages", List.of())))
                                    .addRequest(params("streams", Map.of("stream", true)))
                                    .addRequest(params("warm", Map.of("temperature", 1)))
                                    .addRequest(AnthropicClients.request("broken", "Hi. [[simulate: errorRow]]"))));

            assertThat(ended.requestCounts()).isEqualTo(counts(0, 1, 5, 0, 0));
            Map<String, MessageBatchResult> results = AnthropicClients.results(client, ended);
            assertThat(Counterpart.the(results, "good").isSucceeded()).isTrue();
            assertThat(Counterpart.the(results, "unknown")
                            .asErrored()
                            .error()
                            .error()
                            .isNotFoundError())
                    .isTrue();
            assertThat(Counterpart.the(results, "broken")
                            .asErrored()
                            .error()
                            .error()
                            .isApiError())
                    .isTrue();
            assertThat(List.of("empty", "streams", "warm"))
                    .allSatisfy(each -> assertThat(Counterpart.the(results, each)
                                    .asErrored()
                                    .error()
                                    .error()
                                    .isInvalidRequestError())
                            .isTrue());
        }
    }

    private static BatchCreateParams.Request params(String id, Map<String, Object> more) {
        var params = BatchCreateParams.Request.Params.builder()
                .model("claude-test")
                .maxTokens(20)
                .addUserMessage("Hi.");
        more.forEach((name, value) -> params.putAdditionalProperty(name, JsonValue.from(value)));
        return BatchCreateParams.Request.builder()
                .customId(id)
                .params(params.build())
                .build();
    }

    @Test
    void the_version_a_batch_was_made_with_holds_for_its_requests() {
        try (var counterpart = Counterpart.at(folder)) {
            AnthropicClient old = AnthropicClients.old(counterpart);

            MessageBatch made =
                    create(old, BatchCreateParams.builder().addRequest(params("warm", Map.of("temperature", 0.4))));

            AnthropicClient present = AnthropicClients.of(counterpart);
            assertThat(AnthropicClients.ended(present, made).requestCounts()).isEqualTo(counts(0, 1, 0, 0, 0));
        }
    }

    @Test
    void one_bad_custom_id_refuses_the_whole_batch() {
        try (var counterpart = Counterpart.at(folder)) {
            AnthropicClient client = AnthropicClients.of(counterpart);

            assertThat(refusal(client, "ok", "a".repeat(65)))
                    .contains("requests.1.custom_id: String should have at most 64 characters");
            assertThat(refusal(client, "not ok")).contains("requests.0.custom_id: String should match pattern");
            assertThat(refusal(client, "")).contains("requests.0.custom_id");
            assertThat(refusal(client, "same", "other", "same"))
                    .contains("requests.2.custom_id")
                    .contains("unique");
            assertThat(refusal(client)).contains("requests");
            assertThat(client.messages().batches().list().data()).isEmpty();
            assertThat(create(
                                    client,
                                    BatchCreateParams.builder()
                                            .addRequest(AnthropicClients.request("a".repeat(64), "Hi.")))
                            .id())
                    .isNotEmpty();
        }
    }

    private static String refusal(AnthropicClient client, String... ids) {
        var params = BatchCreateParams.builder().requests(List.of());
        for (String each : ids) {
            params.addRequest(AnthropicClients.request(each, "Hi."));
        }
        return assertThatExceptionOfType(BadRequestException.class)
                .isThrownBy(() -> create(client, params))
                .actual()
                .apiMessage()
                .orElseThrow();
    }

    @Test
    void a_full_queue_refuses_a_batch() {
        try (var counterpart = Counterpart.slow(folder, "enqueued=5")) {
            AnthropicClient client = AnthropicClients.of(counterpart);
            create(client, AnthropicClients.batch(4));

            assertThatExceptionOfType(RateLimitException.class)
                    .isThrownBy(() -> create(client, AnthropicClients.batch(2)));
            assertThatExceptionOfType(RateLimitException.class)
                    .isThrownBy(() ->
                            create(client, AnthropicClients.batch(1).putAdditionalHeader("X-Simulate", "queueFull")));
            assertThat(create(client, AnthropicClients.batch(1)).id()).isNotEmpty();
        }
    }

    @Test
    void where_all_goes_wrong_every_request_has_its_line() {
        try (var counterpart = Counterpart.at(folder)) {
            AnthropicClient client = AnthropicClients.of(counterpart);

            MessageBatch ended = AnthropicClients.ended(
                    client, create(client, AnthropicClients.batch(3).putAdditionalHeader("X-Simulate", "failJob")));

            assertThat(ended.requestCounts()).isEqualTo(counts(0, 0, 3, 0, 0));
            assertThat(AnthropicClients.results(client, ended).values())
                    .hasSize(3)
                    .allSatisfy(
                            each -> assertThat(each.asErrored().error().error().isApiError())
                                    .isTrue());
            assertThat(counterpart.billed()).isZero();
        }
    }

    @Test
    void results_wait_for_the_end() {
        try (var counterpart = Counterpart.slow(folder, "earlyResults=409")) {
            AnthropicClient client = AnthropicClients.of(counterpart);
            MessageBatch made = create(client, AnthropicClients.batch(1));

            assertThatExceptionOfType(AnthropicServiceException.class)
                    .isThrownBy(() -> AnthropicClients.results(client, made))
                    .satisfies(e -> assertThat(e.statusCode()).isEqualTo(409));
            assertThatExceptionOfType(BadRequestException.class)
                    .isThrownBy(() -> client.messages().batches().delete(made.id()));
            counterpart.forward(Duration.ofMinutes(2));
            AnthropicClients.ended(client, made);
            assertThat(AnthropicClients.results(client, made)).hasSize(1);
        }
    }

    @Test
    void a_canceled_batch_has_a_line_for_every_request() {
        try (var counterpart = Counterpart.slow(folder, "")) {
            AnthropicClient client = AnthropicClients.of(counterpart);
            MessageBatch made = create(client, AnthropicClients.batch(40));
            counterpart.forward(Duration.ofSeconds(30));

            MessageBatch canceling =
                    client.messages().batches().cancel(made.id()).validate();
            counterpart.forward(Duration.ofSeconds(20));
            MessageBatch ended = AnthropicClients.ended(client, made);

            assertThat(canceling.processingStatus()).isEqualTo(ProcessingStatus.CANCELING);
            assertThat(canceling.cancelInitiatedAt()).isPresent();
            assertThat(canceling.requestCounts()).isEqualTo(counts(40, 0, 0, 0, 0));
            long canceled = ended.requestCounts().canceled();
            assertThat(canceled).isBetween(5L, 35L);
            assertThat(ended.requestCounts()).isEqualTo(counts(0, 40 - canceled, 0, canceled, 0));
            Map<String, MessageBatchResult> results = AnthropicClients.results(client, ended);
            assertThat(results).hasSize(40);
            assertThat(results.values().stream().filter(MessageBatchResult::isCanceled))
                    .hasSize((int) canceled);
            assertThat(counterpart.billed()).isEqualTo(40 - canceled);
        }
    }

    @Test
    void what_has_ended_cannot_be_canceled() {
        try (var counterpart = Counterpart.at(folder)) {
            AnthropicClient client = AnthropicClients.of(counterpart);
            MessageBatch ended = AnthropicClients.ended(client, create(client, AnthropicClients.batch(1)));

            assertThatExceptionOfType(BadRequestException.class)
                    .isThrownBy(() -> client.messages().batches().cancel(ended.id()));
            assertThat(client.messages().batches().retrieve(ended.id())).isEqualTo(ended);
        }
    }

    @Test
    void an_expired_batch_has_a_line_for_every_request() {
        try (var counterpart = Counterpart.at(folder)) {
            AnthropicClient client = AnthropicClients.of(counterpart);

            MessageBatch ended = AnthropicClients.ended(
                    client, create(client, AnthropicClients.batch(40).putAdditionalHeader("X-Simulate", "expire")));

            long expired = ended.requestCounts().expired();
            assertThat(expired).isBetween(5L, 35L);
            assertThat(ended.requestCounts()).isEqualTo(counts(0, 40 - expired, 0, 0, expired));
            assertThat(AnthropicClients.results(client, ended).values().stream().filter(MessageBatchResult::isExpired))
                    .hasSize((int) expired);
        }
    }

    @Test
    void lists_come_in_pages_newest_first_and_backwards() {
        try (var counterpart = Counterpart.slow(folder, "")) {
            AnthropicClient client = AnthropicClients.of(counterpart);
            var ids = new ArrayList<String>();
            for (int i = 0; i < 5; i++) {
                ids.add(0, create(client, AnthropicClients.batch(1)).id());
            }

            var first = client.messages()
                    .batches()
                    .list(BatchListParams.builder().limit(2).build());
            var backwards = client.messages()
                    .batches()
                    .list(BatchListParams.builder()
                            .limit(2)
                            .beforeId(ids.get(4))
                            .build());

            assertThat(first.data()).extracting(MessageBatch::id).containsExactly(ids.get(0), ids.get(1));
            assertThat(first.hasMore()).contains(true);
            assertThat(first.autoPager().stream().map(MessageBatch::id)).containsExactlyElementsOf(ids);
            assertThat(backwards.data()).extracting(MessageBatch::id).containsExactly(ids.get(2), ids.get(3));
            assertThat(backwards.hasMore()).contains(true);
        }
    }

    @Test
    void a_deleted_batch_is_gone() {
        try (var counterpart = Counterpart.at(folder)) {
            AnthropicClient client = AnthropicClients.of(counterpart);
            MessageBatch ended = AnthropicClients.ended(client, create(client, AnthropicClients.batch(1)));

            assertThat(client.messages().batches().delete(ended.id()).validate().id())
                    .isEqualTo(ended.id());

            assertThatExceptionOfType(NotFoundException.class)
                    .isThrownBy(() -> client.messages().batches().retrieve(ended.id()));
            assertThatExceptionOfType(NotFoundException.class)
                    .isThrownBy(() -> AnthropicClients.results(client, ended));
        }
    }

    @Test
    void results_go_twenty_nine_days_after_the_batch_was_made() {
        try (var counterpart = Counterpart.at(folder)) {
            AnthropicClient client = AnthropicClients.of(counterpart);
            MessageBatch ended = AnthropicClients.ended(client, create(client, AnthropicClients.batch(1)));

            counterpart.forward(Duration.ofDays(28));
            assertThat(AnthropicClients.results(client, ended)).hasSize(1);
            counterpart.forward(Duration.ofDays(2));

            MessageBatch archived = client.messages().batches().retrieve(ended.id());
            assertThat(archived.archivedAt()).contains(ended.createdAt().plusDays(29));
            assertThat(archived.resultsUrl()).isEmpty();
            assertThatExceptionOfType(NotFoundException.class)
                    .isThrownBy(() -> AnthropicClients.results(client, ended));
        }
    }
}
