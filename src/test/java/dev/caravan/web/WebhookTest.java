package dev.caravan.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.caravan.base.Json;
import dev.caravan.testing.RunningService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others are told, with the real program and a receiver that fails, hangs, and takes it in the end. */
class WebhookTest {
    private static final String SECRET = "0123456789-webhook-secret";

    /** What came in. */
    private record Got(String signature, String id, String event, String body) {}

    @TempDir
    Path folder;

    private final List<Got> all = new CopyOnWriteArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile String mood = "fails";
    private HttpServer receiver;
    private RunningService served;

    @BeforeEach
    void open() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        receiver.setExecutor(Executors.newCachedThreadPool());
        receiver.createContext("/hook", this::take);
        receiver.start();
        served = new RunningService(folder, Map.of("CARAVAN_WEBHOOK_SECRET", SECRET));
    }

    @AfterEach
    void close() {
        over.countDown();
        served.close();
        receiver.stop(0);
    }

    private void take(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        var headers = exchange.getRequestHeaders();
        String now = mood;
        all.add(new Got(
                headers.getFirst("Caravan-Signature"),
                headers.getFirst("Caravan-Event-Id"),
                headers.getFirst("Caravan-Event"),
                body));
        if (now.equals("hangs")) {
            try {
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        exchange.sendResponseHeaders(now.equals("fails") ? 500 : 204, -1);
        exchange.close();
    }

    @Test
    @Tag("crash")
    void a_message_arrives_whatever_the_receiver_and_the_service_go_through() throws Exception {
        String url = "http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook?key=hidden";
        String[] options = {"--job-millis", "50", "--webhook", url};
        Process service = served.start(options);
        served.drop("told", "simulator");
        String run = served.complete("told").name();
        await().atMost(RunningService.LONGEST).until(() -> all.size() >= 2);
        assertThat(served.output()).contains("does not take its messages (it answers 500)");

        RunningService.kill(service);
        mood = "hangs";
        int before = all.size();
        service = served.start(options);
        await().atMost(RunningService.LONGEST).until(() -> all.size() > before);
        assertThat(waiting()).as("the receiver has it, but did not say so").isEqualTo(1);
        served.drop("other", "simulator");
        served.complete("other");
        await().atMost(RunningService.LONGEST).until(() -> served.output().contains("it does not answer within 10 s"));
        RunningService.kill(service);

        mood = "takes";
        served.start(options);
        await().atMost(RunningService.LONGEST).until(() -> waiting() == 0);

        assertThat(all.stream()
                        .filter(each -> each.body().contains(run))
                        .map(Got::id)
                        .distinct())
                .as("the same message each time")
                .hasSize(1);
        assertThat(all.stream().map(Got::id).distinct()).hasSize(2);
        Got last = all.get(all.size() - 1);
        assertThat(last.event()).isEqualTo("run.done");
        assertThat(Json.parse(last.body()).path("id").asText()).isEqualTo(last.id());
        assertThat(last.signature()).isEqualTo(signed(last));
        assertThat(served.output()).doesNotContain("hidden", SECRET, "Exception");
        try (Stream<Path> files = Files.walk(folder.resolve("runs/.service"))) {
            assertThat(files.filter(Files::isRegularFile).map(WebhookTest::text))
                    .noneMatch(each -> each.contains("hidden") || each.contains(SECRET));
        }
    }

    private long waiting() {
        try (Stream<Path> files = Files.list(folder.resolve("runs/.service/webhooks"))) {
            return files.filter(each -> each.toString().endsWith(".json")).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As a receiver would compute it, from what the documentation says. */
    private static String signed(Got got) throws Exception {
        String time = got.signature().replaceFirst("^t=(\\d+),v1=.*$", "$1");
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        byte[] hash = mac.doFinal((time + "." + got.body()).getBytes(StandardCharsets.UTF_8));
        return "t=" + time + ",v1=" + HexFormat.of().formatHex(hash);
    }

    @Test
    void webhooks_need_a_secret_and_an_address_that_is_one() throws Exception {
        var without = new RunningService(folder, Map.of());
        assertThat(RunningService.ended(without.run(List.of("serve", "--webhook", "https://example.invalid/hook"))))
                .isEqualTo(2);
        assertThat(RunningService.ended(served.run(List.of("serve", "--webhook", "ftp://user:pass@example.invalid"))))
                .isEqualTo(2);
        assertThat(served.output())
                .contains("CARAVAN_WEBHOOK_SECRET", "must be an address")
                .doesNotContain("pass", "Exception");
    }
}
