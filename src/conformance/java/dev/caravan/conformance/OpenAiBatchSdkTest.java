package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.core.JsonValue;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.models.batches.Batch;
import com.openai.models.batches.Batch.Status;
import com.openai.models.batches.BatchCreateParams;
import com.openai.models.batches.BatchListParams;
import com.openai.models.files.FileObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of a batch, and what ends it early. */
@Tag("conformance")
class OpenAiBatchSdkTest {
    private static final long DAY = Duration.ofDays(1).toSeconds();

    @TempDir
    Path folder;

    @Test
    void a_batch_is_made_worked_off_and_read() throws IOException {
        try (var counterpart = Counterpart.at(folder)) {
            OpenAIClient client = OpenAiClients.of(counterpart);

            Batch made = OpenAiClients.create(client, folder, OpenAiClients.lines(20));
            Batch done = OpenAiClients.until(client, made, Status.COMPLETED).validate();

            assertThat(made.id()).startsWith("batch_");
            assertThat(made.expiresAt()).contains(made.createdAt() + DAY);
            assertThat(made.endpoint()).isEqualTo("/v1/chat/completions");
            assertThat(done.model()).contains("gpt-test");
            assertThat(done.metadata().orElseThrow()._allProperties()).containsEntry("run", JsonValue.from("r-1"));
            assertThat(done.requestCounts()).contains(OpenAiClients.counts(20, 20, 0));
            assertThat(done.errorFileId()).isEmpty();
            assertThat(done.errors()).isEmpty();
            assertThat(done.inProgressAt()).isPresent();
            assertThat(done.finalizingAt()).isPresent();
            assertThat(done.completedAt()).isPresent();
            Map<String, JsonNode> rows =
                    OpenAiClients.rows(client, done.outputFileId().orElseThrow());
            assertThat(rows).hasSize(20).allSatisfy((id, row) -> {
                assertThat(row.path("id").asText()).startsWith("batch_req_");
                assertThat(row.path("error").isNull()).isTrue();
                assertThat(row.path("response").path("status_code").intValue()).isEqualTo(200);
                assertThat(row.at("/response/body/object").asText()).isEqualTo("chat.completion");
            });
            long tokens = rows.values().stream()
                    .mapToLong(
                            each -> each.at("/response/body/usage/total_tokens").longValue())
                    .sum();
            assertThat(done.usage().orElseThrow().totalTokens()).isEqualTo(tokens);
            assertThat(client.files()
                            .retrieve(done.outputFileId().orElseThrow())
                            .purpose())
                    .isEqualTo(FileObject.Purpose.BATCH_OUTPUT);
        }
    }

    @Test
    void it_is_validated_before_it_runs_and_counts_nothing_until_then() throws IOException {
        try (var counterpart = Counterpart.slow(folder, "")) {
            OpenAIClient client = OpenAiClients.of(counterpart);

            Batch made = OpenAiClients.create(client, folder, OpenAiClients.lines(3));
            counterpart.forward(Duration.ofSeconds(20));
            Batch running = OpenAiClients.until(client, made, Status.IN_PROGRESS);
            counterpart.forward(Duration.ofSeconds(38));
            Batch nearly = OpenAiClients.until(client, made, Status.FINALIZING);

            assertThat(made.status()).isEqualTo(Status.VALIDATING);
            assertThat(made.requestCounts()).contains(OpenAiClients.counts(0, 0, 0));
            assertThat(made.inProgressAt()).isEmpty();
            assertThat(running.requestCounts()).contains(OpenAiClients.counts(3, 0, 0));
            assertThat(running.outputFileId()).isEmpty();
            assertThat(running.finalizingAt()).isEmpty();
            assertThat(nearly.finalizingAt()).isPresent();
        }
    }

    @Test
    void responses_have_batches_too() throws IOException {
        try (var counterpart = Counterpart.at(folder)) {
            OpenAIClient client = OpenAiClients.of(counterpart);
            String line =
                    "{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":\"/v1/responses\",\"body\":{\"model\":\"gpt-test\",\"input\":\"Hi\"}}";
            String file = OpenAiClients.upload(client, folder, List.of(line)).id();

            Batch made = client.batches()
                    .create(OpenAiClients.batch(file)
                            .endpoint(BatchCreateParams.Endpoint.V1_RESPONSES)
                            .build());
            Batch done = OpenAiClients.until(client, made, Status.COMPLETED);

            assertThat(Counterpart.the(
                                    OpenAiClients.rows(
                                            client, done.outputFileId().orElseThrow()),
                                    "a")
                            .at("/response/body/object")
                            .asText())
                    .isEqualTo("response");
        }
    }

