package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.errors.UnexpectedStatusCodeException;
import com.openai.models.batches.Batch;
import com.openai.models.batches.Batch.Status;
import com.openai.models.batches.BatchError;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What ends a batch of OpenAI early: a bad file, a cancel, the end of its time. */
@Tag("conformance")
class OpenAiBatchEndSdkTest {
    @TempDir
    Path folder;

    @Test
    void a_file_with_wrong_lines_fails_and_names_each() throws IOException {
        try (var counterpart = Counterpart.at(folder)) {
            OpenAIClient client = OpenAiClients.of(counterpart);
            String good = OpenAiClients.line("a", "Hi");

            Batch failed = OpenAiClients.until(
                    client,
                    OpenAiClients.create(
                            client,
                            folder,
                            List.of(
                                    good,
                                    "{not json",
                                    good,
                                    OpenAiClients.line("b", "Hi").replace("chat/completions", "responses"),
                                    OpenAiClients.line("c", "Hi").replace("POST", "GET"),
                                    OpenAiClients.line("d", "gpt-4.1-mini", "Hi"),
                                    OpenAiClients.line("e", "Hi").replace("/v1/chat", "/chat"),
                                    OpenAiClients.line("f", "Hi").replace("\"body\"", "\"nobody\""),
                                    OpenAiClients.line("g".repeat(513), "Hi"),
                                    OpenAiClients.line("", "Hi"))),
                    Status.FAILED);

            assertThat(failed.errors().orElseThrow().data().orElseThrow())
                    .extracting(
                            each -> each.line().orElseThrow(),
                            each -> each.code().orElseThrow())
                    .containsExactly(
                            Tuple.tuple(2L, "invalid_json_line"),
                            Tuple.tuple(3L, "duplicate_custom_id"),
                            Tuple.tuple(4L, "url_mismatch"),
                            Tuple.tuple(5L, "invalid_method"),
                            Tuple.tuple(6L, "model_mismatch"),
                            Tuple.tuple(7L, "invalid_url"),
                            Tuple.tuple(8L, "missing_required_parameter"),
                            Tuple.tuple(9L, "invalid_custom_id"),
                            Tuple.tuple(10L, "missing_required_parameter"));
            assertThat(failed.failedAt()).isPresent();
            assertThat(failed.inProgressAt()).isEmpty();
            assertThat(failed.requestCounts()).contains(OpenAiClients.counts(0, 0, 0));
            assertThat(failed.outputFileId()).isEmpty();
            assertThat(counterpart.billed()).isZero();
        }
    }

    @Test
    void files_that_cannot_be_a_batch_fail_as_a_whole() throws IOException {
        try (var counterpart = Counterpart.at(folder, "enqueued=1000")) {
            OpenAIClient client = OpenAiClients.of(counterpart);
            Batch nowhere = client.batches()
                    .create(OpenAiClients.batch("file-doesnotexist").build());
            String long_ = "x".repeat(8_000);

            assertThat(codes(client, OpenAiClients.create(client, folder, List.of())))
                    .containsExactly("empty_file");
            assertThat(codes(
                            client,
                            OpenAiClients.create(
                                    client, folder, List.of(OpenAiClients.line("a", "no-such-model", "Hi")))))
                    .containsExactly("model_not_found");
            assertThat(codes(client, OpenAiClients.create(client, folder, List.of(OpenAiClients.line("a", long_)))))
                    .containsExactly("token_limit_exceeded");
            assertThat(codes(client, nowhere)).containsExactly("invalid_file");
        }
    }

    @Test
    void a_batch_has_at_most_fifty_thousand_requests() throws IOException {
        try (var counterpart = Counterpart.at(folder)) {
            OpenAIClient client = OpenAiClients.of(counterpart);

            assertThat(codes(client, OpenAiClients.create(client, folder, OpenAiClients.lines(50_001))))
                    .containsExactly("too_many_tasks");
        }
    }

    private static List<String> codes(OpenAIClient client, Batch batch) {
        return OpenAiClients.until(client, batch, Status.FAILED).errors().orElseThrow().data().orElseThrow().stream()
                .map(BatchError::code)
                .map(each -> each.orElseThrow())
                .toList();
    }

