package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.models.batches.Batch;
import com.openai.models.batches.BatchCreateParams;
import com.openai.models.batches.BatchRequestCounts;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.files.FileCreateParams;
import com.openai.models.files.FileObject;
import com.openai.models.files.FilePurpose;
import dev.caravan.base.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** openai-java as the tests set it up. */
final class OpenAiClients {
    private OpenAiClients() {}

    static OpenAIClient of(Counterpart counterpart) {
        return with(counterpart, Counterpart.KEY, 0, new Pauses());
    }

    static OpenAIClient with(Counterpart counterpart, String key, int retries, Pauses pauses) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(counterpart.url("openai"))
                .apiKey(key)
                .maxRetries(retries)
                .sleeper(pauses)
                .timeout(Duration.ofSeconds(20))
                .responseValidation(true)
                .build();
    }

    static ChatCompletionCreateParams.Builder hello() {
        return ChatCompletionCreateParams.builder()
                .model("gpt-test")
                .addSystemMessage("You are terse.")
                .addUserMessage("Say hello.");
    }

    /** A line of a batch, whose prompt may hold a marker. */
    static String line(String id, String prompt) {
        return line(id, "gpt-test", prompt);
    }

    static String line(String id, String model, String prompt) {
        return "{\"custom_id\":\"%s\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}}"
                .formatted(id, model, prompt);
    }

    static FileObject upload(OpenAIClient client, Path folder, List<String> lines) throws IOException {
        Path file = Files.createTempFile(folder, "input", ".jsonl");
        Files.write(file, lines);
        return client.files()
                .create(FileCreateParams.builder()
                        .file(file)
                        .purpose(FilePurpose.BATCH)
                        .build());
    }

    static BatchCreateParams.Builder batch(String file) {
        return BatchCreateParams.builder()
                .completionWindow(BatchCreateParams.CompletionWindow._24H)
                .endpoint(BatchCreateParams.Endpoint.V1_CHAT_COMPLETIONS)
                .inputFileId(file);
    }

    static Batch until(OpenAIClient client, Batch batch, Batch.Status... wanted) {
        return Counterpart.until(
                () -> client.batches().retrieve(batch.id()),
                now -> List.of(wanted).contains(now.status()));
    }

    static Batch create(OpenAIClient client, Path folder, List<String> lines) throws IOException {
        String file = upload(client, folder, lines).id();
        return client.batches()
                .create(batch(file)
                        .metadata(BatchCreateParams.Metadata.builder()
                                .putAdditionalProperty("run", JsonValue.from("r-1"))
                                .build())
                        .build())
                .validate();
    }

    static List<String> lines(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> line("row-" + i, "Say " + i + "."))
                .toList();
    }

    /** Lines of a result file, by their custom_id. */
    static Map<String, JsonNode> rows(OpenAIClient client, String file) throws IOException {
        var rows = new TreeMap<String, JsonNode>();
        try (var response = client.files().content(file)) {
            new String(response.body().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(Json::parse)
                    .forEach(each -> assertThat(rows.put(each.path("custom_id").asText(), each))
                            .isNull());
        }
        return rows;
    }

    static BatchRequestCounts counts(long total, long completed, long failed) {
        return BatchRequestCounts.builder()
                .total(total)
                .completed(completed)
                .failed(failed)
                .build();
    }
}
