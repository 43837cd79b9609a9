package dev.caravan.conformance;

import com.google.genai.Client;
import com.google.genai.types.BatchJob;
import com.google.genai.types.BatchJobSource;
import com.google.genai.types.Content;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.HttpRetryOptions;
import com.google.genai.types.InlinedRequest;
import com.google.genai.types.JobState;
import com.google.genai.types.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** google-genai as the tests set it up. */
final class GeminiClients {
    static final String MODEL = "gemini-test";
    private static final int PATIENCE_MILLIS = 20_000;

    private GeminiClients() {}

    static Client of(Counterpart counterpart) {
        return with(counterpart, "AIza-good", 1);
    }

    static Client with(Counterpart counterpart, String key, int attempts) {
        return Client.builder()
                .apiKey(key)
                .httpOptions(HttpOptions.builder()
                        .baseUrl(counterpart.url("gemini"))
                        .timeout(PATIENCE_MILLIS)
                        .retryOptions(HttpRetryOptions.builder()
                                .attempts(attempts)
                                .initialDelay(0.01)
                                .maxDelay(0.01)
                                .jitter(0.0)
                                .build())
                        .build())
                .build();
    }

    static HttpOptions simulating(String words) {
        return HttpOptions.builder().headers(Map.of("X-Simulate", words)).build();
    }

    static Content said(String role, String text) {
        return Content.builder().role(role).parts(Part.fromText(text)).build();
    }

    static GenerateContentConfig.Builder terse() {
        return GenerateContentConfig.builder().systemInstruction(Content.fromParts(Part.fromText("You are terse.")));
    }

    static InlinedRequest request(String key, Content content) {
        return InlinedRequest.builder()
                .contents(content)
                .metadata(Map.of("key", key))
                .config(terse().maxOutputTokens(500).build())
                .build();
    }

    static BatchJobSource inline(int count) {
        var requests = new ArrayList<InlinedRequest>();
        for (int i = 0; i < count; i++) {
            requests.add(request("row-" + i, said("user", "Say " + i + ".")));
        }
        return inline(requests);
    }

    static BatchJobSource inline(List<InlinedRequest> requests) {
        return BatchJobSource.builder().inlinedRequests(requests).build();
    }

    static String name(BatchJob job) {
        return job.name().orElseThrow();
    }

    static JobState.Known state(BatchJob job) {
        return job.state().orElseThrow().knownEnum();
    }

    static BatchJob until(Client client, BatchJob job, JobState.Known wanted) {
        return Counterpart.until(
                () -> client.batches.get(name(job), null), now -> state(now).equals(wanted));
    }
}
