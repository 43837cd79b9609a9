package dev.caravan.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * A provider on 127.0.0.1 that says what it is told to, byte by byte, in OpenAI's and Anthropic's wires. The first job
 * gets the rows that were laid down for it, later ones a good row for each request.
 */
public final class CannedProvider {
    public static final String GOOD =
            "{\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
                    + "\"content\":\"{\\\"team\\\":\\\"ops\\\"}\"},\"finish_reason\":\"stop\"}],"
                    + "\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15}}";

    /** What is answered to a request for an answer. */
    public record Reply(int status, String body) {}

    /** By how many calls came before it. */
    public volatile Function<Integer, Reply> reply;

    /** The bytes of the first job's results, by the names of its requests. */
    public volatile Function<List<String>, byte[]> rows;

    /** Changes what is said of a job, by how often it was asked for. */
    public volatile Job job;

    /** The answer to the first create, in place of the job. */
    public volatile String firstCreate;

    /** So many first downloads break off in the middle. */
    public final AtomicInteger cutDownloads = new AtomicInteger();

    public interface Job {
        ObjectNode said(int asked, ObjectNode said);
    }

    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server = vertx.createHttpServer();
    private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final Map<String, ObjectNode> jobs = new LinkedHashMap<>();
    private int asked;

    public CannedProvider() throws Exception {
        forget();
        server.requestHandler(this::receive);
        server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    /** As it was before anybody asked. Nobody may ask meanwhile. */
    public final void forget() {
        reply = before -> new Reply(200, GOOD);
        rows = names -> good(names).getBytes(StandardCharsets.UTF_8);
        job = (times, said) -> said;
        firstCreate = "";
        cutDownloads.set(0);
        calls.clear();
        files.clear();
        jobs.clear();
        asked = 0;
    }

    public String address() {
        return "http://127.0.0.1:" + server.actualPort();
    }

    public long calls(String method, String path) {
        synchronized (calls) {
            return calls.stream()
                    .filter(each -> each.equals(method + " " + path))
                    .count();
        }
    }

    public void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    public static String row(String name, String body) {
        return "{\"custom_id\":\"" + name + "\",\"response\":{\"status_code\":200,\"body\":" + body
                + "},\"error\":null}";
    }

    private static String good(List<String> names) {
        var text = new StringBuilder();
        names.forEach(each -> text.append(row(each, GOOD)).append('\n'));
        return text.toString();
    }

    private void receive(HttpServerRequest request) {
        if (request.path().endsWith("/files") && request.method().name().equals("POST")) {
            Buffer file = Buffer.buffer();
            request.setExpectMultipart(true);
            request.uploadHandler(upload -> upload.handler(file::appendBuffer));
            request.endHandler(end -> answer(request, file));
        } else {
            request.bodyHandler(body -> answer(request, body));
        }
    }

    private void answer(HttpServerRequest request, Buffer body) {
        String method = request.method().name();
        calls.add(method + " " + request.path());
        List<String> path = List.of(request.path().substring(1).split("/", -1));
        boolean post = method.equals("POST");
        if (request.path().endsWith("/content") || request.path().endsWith("/results")) {
            download(request, path.get(path.size() - 2));
        } else if (path.contains("batches")) {
            boolean anthropic = path.contains("messages");
            end(request, 200, post ? created(body.toString(), anthropic) : told(path.get(path.size() - 1)));
        } else if (path.contains("files")) {
            String id = "file-" + files.size();
            if (post) {
                files.put(id, body.getBytes());
            }
            end(request, 200, "{\"id\":\"" + id + "\"}");
        } else {
            int before = (int) (calls("POST", request.path()) - 1);
            Reply now = reply.apply(before);
            end(request, now.status(), now.body());
        }
    }

    private void download(HttpServerRequest request, String id) {
        Buffer file = Buffer.buffer(files.getOrDefault(id, new byte[0]));
        if (cutDownloads.getAndUpdate(each -> Math.max(0, each - 1)) > 0) {
            request.response()
                    .putHeader("Content-Length", String.valueOf(file.length()))
                    .write(file.getBuffer(0, file.length() / 2))
                    .onComplete(written -> request.connection().close());
        } else {
            request.response().end(file);
        }
    }

    private String created(String text, boolean anthropic) {
        JsonNode order = Json.parse(text);
        String id = "batch_" + jobs.size();
        var names = new ArrayList<String>();
        if (anthropic) {
            order.path("requests")
                    .forEach(each -> names.add(each.path("custom_id").asText()));
        } else {
            new String(files.get(order.path("input_file_id").asText()), StandardCharsets.UTF_8)
                    .lines()
                    .forEach(
                            each -> names.add(Json.parse(each).path("custom_id").asText()));
        }
        byte[] results = jobs.isEmpty() ? rows.apply(names) : good(names).getBytes(StandardCharsets.UTF_8);
        ObjectNode made = Json.object().put("id", id);
        if (anthropic) {
            results = rows.apply(names);
            files.put(id, results);
            made.put("processing_status", "ended").put("created_at", "2026-01-01T00:00:00Z");
            made.putObject("request_counts").put("succeeded", 0).put("errored", names.size());
        } else {
            files.put("out-" + id, results);
            made.put("status", "completed").put("output_file_id", "out-" + id);
            made.set("metadata", order.path("metadata"));
            made.putObject("request_counts").put("total", names.size()).put("completed", names.size());
        }
        jobs.put(id, made);
        return jobs.size() == 1 && !firstCreate.isEmpty() ? firstCreate : Json.text(made);
    }

    private String told(String id) {
        ObjectNode made = jobs.get(id);
        if (made == null) {
            ObjectNode list = Json.object().put("has_more", false);
            list.putArray("data").addAll(jobs.values());
            return Json.text(list);
        }
        return Json.text(job.said(asked++, made.deepCopy()));
    }

    private static void end(HttpServerRequest request, int status, String body) {
        request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .end(body);
    }
}
