package dev.caravan.camel.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.app.Engine;
import dev.caravan.base.Json;
import dev.caravan.testing.ProviderCaller;
import dev.caravan.testing.RawServer;
import dev.caravan.testing.RealProgram;
import dev.caravan.testing.ShippedRun;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Providers that say the key they were sent, in whatever way and wherever they may. */
class EchoedKeyTest {
    private static final String KEY = "zk-Open/Sesame_4711=quux";
    private static final List<String> FORMS = List.of(
            KEY,
            "Authorization: Bearer " + KEY,
            "Bearer%20" + URLEncoder.encode(KEY, StandardCharsets.UTF_8),
            "https://api.example/v1?key=" + URLEncoder.encode(KEY, StandardCharsets.UTF_8) + "&x=1",
            Base64.getEncoder().encodeToString(("Bearer " + KEY).getBytes(StandardCharsets.UTF_8)),
            KEY.replace("-", "\\u002d"),
            "zk-Open/*********_4711=quux");
    /** What must not be found: parts of each form that tell the key. */
    private static final List<String> TRACES =
            List.of("Sesame", "zk-Open", "_4711", "quux", "U2VzYW1l", "Nlc2FtZ", "TZXNhbW", "T3Blbi9T", "PcGVuL1");

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

    /** An error in whose every place the key stands. */
    private static String error(int form) {
        var error = Json.object();
        error.putObject("error")
                .put("message", "wrong key: " + FORMS.get(form))
                .put("code", form % 2 == 0 ? FORMS.get(form) : "bad_key")
                .put("type", FORMS.get(form))
                .put("status", FORMS.get(form))
                .putArray("details")
                .add(KEY.substring(0, 9))
                .add(KEY.substring(9));
        return Json.text(error).replace("\\\\u002d", "\\u002d");
    }

