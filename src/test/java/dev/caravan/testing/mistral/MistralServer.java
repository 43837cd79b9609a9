package dev.caravan.testing.mistral;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.provider.Lane;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Mistral's API on 127.0.0.1, as far as it is documented: chat completions, models, files, batch jobs. It keeps a bill
 * and does wrong what it is told to.
 */
public final class MistralServer {
    public static final String KEY = "key-of-no-worth-0123456789";
    public static final String NEW_MODEL = MistralModels.NEW;

    public final MistralBill bill = new MistralBill();
    public final MistralTrouble trouble = new MistralTrouble();

    private final MistralChat chat = new MistralChat(bill);
    private final MistralBatches batches = new MistralBatches(chat, trouble);
    private final AtomicInteger refusedKeys = new AtomicInteger();
    private final AtomicInteger turnedAway = new AtomicInteger();
    private final AtomicInteger listedPages = new AtomicInteger();
    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server = vertx.createHttpServer();

    public MistralServer() throws Exception {
        server.requestHandler(this::receive);
        server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    public String baseUrl() {
        return "http://127.0.0.1:" + server.actualPort() + "/v1";
    }

    public int refusedKeys() {
        return refusedKeys.get();
    }

    public int turnedAway() {
        return turnedAway.get();
    }

    public int listedPages() {
        return listedPages.get();
    }

    /** Files that nobody deleted. */
    public List<String> files() {
        return batches.fileIds();
    }

    /** The jobs that were made here, without those of others. */
    public List<ObjectNode> jobs() {
        return batches.own();
    }

    /** Others of the same organisation make jobs of their own. */
    public void othersMakeJobs() {
        batches.crowd();
    }

    public void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private void receive(HttpServerRequest request) {
        if (request.path().equals("/v1/files")) {
            Buffer file = Buffer.buffer();
            request.setExpectMultipart(true);
            request.uploadHandler(upload -> upload.handler(file::appendBuffer));
            request.endHandler(end -> answer(request, file));
        } else {
            request.bodyHandler(body -> answer(request, body));
        }
    }

    private void answer(HttpServerRequest request, Buffer body) {
        try {
            if (!("Bearer " + KEY).equals(request.getHeader("Authorization"))) {
                refusedKeys.incrementAndGet();
                throw Refusal.unauthorised();
            }
            String[] path = request.path().replaceFirst("^/v1/", "").split("/", -1);
            switch (path[0]) {
                case "chat" -> completed(request, Json.parse(body.toString()));
                case "models" -> end(request, MistralModels.list());
                case "files" -> file(request, path, body);
                default -> job(request, path, body);
            }
        } catch (Refusal e) {
            request.response().setStatusCode(e.status());
            end(request, e.body());
        }
    }

    private void throttle(HttpServerRequest request) {
        if (MistralTrouble.strikes(trouble.throttled)) {
            turnedAway.incrementAndGet();
            request.response().putHeader("Retry-After", "1");
            throw Refusal.of(429, "rate_limited", "Rate limit exceeded");
        }
    }

    private void completed(HttpServerRequest request, JsonNode body) {
        throttle(request);
        end(request, chat.complete(body, Lane.REALTIME));
    }

    private void file(HttpServerRequest request, String[] path, Buffer body) {
        if (path.length == 1) {
            String purpose = String.valueOf(request.getFormAttribute("purpose"));
            end(request, batches.upload(purpose, body.getBytes()));
        } else if (path.length == 3) {
            request.response().end(Buffer.buffer(batches.content(path[1])));
        } else {
            end(request, batches.delete(path[1]));
        }
    }

    /** Below {@code batch/jobs}. */
    private void job(HttpServerRequest request, String[] path, Buffer body) {
        boolean post = request.method().name().equals("POST");
        if (path.length == 4) {
            end(request, batches.cancel(path[2]));
        } else if (path.length == 3) {
            end(request, batches.look(path[2]));
        } else if (post) {
            create(request, Json.parse(body.toString()));
        } else {
            listedPages.incrementAndGet();
            int page = number(request, "page", 0);
            end(request, batches.list(page, number(request, "page_size", 20)));
            if (page == 0 && MistralTrouble.strikes(trouble.busyLists)) {
                batches.crowd();
            }
        }
    }

    private void create(HttpServerRequest request, JsonNode order) {
        throttle(request);
        ObjectNode made = batches.create(order);
        if (MistralTrouble.strikes(trouble.lostCreates)) {
            batches.crowd();
            request.connection().close();
        } else {
            end(request, made);
        }
    }

    private static int number(HttpServerRequest request, String name, int otherwise) {
        String given = request.getParam(name);
        return given == null ? otherwise : Integer.parseInt(given);
    }

    private static void end(HttpServerRequest request, ObjectNode body) {
        request.response().putHeader("Content-Type", "application/json").end(Json.text(body));
    }
}
