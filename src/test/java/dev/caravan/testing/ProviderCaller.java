package dev.caravan.testing;

import dev.caravan.app.Engine;
import dev.caravan.camel.exchange.ExchangeKeys;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.provider.Account;
import dev.caravan.provider.JobOrder;
import dev.caravan.provider.JobStatus;
import dev.caravan.provider.Prompt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.apache.camel.Exchange;
import org.apache.camel.builder.ExchangeBuilder;
import org.jspecify.annotations.Nullable;

/** Calls the routes of a provider one by one, as runs and commands do. */
public record ProviderCaller(Engine engine, Path folder, String key) {
    /** All calls there are, realtime and control, up and down. */
    public static final List<String> ALL =
            List.of("complete", "count", "models", "submit", "poll", "cancel", "find", "collect", "discard");

    public static final List<String> WIRES = List.of("openai", "anthropic", "gemini", "mistral");

    public boolean knows(String provider, String call) {
        return engine.context().hasEndpoint("direct:" + provider + "-" + call) != null
                && engine.context().getRoute(provider + "-" + call) != null;
    }

    /** What comes of a call at a base URL. */
    public Object ask(String provider, String call, String url) {
        Exchange exchange = exchange(provider, call, url);
        return exchange.getException() == null ? exchange.getMessage().getBody() : exchange.getException();
    }

    public Exchange exchange(String provider, String call, String url) {
        Account account = ModelRegistry.shipped().provider(provider).account(url, key);
        Exchange exchange = ExchangeBuilder.anExchange(engine.context())
                .withBody(body(call))
                .withProperty(ExchangeKeys.ACCOUNT.name(), account)
                .withProperty(ExchangeKeys.PROVIDER_JOB.name(), "batch_1")
                .withProperty(ExchangeKeys.JOB_FOLDER.name(), folder.resolve("job"))
                .withProperty(ExchangeKeys.NONCE.name(), "nonce")
                .withProperty(ExchangeKeys.REQUESTS.name(), 1)
                .withProperty(ExchangeKeys.KNOWN_JOBS.name(), Set.of())
                .build();
        try (var template = engine.context().createProducerTemplate()) {
            return template.send("direct:" + provider + "-" + call, exchange);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private @Nullable Object body(String call) {
        return switch (call) {
            case "complete", "count" -> Prompt.of("classify-0-1", "gpt-4o-mini", "Hello", 10);
            case "submit" -> order();
            case "collect", "discard" ->
                new JobStatus(
                        "batch_1",
                        JobStatus.State.ENDED,
                        "completed",
                        1,
                        1,
                        0,
                        List.of(new JobStatus.Result("output", "/files/output/content", "")),
                        List.of(new JobStatus.Discard("input", "/files/input")),
                        List.of(),
                        1,
                        0,
                        "nonce");
            default -> null;
        };
    }

    private JobOrder order() {
        try {
            Path requests = Files.writeString(folder.resolve("requests.jsonl"), "{\"custom_id\":\"classify-0-1\"}\n");
            return new JobOrder(
                    "job",
                    "nonce",
                    "gpt-4o-mini",
                    requests,
                    1,
                    Files.size(requests),
                    "/v1/chat/completions",
                    new TreeMap<>());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