    private static String headers() {
        return "X-Request-Id: " + KEY + "\r\nRetry-After: " + KEY + "\r\nLocation: http://127.0.0.1/" + KEY + "?key="
                + KEY + "\r\n";
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 303, 400, 401, 402, 404, 409, 422, 429, 500, 529})
    void no_answer_of_any_call_holds_the_key_that_a_provider_echoes(int status) throws Exception {
        int[] form = {0};
        try (var provider = new RawServer((asked, out) -> {
            out.write(RawServer.reply(status, headers(), error(form[0])));
            return true;
        })) {
            var asking = new ProviderCaller(engine, folder, KEY);
            for (String wire : ProviderCaller.WIRES) {
                for (String call : ProviderCaller.ALL) {
                    if (asking.knows(wire, call)) {
                        form[0] = (form[0] + 1) % FORMS.size();
                        String answer = String.valueOf(asking.ask(wire, call, provider.url()));
                        assertThat(answer).as(wire + " " + call).doesNotContain(TRACES);
                    }
                }
            }
            assertThat(provider.calls()).isNotEmpty();
            findNothing();
        }
    }

    @Test
    void no_file_of_a_run_and_no_word_of_any_command_holds_the_key() throws Exception {
        pipeline();
        int[] count = {0};
        try (var provider = new RawServer((asked, out) -> {
            out.write(answer(asked, count[0]++));
            return true;
        })) {
            var environment = Map.of(
                    "CARAVAN_STATE", folder.resolve("state").toString(),
                    "OPENAI_BASE_URL", provider.url() + "/v1",
                    "OPENAI_API_KEY", " " + KEY + "\n");
            List<Process> runs =
                    List.of(run(environment, "runs/live", "realtime"), run(environment, "runs/jobs", "batch"));
            for (Process each : runs) {
                assertThat(each.waitFor(100, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(provider.calls())
                    .anyMatch(each -> each.header("Authorization").equals("Bearer " + KEY));
            assertThat(Files.readString(folder.resolve("runs/live/outputs/failures.jsonl")))
                    .contains("wrong key: [key]");
            assertThat(Files.readString(folder.resolve("runs/live/outputs/results.jsonl")))
                    .contains("The Bearer of bad news: [key] and Authorization: Bearer someone");
            assertThat(Files.readString(folder.resolve("runs/jobs/chunks/chunk_000/label_results.jsonl")))
                    .contains("[key]");
            findNothing();
        }
    }

    private Process run(Map<String, String> environment, String runFolder, String mode) throws IOException {
        return new RealProgram(folder, environment)
                .start(
                        List.of(),
                        List.of(
                                "run",
                                "pipeline",
                                "--run-dir",
                                runFolder,
                                "--mode",
                                mode,
                                "--interval",
                                "1",
                                "--yes",
                                "--timeout",
                                "60s"));
    }

    private void findNothing() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(each, StandardCharsets.ISO_8859_1);
                assertThat(text).as(each.toString()).doesNotContain(TRACES);
            }
        }
    }

    private void pipeline() throws IOException {
        Path pipeline = folder.resolve("pipeline");
        Files.createDirectories(pipeline.resolve("templates"));
        Files.writeString(pipeline.resolve("templates/label.vm"), "Label $subject");
        var items = new ArrayList<String>();
        for (int i = 0; i < 12; i++) {
            items.add("{\"id\": \"t" + i + "\", \"subject\": \"number " + i + "\"}");
        }
        Files.write(pipeline.resolve("items.jsonl"), items);
        Files.writeString(pipeline.resolve("config.yaml"), """
                pipeline: {steps: [{name: label, max_tokens: 50}]}
                api: {provider: openai, model: gpt-4o-mini}
                processing: {chunk_size: 100, max_retries: 1, brake: off, items: {source: items.jsonl}}
                """);
    }

    /** Realtime answers and batches of an OpenAI server, each of them with the key in it. */
    private static byte[] answer(RawServer.Asked asked, int count) {
        String path = asked.path().replaceFirst("\\?.*", "");
        String form = FORMS.get(count % FORMS.size());
        if (path.endsWith("/chat/completions")) {
            return count % 4 == 1
                    ? RawServer.reply(400, headers(), error(count % FORMS.size()))
                    : RawServer.reply(200, headers(), completion(form));
        }
        if (path.endsWith("/files")) {
            requests = asked.body();
            return RawServer.reply(200, headers(), "{\"id\": \"file-1\", \"object\": \"file\"}");
        }
        if (path.endsWith("/content")) {
            return RawServer.reply(200, headers(), rows());
        }
        if (asked.method().equals("POST") || path.endsWith("/batch_1")) {
            return RawServer.reply(
                    200,
                    headers(),
                    "{\"id\": \"batch_1\", \"status\": \""
                            + (asked.method().equals("POST") ? "validating" : "completed")
                            + "\", \"output_file_id\": \"file-2\", \"created_at\": 1, \"request_counts\": {\"total\": 12,"
                            + " \"completed\": 12, \"failed\": 0}, \"errors\": {\"data\": [{\"message\": \"" + KEY
                            + "\"}]}}");
        }
        return RawServer.reply(404, headers(), error(0));
    }

    private static volatile String requests = "";

    private static String completion(String form) {
        var reply =
                Json.object().put("id", KEY).put("object", "chat.completion").put("model", "gpt-4o-mini-" + KEY);
        var message = Json.object().put("role", "assistant");
        message.put(
                "content", "{\"label\": \"The Bearer of bad news: " + KEY + " and Authorization: Bearer someone\"}");
        var choice = Json.object().put("index", 0).put("finish_reason", "stop");
        choice.set("message", message);
        reply.putArray("choices").add(choice);
        reply.putObject("usage")
                .put("prompt_tokens", 5)
                .put("completion_tokens", 5)
                .put("note", form);
        return Json.text(reply);
    }

    private static String rows() {
        var rows = new StringBuilder();
        int count = 0;
        var names = Pattern.compile("\"custom_id\":\"([^\"]+)\"").matcher(requests);
        while (names.find()) {
            boolean bad = count % 3 == 1;
            String body = bad ? error(count % FORMS.size()) : completion(FORMS.get(count % FORMS.size()));
            rows.append("{\"custom_id\": \"" + names.group(1) + "\", \"response\": {\"status_code\": "
                    + (bad ? 400 : 200) + ", \"request_id\": \"" + KEY + "\", \"body\": " + body + "}}\n");
            count++;
        }
        return rows.toString();
    }
}
