package dev.caravan.camel.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.testing.CommandResult;
import dev.caravan.testing.RealProgram;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that speaks as Ollama, vLLM and llama.cpp do: no key, no details of usage, codes as numbers, no batches. */
class CompatibleTest {
    /** Answered at once: a run begins with one call, and finds its way from there. */
    private static final int FEW = 75;

    private static final long LONGEST_HOLD_MILLIS = 20_000;

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final List<String> bodies = Collections.synchronizedList(new ArrayList<>());
    private final List<String> keys = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger most = new AtomicInteger();
    private final List<HttpServerRequest> held = new ArrayList<>();
    private HttpServer server;
    private volatile boolean holding;
    private String query = "";

    @BeforeEach
    void start() throws Exception {
        server = vertx.createHttpServer();
        server.requestHandler(this::answer);
        server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private void answer(HttpServerRequest request) {
        request.bodyHandler(raw -> {
            keys.add(String.valueOf(request.getHeader("Authorization")));
            boolean asked = request.path().equals("/v1/chat/completions");
            if (!asked) {
                request.response().setStatusCode(404).end("{\"error\":{\"code\":404,\"message\":\"File Not Found\"}}");
                return;
            }
            bodies.add(raw.toString());
            if (holding) {
                hold(request);
                return;
            }
            if (bodies.size() % 5 == 2) {
                request.response()
                        .setStatusCode(503)
                        .end("{\"error\":{\"code\":503,\"message\":\"Loading model\",\"type\":\"unavailable_error\"}}");
                return;
            }
            complete(request);
        });
    }

    /** Keeps the requests behind the first few unanswered until more than a hundred are open at one time. */
    private synchronized void hold(HttpServerRequest request) {
        held.add(request);
        most.accumulateAndGet(held.size(), Math::max);
        if (bodies.size() < FEW || held.size() > 100) {
            release();
        } else if (held.size() == 1) {
            vertx.setTimer(LONGEST_HOLD_MILLIS, late -> release());
        }
    }

    private synchronized void release() {
        held.forEach(CompatibleTest::complete);
        held.clear();
    }

    private static void complete(HttpServerRequest request) {
        String answer = "{\\\"urgency\\\":3,\\\"team\\\":\\\"billing\\\"}";
        request.response()
                .end(
                        Buffer.buffer(
                                "{\"id\":\"x\",\"object\":\"chat.completion\",\"model\":\"llama3.2\",\"choices\":[{\"index\":0,"
                                        + "\"message\":{\"role\":\"assistant\",\"content\":\"" + answer
                                        + "\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15}}"));
    }

    private int run(String mode) throws Exception {
        return run(
                mode,
                "{\"id\":\"a\",\"t\":\"x\"}\n{\"id\":\"b\",\"t\":\"y\"}\n{\"id\":\"c\",\"t\":\"z\"}\n",
                3,
                List.of());
    }

    private int run(String mode, String items, int chunk, List<String> options) throws Exception {
        Path pipeline = folder.resolve("pipelines/label");
        Files.createDirectories(pipeline.resolve("templates"));
        Files.writeString(pipeline.resolve("items.jsonl"), items);
        Files.writeString(pipeline.resolve("templates/label.vm"), "Label $t as JSON.");
        Files.writeString(pipeline.resolve("config.yaml"), """
                pipeline: {name: label, steps: [{name: label, max_tokens: 50, validation: {required: [urgency, team]}}]}
                api: {provider: openai-compatible, model: "llama3.2"}
                processing: {chunk_size: %d, items: {source: items.jsonl, name_field: id}}
                """.formatted(chunk));
        String address = "http://127.0.0.1:" + server.actualPort() + "/v1" + query;
        var arguments = new ArrayList<>(List.of("run", "label", "--yes", "--mode", mode, "--name", mode));
        arguments.addAll(options);
        return new RealProgram(folder, Map.of("OPENAI_COMPATIBLE_BASE_URL", address))
                .start(List.of(), arguments)
                .waitFor();
    }

    @Test
    void a_server_without_a_key_is_asked_in_its_own_words() throws Exception {
        assertThat(run("realtime")).isZero();

        assertThat(Files.readAllLines(folder.resolve("runs/realtime/outputs/results.jsonl")))
                .hasSize(3);
        assertThat(keys).containsOnly("null");
        assertThat(bodies).allSatisfy(each -> {
            assertThat(Json.parse(each).path("max_tokens").intValue()).isEqualTo(50);
            assertThat(Json.parse(each).has("max_completion_tokens")).isFalse();
        });
    }

    @Test
    void as_many_calls_are_in_flight_as_were_allowed() throws Exception {
        holding = true;
        var items = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            items.append("{\"id\":\"").append(i).append("\",\"t\":\"x\"}\n");
        }

        assertThat(run("realtime", items.toString(), 100, List.of("--concurrency", "150")))
                .isZero();

        assertThat(most).hasValueBetween(101, 150);
        assertThat(bodies).hasSize(300);
    }

    /** Nobody knows what this server's model costs: every view says so, and none says a sum. */
    @Test
    void A14_what_has_no_price_is_unknown_in_every_view() throws Exception {
        assertThat(run("realtime")).isZero();
        String run = folder.resolve("runs/realtime").toString();

        assertThat(Files.readString(folder.resolve("output.txt"))).contains("unknown");
        for (String view : List.of("status", "info", "report", "verify")) {
            assertThat(CommandResult.of(view, run).out()).as(view).doesNotContainPattern("[$] ?[0-9]");
        }
        for (String view : List.of("status", "info", "report")) {
            assertThat(CommandResult.of(view, run).out()).as(view).contains("unknown");
            assertThat(amounts(Json.parse(CommandResult.of(view, run, "--json").out())))
                    .as("%s --json", view)
                    .isNotEmpty()
                    .allSatisfy((name, value) -> assertThat(value.isNull() || value.isMissingNode())
                            .as("%s is %s", name, value)
                            .isTrue());
        }
        assertThat(CommandResult.of(
                                "estimate", folder.resolve("pipelines/label").toString(), "--mode", "realtime")
                        .out())
                .contains("not known")
                .doesNotContainPattern("[$] ?[0-9]");
    }

    /** All sums of money in a document, by their names; but for what is at risk, for nothing is. */
    private static Map<String, JsonNode> amounts(JsonNode node) {
        var found = new TreeMap<String, JsonNode>();
        node.properties().forEach(each -> {
            boolean money = each.getKey().endsWith("usd") || each.getKey().contains("cost");
            if (money && each.getValue().isValueNode() && !each.getKey().startsWith("at_risk")) {
                found.put(each.getKey(), each.getValue());
            }
        });
        node.forEach(each -> found.putAll(amounts(each)));
        return found;
    }

    @Test
    void I20_an_address_with_a_query_is_refused_before_the_first_call() throws Exception {
        query = "?api-version=2024-10-21";

        assertThat(run("realtime")).isEqualTo(2);

        assertThat(Files.readString(folder.resolve("output.txt")))
                .contains("OPENAI_COMPATIBLE_BASE_URL")
                .contains("has a query or fragment");
        assertThat(bodies).isEmpty();
    }

    @Test
    void batch_mode_is_refused_where_there_are_no_batches() throws Exception {
        assertThat(run("batch")).isEqualTo(2);

        assertThat(Files.readString(folder.resolve("output.txt"))).contains("has no batch API; use --mode realtime");
        assertThat(bodies).isEmpty();
    }
}