    @Test
    void a_cancelled_batch_keeps_what_was_done() throws IOException {
        try (var counterpart = Counterpart.slow(folder, "")) {
            OpenAIClient client = OpenAiClients.of(counterpart);
            Batch made = OpenAiClients.create(client, folder, OpenAiClients.lines(40));
            counterpart.forward(Duration.ofSeconds(30));
            OpenAiClients.until(client, made, Status.IN_PROGRESS);

            Batch cancelling = client.batches().cancel(made.id()).validate();
            counterpart.forward(Duration.ofSeconds(20));
            Batch cancelled = OpenAiClients.until(client, made, Status.CANCELLED);

            assertThat(cancelling.status()).isEqualTo(Status.CANCELLING);
            assertThat(cancelling.cancellingAt()).isPresent();
            assertThat(cancelled.cancelledAt()).isPresent();
            Map<String, JsonNode> done =
                    OpenAiClients.rows(client, cancelled.outputFileId().orElseThrow());
            Map<String, JsonNode> rest =
                    OpenAiClients.rows(client, cancelled.errorFileId().orElseThrow());
            assertThat(done).hasSizeBetween(5, 35);
            assertThat(rest)
                    .hasSize(40 - done.size())
                    .allSatisfy((id, row) ->
                            assertThat(row.path("response").isNull()).isTrue());
            assertThat(done.keySet()).doesNotContainAnyElementsOf(rest.keySet());
            assertThat(counterpart.billed()).isEqualTo(done.size());
        }
    }

    @Test
    void what_was_cancelled_before_it_ran_has_no_output(@TempDir Path own) throws IOException {
        try (var counterpart = Counterpart.slow(own, "cancelledListed=0")) {
            OpenAIClient client = OpenAiClients.of(counterpart);
            Batch made = OpenAiClients.create(client, folder, OpenAiClients.lines(5));

            client.batches().cancel(made.id());
            counterpart.forward(Duration.ofSeconds(20));
            Batch cancelled = OpenAiClients.until(client, made, Status.CANCELLED);

            assertThat(cancelled.outputFileId()).isEmpty();
            assertThat(cancelled.errorFileId()).isEmpty();
            assertThat(counterpart.billed()).isZero();
        }
    }

    @Test
    void cancelling_what_has_ended_is_a_conflict_that_the_sdk_repeats() throws IOException {
        try (var counterpart = Counterpart.at(folder)) {
            OpenAIClient client = OpenAiClients.with(counterpart, Counterpart.KEY, 2, new Pauses());
            Batch done = OpenAiClients.until(
                    client, OpenAiClients.create(client, folder, OpenAiClients.lines(1)), Status.COMPLETED);

            long arrived = counterpart.requestsUntil(
                    UnexpectedStatusCodeException.class, () -> client.batches().cancel(done.id()));

            assertThat(arrived).isEqualTo(3);
            assertThat(client.batches().retrieve(done.id()).status()).isEqualTo(Status.COMPLETED);
        }
    }

    @Test
    void a_conflict_may_say_that_repeating_is_no_use() throws IOException {
        try (var counterpart = Counterpart.at(folder, "shouldRetry=1")) {
            OpenAIClient client = OpenAiClients.with(counterpart, Counterpart.KEY, 2, new Pauses());
            Batch done = OpenAiClients.until(
                    client, OpenAiClients.create(client, folder, OpenAiClients.lines(1)), Status.COMPLETED);

            assertThat(counterpart.requestsUntil(
                            UnexpectedStatusCodeException.class,
                            () -> client.batches().cancel(done.id())))
                    .isEqualTo(1);
        }
    }

    @Test
    void an_expired_batch_keeps_what_was_done_and_names_the_rest() throws IOException {
        try (var counterpart = Counterpart.at(folder)) {
            OpenAIClient client = OpenAiClients.of(counterpart);
            String file = OpenAiClients.upload(client, folder, OpenAiClients.lines(40))
                    .id();

            Batch expired = OpenAiClients.until(
                    client,
                    client.batches()
                            .create(OpenAiClients.batch(file)
                                    .putAdditionalHeader("X-Simulate", "expire")
                                    .build()),
                    Status.EXPIRED);

            assertThat(expired.expiredAt()).isPresent();
            Map<String, JsonNode> done =
                    OpenAiClients.rows(client, expired.outputFileId().orElseThrow());
            Map<String, JsonNode> rest =
                    OpenAiClients.rows(client, expired.errorFileId().orElseThrow());
            assertThat(done).hasSizeBetween(5, 35);
            assertThat(rest).hasSize(40 - done.size()).allSatisfy((id, row) -> {
                assertThat(row.path("response").isNull()).isTrue();
                assertThat(row.at("/error/code").asText()).isEqualTo("batch_expired");
            });
            assertThat(counterpart.billed()).isEqualTo(done.size());
        }
    }
}
