package dev.caravan.camel.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.app.Engine;
import dev.caravan.provider.Answer;
import dev.caravan.provider.JobAnswer;
import dev.caravan.testing.ProviderCaller;
import dev.caravan.testing.RawServer;
import dev.caravan.testing.ShippedRun;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Servers that talk without end, or one byte at a time: each call ends, and its connection too. */
class EndlessReplyTest {
    private static final String KEY = "sk-endless-0123456789";
    private static final Map<String, String> SHORT = Map.of(
            "caravan.request-timeout", "700",
            "caravan.call-timeout", "400",
            "caravan.call-bytes", "100000",
            "caravan.control-timeout", "400",
            "caravan.control-bytes", "100000",
            "caravan.slowest-transfer", "1000000");
    private static final byte[] BLANKS = " ".repeat(10_000).getBytes(StandardCharsets.US_ASCII);

    private static Engine engine;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        SHORT.forEach(System::setProperty);
        engine = ShippedRun.engine("");
    }

    @AfterAll
    static void stop() {
        engine.close();
        SHORT.keySet().forEach(System::clearProperty);
    }

    private static void head(OutputStream out, int status) throws IOException {
        out.write(
                ("HTTP/1.1 " + status + " Said\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
    }

    private static void chunk(OutputStream out, byte[] bytes) throws IOException {
        out.write((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.write(bytes);
        out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    /** Until the client hangs up. */
    private static RawServer endless(int status) throws IOException {
        return new RawServer((asked, out) -> {
            head(out, status);
            while (true) {
                chunk(out, BLANKS);
            }
        });
    }

    private static RawServer trickle(boolean head) throws IOException {
        return new RawServer((asked, out) -> {
            if (head) {
                out.write("HTTP/1.1 200 OK\r\nX-Slow: ".getBytes(StandardCharsets.US_ASCII));
            } else {
                head(out, 200);
            }
            while (true) {
                if (head) {
                    out.write('x');
                    out.flush();
                } else {
                    chunk(out, new byte[] {' '});
                }
                pause();
            }
        });
    }

    private static void pause() throws IOException {
        try {
            new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private Object ask(RawServer provider, String wire, String call) {
        Object answer = new ProviderCaller(engine, folder, KEY).ask(wire, call, provider.url());
        await().atMost(30, TimeUnit.SECONDS)
                .untilAsserted(
                        () -> assertThat(provider.open()).as("connections").isZero());
        return answer;
    }

    @ParameterizedTest
    @CsvSource({"openai, 200", "mistral, 500"})
    void a_reply_of_blanks_without_end_may_have_been_bought_and_is_not_kept(String wire, int status) throws Exception {
        try (RawServer provider = endless(status)) {
            Object answer = ask(provider, wire, "complete");

            assertThat(answer).isInstanceOf(Answer.Ambiguous.class);
            assertThat(answer.toString()).contains("longer than 100000 bytes");
        }
    }

    @Test
    void a_reply_byte_by_byte_holds_no_call_for_ever() throws Exception {
        try (RawServer provider = trickle(false)) {
            Object answer = ask(provider, "openai", "complete");

            assertThat(answer).isInstanceOf(Answer.Ambiguous.class);
            assertThat(answer.toString()).contains("took longer than 0.4 s");
        }
        try (RawServer provider = trickle(true)) {
            assertThat(ask(provider, "openai", "complete")).isInstanceOf(Answer.Ambiguous.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"poll", "find"})
    void a_control_call_ends_too(String call) throws Exception {
        try (RawServer provider = endless(200)) {
            assertThat(ask(provider, "openai", call).toString()).contains("Transient", "longer than 100000 bytes");
        }
        try (RawServer provider = trickle(call.equals("poll"))) {
            assertThat(ask(provider, "openai", call).toString())
                    .contains("Transient", call.equals("poll") ? "took longer than 0.4 s" : "too slowly");
        }
    }

    @Test
    void a_create_that_is_answered_without_end_may_have_made_a_job() throws Exception {
        try (RawServer provider = endless(200)) {
            assertThat(ask(provider, "anthropic", "submit")).isInstanceOf(JobAnswer.Unknown.class);
        }
    }

    @Test
    void an_error_without_end_is_still_an_error_of_its_status() throws Exception {
        for (String call : new String[] {"poll", "collect"}) {
            try (RawServer provider = endless(401)) {
                assertThat(ask(provider, "openai", call).toString()).contains("Fatal", "HTTP 401");
            }
        }
    }

    @Test
    void a_download_without_end_leaves_nothing_behind_and_can_be_tried_again() throws Exception {
        try (RawServer provider = endless(200)) {
            assertThat(ask(provider, "openai", "collect").toString())
                    .contains("Transient", "longer than 16000000 bytes");
        }
        try (RawServer provider = trickle(false)) {
            assertThat(ask(provider, "openai", "collect").toString()).contains("Transient", "too slowly");
        }
        try (Stream<Path> left = Files.list(folder.resolve("job"))) {
            assertThat(left).isEmpty();
        }
    }
}
