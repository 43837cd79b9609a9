package dev.caravan.camel.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.camel.exchange.ExchangeKeys;
import dev.caravan.provider.JobOrder;
import dev.caravan.provider.Prompt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of a provider that is shipped, with the templates of {@code routes/http/} from which its routes are made. */
abstract class ShippedProviderRouteTestSupport extends ProviderRouteTestSupport {
    static final String TEMPLATES = "file:routes/http/calls.camel.yaml,file:routes/http/jobs.camel.yaml,"
            + "file:routes/http/results.camel.yaml";

    /** What every provider can do. */
    private static final List<String> CALLS =
            List.of("complete", "models", "submit", "poll", "cancel", "find", "collect", "discard");

    private final String provider;
    private Path folder = Path.of("");

    ShippedProviderRouteTestSupport(String provider) {
        this.provider = provider;
    }

    @BeforeEach
    void keepFolder(@TempDir Path temporary) {
        folder = temporary;
    }

    Path folder() {
        return folder;
    }

    boolean knows(String call) {
        return camel().getRoute(provider + "-" + call) != null;
    }

    Exchange ask(String call) throws IOException {
        return ask(
                provider,
                call,
                account(provider),
                body(call),
                exchange -> ExchangeKeys.JOB_FOLDER.set(exchange, folder.resolve("job")));
    }

    /** All that the call asked for, where nothing was answered. */
    void asks(String call, String... requests) throws IOException {
        asked.clear();

        ask(call);

        assertThat(asked).as(call).containsExactly(requests);
    }

    private @Nullable Object body(String call) throws IOException {
        return switch (call) {
            case "complete", "count" -> Prompt.of("label-0-1", "a-model", "Hello", 10);
            case "submit" -> order();
            case "collect", "discard" -> ended(List.of("out"), List.of("in"));
            default -> null;
        };
    }

    private JobOrder order() throws IOException {
        Path requests = Files.writeString(folder.resolve("requests.jsonl"), "{\"custom_id\":\"label-0-1\"}\n");
        return new JobOrder(
                "w1", NONCE, "a-model", requests, 1, Files.size(requests), "/v1/chat/completions", new TreeMap<>());
    }

    @Test
    void every_call_is_answered_with_a_value_when_its_connection_breaks() throws Exception {
        for (String each : CALLS) {
            assertThat(answer(ask(each))).as(each).isNotNull();
        }
    }

    /** Headers of a message are sent along with its next call. */
    @Test
    void no_header_of_a_call_stays_on_the_message() throws Exception {
        for (String each : CALLS) {
            assertThat(ask(each).getMessage().getHeaders()).as(each).isEmpty();
        }
    }
}
