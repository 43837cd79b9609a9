package dev.caravan.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.base.UserMistakeException;
import dev.caravan.testing.OutsideProvider;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the simulator says to requests that no client of ours sends: it refuses as its providers do, and goes on. */
class SimulatorRequestsTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    static Path folder;

    private static Simulator simulator;

    @BeforeAll
    static void start() {
        simulator = OutsideProvider.simulator(folder, "", 50);
    }

    @AfterAll
    static void end() {
        simulator.close();
    }

    private static HttpResponse<String> call(String provider, String method, String path, String type, String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + simulator.port(provider) + path))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + OutsideProvider.KEY)
                .header("x-api-key", OutsideProvider.KEY)
                .header("x-goog-api-key", OutsideProvider.KEY)
                .header("anthropic-version", "2023-06-01")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!type.isEmpty()) {
            request.header("Content-Type", type);
        }
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> post(String provider, String path, String body) throws Exception {
        return call(provider, "POST", path, "application/json", body);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-1 | max_tokens: Input should be greater than or equal to 0",
                "0 | max_tokens: the simulator fills no cache without an answer",
                "\"200\" | max_tokens: Input should be a valid integer",
                "20.5 | max_tokens: Input should be a valid integer",
                "null | max_tokens: Input should be a valid integer",
                "100000000 | which is the maximum allowed number of output tokens",
                "99999999999999999999999999 | which is the maximum allowed number of output tokens",
            })
    void anthropic_refuses_a_token_limit_that_cannot_be(String limit, String message) throws Exception {
        var answer = post(
                "anthropic",
                "/v1/messages",
                "{\"model\":\"claude-haiku-4-5\",\"max_tokens\":" + limit
                        + ",\"messages\":[{\"role\":\"user\",\"content\":\"Hi.\"}]}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(Json.parse(answer.body()).at("/error/message").asText()).contains(message);
        assertThat(Json.parse(answer.body()).at("/error/type").asText()).isEqualTo("invalid_request_error");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max_completion_tokens | -1 | integer_below_min_value",
                "max_completion_tokens | 0 | integer_below_min_value",
                "max_tokens | -99999999999999999999 | integer_below_min_value",
                "max_completion_tokens | \"200\" | invalid_type",
                "max_completion_tokens | 100000000 | invalid_value",
                "max_output_tokens | 15 | integer_below_min_value",
                "max_output_tokens | \"many\" | invalid_type",
                "max_output_tokens | 1e400 | invalid_type",
            })
    void openai_refuses_a_token_limit_that_cannot_be(String name, String limit, String code) throws Exception {
        boolean chat = !name.equals("max_output_tokens");
        var answer = post(
                "openai",
                chat ? "/v1/chat/completions" : "/v1/responses",
                "{\"model\":\"gpt-4o-mini\",\"" + name + "\":" + limit + ","
                        + (chat ? "\"messages\":[{\"role\":\"user\",\"content\":\"Hi.\"}]}" : "\"input\":\"Hi.\"}"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(Json.parse(answer.body()).at("/error/code").asText()).isEqualTo(code);
        assertThat(Json.parse(answer.body()).at("/error/param").asText()).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource({"-1,400", "0,400", "many,400", "4294967296,400", "2.5,400", "200,200", "digits,200"})
    void gemini_refuses_a_token_limit_that_cannot_be_and_takes_digits_as_a_text(String limit, int status)
            throws Exception {
        String given = limit.equals("many") ? "\"many\"" : limit.equals("digits") ? "\"200\"" : limit;
        var answer = post(
                "gemini",
                "/v1beta/models/gemini-2.5-flash:generateContent",
                "{\"contents\":[{\"parts\":[{\"text\":\"Hi.\"}]}],\"generationConfig\":{\"maxOutputTokens\":" + given
                        + "}}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    }

    @Test
    void geminis_batches_are_named_by_letters_and_digits_and_their_files_after_them() throws Exception {
        var created = Json.parse(post(
                        "gemini",
                        "/v1beta/models/gemini-2.5-flash:batchGenerateContent",
                        "{\"batch\":{\"displayName\":\"x\",\"inputConfig\":{\"requests\":{\"requests\":[{\"request\":{\"contents\":"
                                + "[{\"parts\":[{\"text\":\"Hi.\"}]}]},\"metadata\":{\"key\":\"a\"}}]}}}}")
                .body());
        String name = created.path("name").asText();
        assertThat(name).matches("batches/[a-z0-9]{10,40}");
        assertThat(created.at("/metadata/name").asText()).isEqualTo(name);
        assertThat(call("gemini", "GET", "/v1beta/" + name, "", "").statusCode())
                .isEqualTo(200);
        assertThat(Json.parse(call("gemini", "GET", "/v1beta/batches?pageSize=-5", "", "")
                                .body())
                        .at("/operations/0/name")
                        .asText())
                .isEqualTo(name);
        assertThat(call("gemini", "DELETE", "/v1beta/" + name, "", "").statusCode())
                .isEqualTo(200);
    }

    @Test
    void a_second_simulator_at_the_same_folder_is_told_who_is_there() {
        assertThatThrownBy(() -> OutsideProvider.simulator(folder, "", 50))
                .isInstanceOf(UserMistakeException.class)
                .hasMessageContaining("another simulator is at this folder, this process");
    }

    /** BOM, CRLF, blank lines, no UTF-8, nonsense, a key twice, no last line break. */
    private static final String ODD_LINES = String.join(
            "", "\u00ef\u00bb\u00bf" + line("a") + "\r\n\r\n   \n[]\n7\n\u00ff{\n", line("b") + "\n", line("b"));

    private static String line(String key) {
        return "{\"key\":\"" + key + "\",\"request\":{\"contents\":[{\"parts\":[{\"text\":\"Hi.\"}]}]}}";
    }

    @Test
    void a_job_over_a_file_of_odd_lines_ends() throws Exception {
        String form = "--x\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n--x\r\n"
                + "Content-Disposition: form-data; name=\"file\"; filename=\"odd.jsonl\"\r\n\r\n" + ODD_LINES
                + "\r\n--x--\r\n";
        HttpRequest upload = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + simulator.port("openai") + "/v1/files"))
                .header("Authorization", "Bearer " + OutsideProvider.KEY)
                .header("Content-Type", "multipart/form-data; boundary=x")
                .POST(BodyPublishers.ofByteArray(form.getBytes(StandardCharsets.ISO_8859_1)))
                .build();
        String file = Json.parse(CLIENT.send(upload, BodyHandlers.ofString()).body())
                .path("id")
                .asText();
        String job = Json.parse(post(
                                "openai",
                                "/v1/batches",
                                "{\"input_file_id\":\"" + file
                                        + "\",\"endpoint\":\"/v1/chat/completions\",\"completion_window\":\"24h\"}")
                        .body())
                .path("id")
                .asText();
        await().until(() -> Json.parse(
                        call("openai", "GET", "/v1/batches/" + job, "", "").body())
                .path("status")
                .asText()
                .equals("failed"));

        HttpRequest begin = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + simulator.port("gemini") + "/upload/v1beta/files"))
                .header("x-goog-api-key", OutsideProvider.KEY)
                .header("X-Goog-Upload-Command", "start")
                .POST(BodyPublishers.ofString("{\"file\":{\"name\":\"files/odd\"}}"))
                .build();
        String url = CLIENT.send(begin, BodyHandlers.ofString())
                .headers()
                .firstValue("X-Goog-Upload-URL")
                .orElseThrow();
        HttpRequest all = HttpRequest.newBuilder(URI.create(url))
                .header("x-goog-api-key", OutsideProvider.KEY)
                .header("X-Goog-Upload-Command", "upload, finalize")
                .header("X-Goog-Upload-Offset", "0")
                .POST(BodyPublishers.ofByteArray(ODD_LINES.getBytes(StandardCharsets.ISO_8859_1)))
                .build();
        assertThat(CLIENT.send(all, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
        String name = Json.parse(post(
                                "gemini",
                                "/v1beta/models/gemini-2.5-flash:batchGenerateContent",
                                "{\"batch\":{\"inputConfig\":{\"fileName\":\"files/odd\"}}}")
                        .body())
                .path("name")
                .asText();
        await().until(() -> Json.parse(
                        call("gemini", "GET", "/v1beta/" + name, "", "").body())
                .path("done")
                .booleanValue());
        JsonNode stats = Json.parse(
                        call("gemini", "GET", "/v1beta/" + name, "", "").body())
                .at("/metadata/batchStats");
        assertThat(stats.path("requestCount").asText()).isEqualTo("6");
        assertThat(stats.path("successfulRequestCount").asText()).isEqualTo("2");
    }

    /** A kind of client error with a JSON body in the provider's form, never a failure of the server. */
    private static void refused(
            String provider, String method, String path, String type, String body, List<String> wrong)
            throws Exception {
        HttpResponse<String> answer = call(provider, method, path, type, body);
        JsonNode said = null;
        try {
            said = Json.mapper().readTree(answer.body());
        } catch (JsonProcessingException e) {
            wrong.add(e.getOriginalMessage());
        }
        if (answer.statusCode() < 400
                || answer.statusCode() >= 500
                || said == null
                || !said.path("error").isObject()) {
            String shown = body.length() > 100 ? body.substring(0, 100) + "…" : body;
            wrong.add(provider + " " + method + " " + path + " " + shown + " -> " + answer.statusCode() + " "
                    + answer.body());
        }
    }

    @Test
    void nonsense_is_refused_in_the_providers_words_and_never_fails_the_server() throws Exception {
        var wrong = new ArrayList<String>();
        List<String> bodies = List.of(
                "[]",
                "[1,2]",
                "7",
                "null",
                "\"text\"",
                "{",
                "{}",
                "\u0000",
                "{\"model\":{}}",
                "{\"model\":\"gpt-4o-mini\",\"messages\":{\"a\":1},\"input\":7,\"max_tokens\":5}",
                "{\"model\":\"claude-haiku-4-5\",\"messages\":[7,null],\"max_tokens\":5}",
                "{\"model\":\"no-such-model\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"input\":\"x\",\"max_tokens\":5}",
                "{\"contents\":\"x\"}",
                "{\"contents\":[]}",
                "[".repeat(400) + "]".repeat(400),
                "[".repeat(100_000),
                "{\"a\":".repeat(5_000) + "1" + "}".repeat(5_000),
                "{\"requests\":[]}",
                "{\"requests\":7}",
                "{\"requests\":[7]}",
                "{\"batch\":[]}",
                "{\"batch\":{\"inputConfig\":{\"requests\":{\"requests\":7}}}}",
                "{\"input_file_id\":7,\"endpoint\":[],\"completion_window\":\"1s\"}",
                "{\"x\":1e999999999}");
        for (String body : bodies) {
            for (String path : List.of("/v1/chat/completions", "/v1/responses", "/v1/batches", "/v1/files")) {
                refused("openai", "POST", path, "application/json", body, wrong);
            }
            for (String path : List.of("/v1/messages", "/v1/messages/count_tokens", "/v1/messages/batches")) {
                refused("anthropic", "POST", path, "application/json", body, wrong);
            }
            for (String call : List.of("generateContent", "countTokens", "batchGenerateContent")) {
                refused("gemini", "POST", "/v1beta/models/gemini-2.5-flash:" + call, "application/json", body, wrong);
            }
        }
        for (String path : List.of(
                "/",
                "/v1",
                "/v1/nothing",
                "/v1/files/../../etc",
                "/v1/files/%2e%2e%2fbill",
                "/v1/batches/x/y/z",
                "/v1/batches/%00",
                "/v1/messages/batches/x/results",
                "/v1beta/models/:generateContent",
                "/v1beta/batches/x:cancel",
                "/v1beta/files/..%2f..%2fclock.json:download?alt=media",
                "/v1beta/files/%0a",
                "//",
                "/v1/models/a/b")) {
            for (String provider : List.of("openai", "anthropic", "gemini")) {
                for (String method : List.of("GET", "POST", "DELETE", "PUT")) {
                    refused(provider, method, path, "", "", wrong);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }
}