    @Test
    void a_bad_row_is_in_the_error_file_with_a_response_and_no_error() throws IOException {
        try (var counterpart = Counterpart.at(folder)) {
            OpenAIClient client = OpenAiClients.of(counterpart);
            String streams =
                    OpenAiClients.line("streams", "Hi").replace("\"messages\"", "\"stream\":true,\"messages\"");
            String empty = OpenAiClients.line("empty", "Hi").replaceFirst("\"messages\":\\[.*\\]", "\"messages\":[]");

            Batch done = OpenAiClients.until(
                    client,
                    OpenAiClients.create(
                            client,
                            folder,
                            List.of(
                                    OpenAiClients.line("good", "Hi"),
                                    OpenAiClients.line("bad", "Hi [[simulate: invalidRow]]"),
                                    OpenAiClients.line("broken", "Hi [[simulate: errorRow]]"),
                                    streams,
                                    empty)),
                    Status.COMPLETED);

            assertThat(done.requestCounts()).contains(OpenAiClients.counts(5, 1, 4));
            assertThat(OpenAiClients.rows(client, done.outputFileId().orElseThrow()))
                    .containsOnlyKeys("good");
            Map<String, JsonNode> errors =
                    OpenAiClients.rows(client, done.errorFileId().orElseThrow());
            assertThat(errors).containsOnlyKeys("bad", "broken", "streams", "empty");
            assertThat(errors.values()).allSatisfy(each -> {
                assertThat(each.path("error").isNull()).isTrue();
                assertThat(each.at("/response/body/error/message").asText()).isNotEmpty();
            });
            assertThat(Counterpart.the(errors, "bad")
                            .at("/response/status_code")
                            .intValue())
                    .isEqualTo(400);
            assertThat(Counterpart.the(errors, "empty")
                            .at("/response/body/error/code")
                            .asText())
                    .isEqualTo("empty_array");
            assertThat(Counterpart.the(errors, "broken")
                            .at("/response/status_code")
                            .intValue())
                    .isEqualTo(500);
        }
    }

    @Test
    void a_batch_whose_every_row_failed_is_completed_and_has_no_output() throws IOException {
        try (var counterpart = Counterpart.at(folder)) {
            OpenAIClient client = OpenAiClients.of(counterpart);

            Batch done = OpenAiClients.until(
                    client,
                    OpenAiClients.create(
                            client, folder, List.of(OpenAiClients.line("bad", "Hi [[simulate: invalidRow]]"))),
                    Status.COMPLETED);

            assertThat(done.outputFileId()).isEmpty();
            assertThat(OpenAiClients.rows(client, done.errorFileId().orElseThrow()))
                    .containsOnlyKeys("bad");
        }
    }

    @Test
    void a_create_that_makes_no_sense_is_refused_at_once() {
        try (var counterpart = Counterpart.at(folder)) {
            OpenAIClient client = OpenAiClients.of(counterpart);

            assertThatExceptionOfType(BadRequestException.class)
                    .isThrownBy(() -> client.batches()
                            .create(OpenAiClients.batch("file-1")
                                    .completionWindow(BatchCreateParams.CompletionWindow.of("1h"))
                                    .build()))
                    .satisfies(e -> assertThat(e.param()).contains("completion_window"));
            assertThatExceptionOfType(BadRequestException.class)
                    .isThrownBy(() -> client.batches()
                            .create(OpenAiClients.batch("file-1")
                                    .endpoint(BatchCreateParams.Endpoint.of("/v1/chat"))
                                    .build()))
                    .satisfies(e -> assertThat(e.param()).contains("endpoint"));
            assertThatExceptionOfType(NotFoundException.class)
                    .isThrownBy(() -> client.batches().retrieve("batch_doesnotexist"));
            assertThatExceptionOfType(NotFoundException.class)
                    .isThrownBy(() -> client.batches().cancel("batch_doesnotexist"));
        }
    }

    @Test
    void lists_come_in_pages_newest_first() throws IOException {
        try (var counterpart = Counterpart.slow(folder, "")) {
            OpenAIClient client = OpenAiClients.of(counterpart);
            var ids = new ArrayList<String>();
            for (int i = 0; i < 5; i++) {
                ids.add(
                        0,
                        OpenAiClients.create(client, folder, OpenAiClients.lines(1))
                                .id());
            }

            var first = client.batches().list(BatchListParams.builder().limit(2).build());

            assertThat(first.data()).extracting(Batch::id).containsExactly(ids.get(0), ids.get(1));
            assertThat(first.hasMore()).contains(true);
            assertThat(first.autoPager().stream().map(Batch::id)).containsExactlyElementsOf(ids);
        }
    }

    @Test
    void results_go_after_thirty_days() throws IOException {
        try (var counterpart = Counterpart.at(folder)) {
            OpenAIClient client = OpenAiClients.of(counterpart);
            Batch done = OpenAiClients.until(
                    client, OpenAiClients.create(client, folder, OpenAiClients.lines(2)), Status.COMPLETED);
            String output = done.outputFileId().orElseThrow();

            counterpart.forward(Duration.ofDays(29));
            assertThat(OpenAiClients.rows(client, output)).hasSize(2);
            counterpart.forward(Duration.ofDays(2));

            assertThatExceptionOfType(NotFoundException.class)
                    .isThrownBy(() -> client.files().content(output).close());
        }
    }
}
