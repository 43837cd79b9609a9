package dev.caravan.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.testing.RunningService;
import dev.caravan.testing.ServiceHttp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The port of the service, and who may speak to it, with the real program. */
class ServeHttpTest {
    private static final String TOKEN = "0123456789abcdef-token";

    @TempDir
    Path folder;

    private final ArrayList<RunningService> all = new ArrayList<>();

    private RunningService served(Map<String, String> environment) throws IOException {
        var one = new RunningService(folder, environment);
        all.add(one);
        return one;
    }

    @AfterEach
    void close() {
        all.forEach(RunningService::close);
    }

    @Test
    void only_who_calls_it_by_its_name_from_its_own_pages_is_answered() throws Exception {
        RunningService served = served(Map.of());
        Process service = served.start();
        ServiceHttp http = served.http();

        assertThat(served.output()).contains("HTTP at " + http.url());
        assertThat(http.get("/api").json().path("service").asText()).isEqualTo("caravan");
        assertThat(http.get("/api").header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(http.get("/api", "Origin", http.url()).status()).isEqualTo(200);
        ServiceHttp.Answer strange = http.get("/api", "Origin", "http://evil.example");
        assertThat(strange.status()).isEqualTo(403);
        assertThat(strange.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(strange.json().path("detail").asText()).contains("other sites");
        assertThat(http.get("/nothing").status()).isEqualTo(404);
        assertThat(http.send("DELETE", "/api", "").status()).isEqualTo(405);
        assertThat(http.send("DELETE", "/api", "").header("Allow")).isEqualTo("GET");

        assertThat(raw(http, "GET /api HTTP/1.1\r\nHost: evil.example\r\n\r\n")).startsWith("HTTP/1.1 421 ");
        assertThat(raw(http, "GET /api HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(raw(http, "GET /nothing HTTP/1.1\r\nHost: evil.example\r\n\r\n"))
                .as("the guard comes before what is not there, too")
                .startsWith("HTTP/1.1 421 ");
        assertThat(raw(
                        http,
                        "POST /api HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + (RequestGuard.MOST_BYTES + 1)
                                + "\r\n\r\n"))
                .startsWith("HTTP/1.1 413 ");
        assertThat(raw(http, tooMuchInPieces())).contains("HTTP/1.1 413 ");

        Process other = served.run(List.of("ps"));
        assertThat(RunningService.ended(other)).isZero();
        service.destroy();
        assertThat(RunningService.ended(service)).isZero();
        assertThat(folder.resolve("runs/.service/http.json")).doesNotExist();
        assertThat(served.output()).doesNotContain("Exception");
    }

    private static String tooMuchInPieces() {
        String piece = "x".repeat(0x10000);
        return "POST /api HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n"
                + ("10000\r\n" + piece + "\r\n").repeat((int) (RequestGuard.MOST_BYTES / 0x10000) + 1)
                + "0\r\n\r\n";
    }

    /** What is answered to the very bytes, until the service hangs up or has answered. */
    private static String raw(ServiceHttp http, String request) throws IOException {
        URI address = URI.create(http.url());
        try (var socket = new Socket(address.getHost(), address.getPort())) {
            socket.setSoTimeout(30_000);
            try {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            } catch (IOException e) {
                // It may hang up before it has read all.
            }
            byte[] answer = new byte[4096];
            int read = socket.getInputStream().read(answer);
            return new String(answer, 0, Math.max(0, read), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void a_token_is_asked_for_by_all_that_is_served_and_never_told() throws Exception {
        Files.writeString(folder.resolve(".env"), "CARAVAN_TOKEN=" + TOKEN + "\n");
        RunningService served = served(Map.of());
        served.start("--host", "0.0.0.0");
        ServiceHttp http = served.http();

        for (String path : List.of("/api", "/nothing", "/")) {
            ServiceHttp.Answer refused = http.get(path);
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.header("WWW-Authenticate")).startsWith("Bearer");
        }
        assertThat(http.get("/api", "Authorization", "Bearer " + TOKEN).status())
                .isEqualTo(200);
        assertThat(http.get("/api?token=" + TOKEN).status()).isEqualTo(401);
        assertThat(served.output()).doesNotContain(TOKEN);
    }

    @ParameterizedTest
    @CsvSource({
        "--host, 0.0.0.0, CARAVAN_TOKEN",
        "--host, no.such.host.invalid, is no address",
        "--port, 70000, from 0",
    })
    void it_does_not_start_where_it_must_not_listen(String option, String value, String told) throws Exception {
        RunningService served = served(Map.of());

        assertThat(RunningService.ended(served.run(List.of("serve", option, value))))
                .isEqualTo(2);

        assertThat(served.output()).contains("caravan: " + option, told).doesNotContain("Exception");
    }

    @Test
    void traces_that_cannot_be_sent_so_are_refused_and_not_by_a_stack_trace() throws Exception {
        RunningService served = served(Map.of("OTEL_TRACES_EXPORTER", "otlp", "OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"));

        assertThat(RunningService.ended(served.run(List.of("serve", "--port", "0"))))
                .isEqualTo(2);

        assertThat(served.output())
                .contains("caravan: OTEL_ variables: ", "http/protobuf")
                .doesNotContain("\tat ");
    }

    @Test
    void a_port_that_is_taken_is_said_and_without_http_none_is_needed() throws Exception {
        RunningService served = served(Map.of());
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            assertThat(RunningService.ended(served.run(List.of("serve", "--port", port))))
                    .isEqualTo(2);
            assertThat(served.output()).contains("--port: 127.0.0.1 " + port).doesNotContain("Exception");
        }

        served.start("--no-http");

        assertThat(folder.resolve("runs/.service/http.json")).doesNotExist();
        await().atMost(RunningService.LONGEST).until(() -> served.output().contains("ready; "));
        assertThat(served.output()).doesNotContain("HTTP at");
    }
}
