package dev.caravan.conformance;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.batches.BatchCreateParams;
import com.anthropic.models.messages.batches.MessageBatch;
import com.anthropic.models.messages.batches.MessageBatch.ProcessingStatus;
import com.anthropic.models.messages.batches.MessageBatchIndividualResponse;
import com.anthropic.models.messages.batches.MessageBatchResult;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** anthropic-java as the tests set it up. */
final class AnthropicClients {
    static final String OLD = "2023-06-01";

    private AnthropicClients() {}

    static AnthropicClient of(Counterpart counterpart) {
        return with(counterpart, 0, new Pauses()).apiKey(Counterpart.KEY).build();
    }

    /** Speaks the version before the present one. */
    static AnthropicClient old(Counterpart counterpart) {
        return with(counterpart, 0, new Pauses())
                .apiKey(Counterpart.KEY)
                .putHeader("anthropic-version", OLD)
                .build();
    }

    static AnthropicOkHttpClient.Builder with(Counterpart counterpart, int retries, Pauses pauses) {
        return AnthropicOkHttpClient.builder()
                .baseUrl(counterpart.url("anthropic"))
                .maxRetries(retries)
                .sleeper(pauses)
                .timeout(Duration.ofSeconds(20))
                .responseValidation(true);
    }

    static MessageCreateParams.Builder asking(String prompt) {
        return MessageCreateParams.builder()
                .model("claude-test")
                .maxTokens(200)
                .system("You are terse.")
                .addUserMessage(prompt);
    }

    static BatchCreateParams.Request request(String id, String prompt) {
        return BatchCreateParams.Request.builder()
                .customId(id)
                .params(BatchCreateParams.Request.Params.builder()
                        .model("claude-test")
                        .maxTokens(200)
                        .addUserMessage(prompt)
                        .build())
                .build();
    }

    static BatchCreateParams.Builder batch(int count) {
        var params = BatchCreateParams.builder();
        for (int i = 0; i < count; i++) {
            params.addRequest(request("row-" + i, "Say " + i + "."));
        }
        return params;
    }

    static MessageBatch ended(AnthropicClient client, MessageBatch batch) {
        return Counterpart.until(
                () -> client.messages().batches().retrieve(batch.id()).validate(),
                now -> now.processingStatus().equals(ProcessingStatus.ENDED));
    }

    /** What came of each request. */
    static Map<String, MessageBatchResult> results(AnthropicClient client, MessageBatch batch) {
        var results = new TreeMap<String, MessageBatchResult>();
        try (var lines = client.messages().batches().resultsStreaming(batch.id())) {
            lines.stream().map(MessageBatchIndividualResponse::validate).forEach(each -> {
                if (results.put(each.customId(), each.result()) != null) {
                    throw new IllegalStateException(each.customId() + " came twice");
                }
            });
        }
        return results;
    }
}
