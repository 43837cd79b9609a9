package dev.caravan.camel.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.app.Engine;
import dev.caravan.camel.exchange.ExchangeKeys;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.provider.Answer;
import dev.caravan.provider.JobAnswer;
import dev.caravan.provider.Prompt;
import dev.caravan.testing.ShippedRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;
import org.apache.camel.builder.ExchangeBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What leaves the process when a provider route calls a server that hangs up, and what comes back. */
class ProviderRoutesTest {
    private static final String KEY = "sk-very-secret-0123456789";
    private static final byte TLS_HANDSHAKE = 0x16;

    private static Engine engine;

    @BeforeAll
    static void start() {
        engine = ShippedRun.engine("");
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai-complete", "openai-poll"})
    void https_with_a_port_never_sends_the_key_in_the_clear(String route) throws Exception {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<byte[]> first = firstBytes(server);

            Exchange exchange = call(route, "https://127.0.0.1:" + server.getLocalPort() + "/v1");

            assertThat(first.get()[0]).isEqualTo(TLS_HANDSHAKE);
            assertThat(exchange.getMessage().getBody().toString()).doesNotContain(KEY);
        }
    }

    @Test
    void a_call_without_an_answer_is_ambiguous_and_shows_no_key() throws Exception {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<byte[]> first = firstBytes(server);

            Exchange exchange = call("openai-complete", "http://127.0.0.1:" + server.getLocalPort() + "/v1");

            assertThat(new String(first.get(), StandardCharsets.ISO_8859_1)).startsWith("POST /v1/chat/completions");
            assertThat(exchange.getMessage().getBody()).isInstanceOf(Answer.Ambiguous.class);
            assertThat(exchange.getMessage().getHeaders()).isEmpty();
            assertThat(exchange.getAllProperties().toString()).doesNotContain(KEY);
        }
    }

    @Test
    void a_call_that_never_left_bought_nothing() throws Exception {
        int free;
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = server.getLocalPort();
        }

        String nobody = "http://127.0.0.1:" + free + "/v1";
        assertThat(call("openai-complete", nobody).getMessage().getBody()).isInstanceOf(Answer.Transient.class);
        assertThat(call("openai-poll", nobody).getMessage().getBody()).isInstanceOf(JobAnswer.Trouble.class);
    }

    private static Exchange call(String route, String baseUrl) {
        var prompt = Prompt.of("classify-0-1", "gpt-4o-mini", "Hello", 10);
        Exchange exchange = ExchangeBuilder.anExchange(engine.context())
                .withBody(prompt)
                .withProperty(
                        ExchangeKeys.ACCOUNT.name(),
                        ModelRegistry.shipped().provider("openai").account(baseUrl, KEY))
                .withProperty(ExchangeKeys.PROVIDER_JOB.name(), "batch_1")
                .build();
        try (var template = engine.context().createProducerTemplate()) {
            return template.send("direct:" + route, exchange);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first bytes of the first connection, which is then closed without an answer. */
    private static CompletableFuture<byte[]> firstBytes(ServerSocket server) {
        var bytes = new CompletableFuture<byte[]>();
        var thread = new Thread(() -> {
            try (Socket socket = server.accept()) {
                byte[] buffer = new byte[200];
                int read = socket.getInputStream().read(buffer);
                bytes.complete(Arrays.copyOf(buffer, Math.max(1, read)));
            } catch (IOException e) {
                bytes.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return bytes;
    }
}
