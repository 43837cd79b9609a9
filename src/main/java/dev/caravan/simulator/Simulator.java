package dev.caravan.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.provider.Lane;
import dev.caravan.simulator.Faults.Kind;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A provider on 127.0.0.1 that speaks OpenAI's wire over real HTTP. Its files, jobs and bill lie on disk, so it
 * survives a kill as a provider would.
 */
public final class Simulator implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Simulator.class);
    private static final long LONGEST_START_SECONDS = 20;
    /** For so long lists may lack a job, and a job may be unknown. */
    private static final long LATE_MILLIS = 1_500;

    private static final long YOUNG_MILLIS = 400;

    private final SimulatorSettings settings;
    private final Vertx vertx;
    private final Answers answers;
    private final Bill bill;
    private final Batches batches;
    private final HttpServer server;
    private final Map<String, Integer> seen = new ConcurrentHashMap<>();
    /** Requests that are carried out and whose answer is lost. */
    private final Set<HttpServerRequest> muffled = ConcurrentHashMap.newKeySet();

    private Simulator(SimulatorSettings settings) {
        this.settings = settings;
        answers = new Answers(settings.seed());
        try {
            Files.createDirectories(settings.stateDir());
            bill = new Bill(settings.stateDir(), settings.pricing());
            batches = new Batches(settings, answers, bill);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the simulator cannot use " + settings.stateDir() + ": " + e.getMessage(), e);
        }
        vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(2)
                .setWorkerPoolSize(2)
                .setInternalBlockingPoolSize(2)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        server = vertx.createHttpServer(
                new HttpServerOptions().setHost("127.0.0.1").setIdleTimeout(0));
        server.requestHandler(this::route);
    }

    public static Simulator start(SimulatorSettings settings) {
        var simulator = new Simulator(settings);
        try {
            simulator
                    .server
                    .listen(settings.port(), "127.0.0.1")
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(LONGEST_START_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            simulator.close();
            throw new IllegalStateException(e);
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            simulator.close();
            throw new UncheckedIOException(new IOException(
                    "the simulator cannot listen on port " + settings.port() + ": " + e.getMessage(), e));
        }
        simulator.batches.open().forEach(each -> simulator.schedule(each, 1));
        return simulator;
    }

    public int port() {
        return server.actualPort();
    }

    public String openaiBaseUrl() {
        return "http://127.0.0.1:" + port() + "/v1";
    }

    /** One line for who started it. */
    public String readyLine() {
        return Json.text(Json.object().put("openai", openaiBaseUrl()).put("port", port()));
    }

    /** How a step is answered, see {@code simulate:} in a pipeline. */
    public void answers(String step, JsonNode block) {
        answers.block(step, block);
    }

    /** Totals of the bill: calls, input, cached, output, usd. */
    public JsonNode totals() {
        return bill().get("totals");
    }

    /** Jobs and totals of the bill; its calls are for {@code GET /simulator/bill}, which streams them. */
    public JsonNode bill() {
        var out = new java.io.ByteArrayOutputStream();
        try {
            bill.write(out, true, batches.billLines());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Json.parse(out.toByteArray());
    }

    @Override
    public void close() {
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(LONGEST_START_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            log.warn("the simulator did not stop cleanly: {}", e.getMessage());
        }
    }

    private void schedule(ObjectNode job, long least) {
        long wait =
                Math.max(least, job.path("_due").longValue() - settings.clock().millis());
        vertx.setTimer(
                wait,
                timer -> inBackground(() -> {
                    batches.work(job.get("id").textValue());
                    return true;
                }));
    }

    private <T> io.vertx.core.Future<T> inBackground(Callable<T> work) {
        return vertx.executeBlocking(work, false).onFailure(e -> log.error("the simulator failed at work", e));
    }

    private void route(HttpServerRequest request) {
        String path = request.path();
        if (path.equals("/simulator/health")) {
            send(request, 200, Json.object().put("status", "up"));
        } else if (path.equals("/simulator/bill")) {
            bill(request);
        } else if (!authorized(request)) {
            String message = request.getHeader("Authorization") == null
                    ? "You didn't provide an API key."
                    : "Incorrect API key provided.";
            send(request, 401, Wire.error(message, "invalid_request_error", null, "invalid_api_key"));
        } else if (path.equals("/v1/chat/completions") && request.method().equals(HttpMethod.POST)) {
            request.bodyHandler(body -> complete(request, body));
        } else if (spoiled(request, path)) {
            log.debug("{} {} was spoiled", request.method(), path);
        } else if (path.startsWith("/v1/files")) {
            files(request, path.substring("/v1/files".length()));
        } else if (path.startsWith("/v1/batches")) {
            batches(request, path.substring("/v1/batches".length()));
        } else if (path.startsWith("/v1/models")) {
            models(request, path.substring("/v1/models".length()));
        } else {
            send(
                    request,
                    404,
                    Wire.error("Unknown request URL: " + path, "invalid_request_error", null, "unknown_url"));
        }
    }

    private boolean authorized(HttpServerRequest request) {
        if (settings.faults().share(Kind.WRONG_KEY) > 0) {
            return false;
        }
        return settings.key().isEmpty() || ("Bearer " + settings.key()).equals(request.getHeader("Authorization"));
    }

    /** The fault of calls for files and jobs; true when the call is over with it. */
    private boolean spoiled(HttpServerRequest request, String path) {
        double share = settings.faults().share(Kind.CONTROL);
        if (share == 0) {
            return false;
        }
        String call = request.method() + " " + path;
        var fate = new Dice(settings.seed(), call, seen.merge(call, 1, Integer::sum), "control");
        if (fate.share() >= share) {
            return false;
        }
        int how = fate.below(5);
        if (how < 3) {
            send(request, List.of(500, 503, 409).get(how), Wire.error("Something failed.", "server_error", null, null));
        } else if (how == 3) {
            request.connection().close();
        } else {
            muffled.add(request);
            return false;
        }
        return true;
    }

    private void send(HttpServerRequest request, int status, JsonNode body) {
        if (muffled.remove(request)) {
            request.connection().close();
            return;
        }
        if (!request.response().ended() && !request.response().closed()) {
            request.response()
                    .setStatusCode(status)
                    .putHeader("Content-Type", "application/json")
                    .putHeader("x-request-id", "req_simulator")
                    .end(Buffer.buffer(Json.text(body)));
        }
    }

    private void notFound(HttpServerRequest request, String what) {
        send(request, 404, Wire.error("No such " + what + ".", "invalid_request_error", null, null));
    }

    private void complete(HttpServerRequest request, Buffer raw) {
        JsonNode body = parse(raw);
        if (body == null
                || !body.path("messages").isArray()
                || body.path("model").asText().isEmpty()) {
            send(
                    request,
                    400,
                    Wire.error(
                            "Missing required parameter: 'messages'.",
                            "invalid_request_error",
                            "messages",
                            "missing_required_parameter"));
            return;
        }
        String text = Json.text(body);
        String key = key(request, text);
        var transport = new Dice(settings.seed(), text, key, "transport");
        Faults faults = settings.faults();
        int wait = faults.latencyFrom()
                + (faults.latencyTo() > faults.latencyFrom()
                        ? transport.below(faults.latencyTo() - faults.latencyFrom() + 1)
                        : 0);
        double fate = transport.share();
        if (wait == 0) {
            answer(request, body, text, key, fate);
        } else {
            vertx.setTimer(wait, timer -> answer(request, body, text, key, fate));
        }
    }

    private void answer(HttpServerRequest request, JsonNode body, String text, String key, double fate) {
        Faults faults = settings.faults();
        double edge = faults.share(Kind.THROTTLE);
        if (fate < edge) {
            request.response().putHeader("retry-after-ms", "200");
            send(request, 429, Wire.error("Rate limit reached.", "requests", null, "rate_limit_exceeded"));
            return;
        }
        if (fate < (edge += faults.share(Kind.ERROR500))) {
            send(request, 500, Wire.error("The server had an error.", "server_error", null, null));
            return;
        }
        if (fate < (edge += faults.share(Kind.ERROR503))) {
            send(request, 503, Wire.error("The engine is overloaded.", "server_error", null, null));
            return;
        }
        boolean silent = fate < (edge += faults.share(Kind.SILENCE));
        boolean reset = !silent && fate < edge + faults.share(Kind.RESET);
        if (silent && new Dice(settings.seed(), key, "silence").share() < 0.5) {
            return;
        }
        Answers.Made made = answers.answer(body, text, key, faults);
        bill.book(bill.line(key, body.path("model").asText(), Lane.REALTIME, made.input(), 0, made.output()));
        if (reset) {
            request.connection().close();
        } else if (!silent) {
            String id = Long.toHexString(new Dice(settings.seed(), key).next());
            send(
                    request,
                    200,
                    Wire.completion(id, body, made, settings.clock().instant().getEpochSecond()));
        }
    }

    /** The call's name without the run, as a batch would have it; else the body's hash and how often it was seen. */
    private String key(HttpServerRequest request, String text) {
        String header = request.getHeader("X-Caravan-Call");
        if (header != null && header.indexOf('/') > 0) {
            return header.substring(header.indexOf('/') + 1).replace('/', '-');
        }
        String hash = Long.toHexString(new Dice(text).next());
        return "body-" + hash + "-" + seen.merge(hash, 1, Integer::sum);
    }

    private static @Nullable JsonNode parse(Buffer raw) {
        try {
            return Json.mapper().readTree(raw.getBytes());
        } catch (JsonProcessingException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void files(HttpServerRequest request, String rest) {
        if (rest.isEmpty() && request.method().equals(HttpMethod.POST)) {
            upload(request);
            return;
        }
        if (rest.isEmpty()) {
            reply(request, () -> Wire.list(batches.allFiles(), false));
            return;
        }
        String[] parts = rest.substring(1).split("/", 2);
        inBackground(() -> java.util.Optional.ofNullable(batches.file(parts[0])))
                .onSuccess(found -> {
                    if (found.isEmpty()) {
                        notFound(request, "File object: " + parts[0]);
                    } else if (parts.length == 2 && parts[1].equals("content")) {
                        request.response()
                                .sendFile(batches.content(parts[0])
                                        .toAbsolutePath()
                                        .toString());
                    } else if (request.method().equals(HttpMethod.DELETE)) {
                        reply(request, () -> {
                            batches.delete(parts[0]);
                            return Json.object()
                                    .put("id", parts[0])
                                    .put("object", "file")
                                    .put("deleted", true);
                        });
                    } else {
                        send(request, 200, found.get());
                    }
                });
    }

    private void upload(HttpServerRequest request) {
        String id = batches.nextId("file-");
        Path target = batches.content(id);
        String[] name = {""};
        var stored = new ArrayList<io.vertx.core.Future<Void>>();
        request.setExpectMultipart(true);
        request.uploadHandler(upload -> {
            name[0] = upload.filename();
            stored.add(upload.streamToFileSystem(target.toAbsolutePath().toString()));
        });
        request.endHandler(end -> {
            if (!name[0].endsWith(".jsonl")) {
                send(
                        request,
                        400,
                        Wire.error(
                                "Invalid file format for Batch API. Must be .jsonl",
                                "invalid_request_error",
                                "file",
                                null));
                return;
            }
            String purpose = request.getFormAttribute("purpose");
            stored.get(0)
                    .onFailure(e -> log.error("an upload could not be stored", e))
                    .onSuccess(done ->
                            reply(request, () -> batches.describe(id, name[0], purpose == null ? "batch" : purpose)));
        });
    }

    private void reply(HttpServerRequest request, Callable<JsonNode> answer) {
        inBackground(answer).onSuccess(body -> send(request, 200, body)).onFailure(e -> {
            send(request, 500, Wire.error("The simulator failed.", "server_error", null, null));
        });
    }

    private void batches(HttpServerRequest request, String rest) {
        if (rest.isEmpty() && request.method().equals(HttpMethod.POST)) {
            request.bodyHandler(raw -> create(request, raw));
            return;
        }
        if (rest.isEmpty()) {
            send(request, 200, page(request));
            return;
        }
        String[] parts = rest.substring(1).split("/", 2);
        ObjectNode job = batches.job(parts[0]);
        if (job == null || young(job)) {
            notFound(request, "batch: " + parts[0]);
        } else if (parts.length == 2 && parts[1].equals("cancel")) {
            cancel(request, job);
        } else {
            send(request, 200, batches.shown(job));
        }
    }

    private void create(HttpServerRequest request, Buffer raw) {
        JsonNode body = parse(raw);
        if (body == null || !body.path("completion_window").asText().equals("24h")) {
            send(
                    request,
                    400,
                    Wire.error(
                            "Invalid value: completion_window.",
                            "invalid_request_error",
                            "completion_window",
                            "invalid_value"));
            return;
        }
        if (!body.path("endpoint").asText().equals("/v1/chat/completions")) {
            send(
                    request,
                    400,
                    Wire.error("Invalid value: endpoint.", "invalid_request_error", "endpoint", "invalid_value"));
            return;
        }
        var lost = new Dice(settings.seed(), Json.text(body), batches.allJobs().size(), "create");
        inBackground(() -> batches.create(body)).onSuccess(job -> {
            schedule(job, 1);
            if (lost.share() < settings.faults().share(Kind.CREATE_LOST)) {
                request.connection().close();
            } else {
                send(request, 200, batches.shown(job));
            }
        });
    }

    private boolean young(ObjectNode job) {
        return batches.age(job) < YOUNG_MILLIS && fated(job, Kind.YOUNG404);
    }

    private boolean listed(ObjectNode job) {
        return batches.age(job) >= LATE_MILLIS || !fated(job, Kind.LATE_LIST);
    }

    private boolean fated(ObjectNode job, Kind kind) {
        return new Dice(settings.seed(), job.get("id").textValue(), kind.word()).share()
                < settings.faults().share(kind);
    }

    private ObjectNode page(HttpServerRequest request) {
        String limit = request.getParam("limit");
        int most = limit == null ? 20 : Integer.parseInt(limit);
        String after = request.getParam("after");
        List<ObjectNode> all = batches.allJobs().stream().filter(this::listed).toList();
        int from = 0;
        for (int i = 0; i < all.size() && after != null; i++) {
            if (all.get(i).get("id").textValue().equals(after)) {
                from = i + 1;
            }
        }
        int to = Math.min(all.size(), from + most);
        return Wire.list(all.subList(from, to).stream().map(batches::shown).toList(), to < all.size());
    }

    private void cancel(HttpServerRequest request, ObjectNode job) {
        if (Batches.isFinal(job)) {
            send(
                    request,
                    409,
                    Wire.error(
                            "Cannot cancel a batch with status '"
                                    + job.get("status").textValue() + "'.",
                            "invalid_request_error",
                            null,
                            null));
            return;
        }
        reply(request, () -> {
            batches.cancel(job);
            return batches.shown(
                    java.util.Objects.requireNonNull(batches.job(job.get("id").textValue())));
        });
    }

    private void models(HttpServerRequest request, String rest) {
        ObjectNode model = Json.object().put("id", rest.isEmpty() ? "gpt-4o-mini" : rest.substring(1));
        model.put("object", "model").put("created", 1_721_172_741).put("owned_by", "simulator");
        send(request, 200, rest.isEmpty() ? Wire.list(List.of(model), false) : model);
    }

    private void bill(HttpServerRequest request) {
        boolean totals = "true".equals(request.getParam("totals"));
        inBackground(() -> {
                    Path file = Files.createTempFile(settings.stateDir(), ".bill", ".json");
                    try (var out = new java.io.BufferedOutputStream(Files.newOutputStream(file))) {
                        bill.write(out, totals, batches.billLines());
                    }
                    return file;
                })
                .onSuccess(file -> request.response()
                        .putHeader("Content-Type", "application/json")
                        .sendFile(file.toAbsolutePath().toString())
                        .onComplete(done -> inBackground(() -> Files.deleteIfExists(file))));
    }
}
