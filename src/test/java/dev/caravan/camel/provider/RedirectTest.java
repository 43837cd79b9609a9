package dev.caravan.camel.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.app.Engine;
import dev.caravan.base.Json;
import dev.caravan.provider.Answer;
import dev.caravan.provider.JobAnswer;
import dev.caravan.testing.ProviderCaller;
import dev.caravan.testing.RawServer;
import dev.caravan.testing.ShippedRun;
import dev.caravan.web.ServiceClient;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that sends its clients elsewhere: nobody goes there, with a key or without. */
class RedirectTest {
    private static final String KEY = "sk-stays-at-home-0123456789";

    private static Engine engine;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        engine = ShippedRun.engine("");
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void no_call_of_any_wire_follows_a_redirect(int status) throws Exception {
        try (var elsewhere = new RawServer((asked, out) -> false);
                var provider = new RawServer((asked, out) -> {
                    out.write(RawServer.reply(
                            status,
                            "Location: " + elsewhere.url() + "/other?key=" + KEY + "\r\n",
                            "{\"error\": {\"message\": \"moved house\"}}"));
                    return true;
                })) {
            var asking = new ProviderCaller(engine, folder, KEY);
            for (String wire : ProviderCaller.WIRES) {
                for (String call : ProviderCaller.ALL) {
                    if (asking.knows(wire, call)) {
                        int before = provider.calls().size();
                        Object answer = asking.ask(wire, call, provider.url());

                        assertThat(provider.calls().size())
                                .as(wire + " " + call)
                                .isGreaterThan(before);
                        if (status == 303 && call.equals("complete")) {
                            assertThat(answer).isInstanceOf(Answer.Ambiguous.class);
                        } else if (call.equals("complete") || call.equals("count")) {
                            assertThat(answer).as(wire + " " + call).isInstanceOf(Answer.Fatal.class);
                        } else {
                            assertThat(answer)
                                    .as(wire + " " + call)
                                    .isInstanceOfAny(JobAnswer.Trouble.class, JobAnswer.Unknown.class);
                        }
                        if (!call.equals("discard") && !(answer instanceof JobAnswer.Unknown)) {
                            assertThat(answer.toString())
                                    .contains("HTTP " + status, elsewhere.url() + "/other", "moved house");
                        }
                        assertThat(answer.toString()).doesNotContain(KEY, "?");
                    }
                }
            }
            assertThat(elsewhere.calls()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void caravan_start_takes_its_token_nowhere_else(int status) throws Exception {
        try (var elsewhere = new RawServer((asked, out) -> false);
                var service = new RawServer((asked, out) -> {
                    out.write(RawServer.reply(status, "Location: " + elsewhere.url() + "/api\r\n", "{}"));
                    return true;
                })) {
            ServiceClient.Answer answer =
                    new ServiceClient(service.url(), "a-token-of-the-service").post("/api", Json.object(), "k");

            assertThat(answer.status()).isEqualTo(status);
            assertThat(elsewhere.calls()).isEmpty();
        }
    }
}
