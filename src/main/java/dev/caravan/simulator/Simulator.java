package dev.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.SteadyClock;
import dev.caravan.simulator.RefusedCall.Problem;
import dev.caravan.simulator.SimulatorFaults.Kind;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Providers on 127.0.0.1 that speak the wires of OpenAI, Anthropic and Gemini over real HTTP, each on a port of its
 * own. Their files, jobs and bill lie on disk, so they survive a kill as a provider would.
 */
public final class Simulator implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Simulator.class);
    private static final long LONGEST_START_SECONDS = 20;

    private final SimulatorSettings settings;
    private final Vertx vertx;
    private final StateLock lock;
    private final SimulatedClock clock;
    private final AnswerMaker answers;
    private final SimulatorBill bill;
    private final SimulatedJobs jobs;
    private final CompletionCalls completions;
    private final Map<String, SimulatedWire> wires = new LinkedHashMap<>();
    private final Map<String, HttpServer> servers = new LinkedHashMap<>();
    private final AtomicLong calls = new AtomicLong();

    private Simulator(SimulatorSettings settings) {
        this.settings = settings;
        answers = new AnswerMaker(settings.seed());
        try {
            Files.createDirectories(settings.stateDir());
            lock = StateLock.take(
                    settings.stateDir(), settings.clock().instant().toString());
            // A provider's jobs end at their time though the machine's clock is set back.
            var steady = new SteadyClock(settings.clock(), settings.clock().instant());
            clock = new SimulatedClock(
                    steady, settings.speed(), settings.stateDir().resolve("clock.json"));
            bill = new SimulatorBill(settings.stateDir(), settings.catalogue());
            var files = new FileStore(settings.stateDir().resolve("files"), clock);
            jobs = new SimulatedJobs(new JobTools(settings, clock, files, answers, bill));
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
        completions = new CompletionCalls(settings, answers, bill, vertx);
        var desk = new JobRoom(jobs, settings, vertx, this::schedule);
        wires.put("openai", new OpenAiWire(desk, completions));
        wires.put("anthropic", new AnthropicWire(desk, completions));
        wires.put("gemini", new GeminiWire(desk, completions));
    }

    public static Simulator start(SimulatorSettings settings) {
        return start(settings, simulator -> {});
    }

    /**
     * As {@link #start(SimulatorSettings)}; a job whose time came while no simulator was there is answered at once, so
     * what is answered must be known before.
     *
     * @param told tells it how steps are answered
     */
    public static Simulator start(SimulatorSettings settings, Consumer<Simulator> told) {
        var simulator = new Simulator(settings);
        told.accept(simulator);
        try {
            int port = settings.port();
            for (SimulatedWire each : simulator.wires.values()) {
                simulator.listen(each, port);
                port = port == 0 ? 0 : port + 1;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            simulator.close();
            throw new IllegalStateException(e);
        } catch (ExecutionException | TimeoutException e) {
            simulator.close();
            throw new UncheckedIOException(new IOException(
                    "the simulator cannot listen on port " + settings.port() + ": " + e.getMessage(), e));
        }
        simulator.jobs.open().forEach(simulator::schedule);
        return simulator;
    }

    private void listen(SimulatedWire wire, int port)
            throws InterruptedException, ExecutionException, TimeoutException {
        HttpServer server = vertx.createHttpServer(
                new HttpServerOptions().setHost("127.0.0.1").setIdleTimeout(0).setMaxHeaderSize(32_768));
        server.requestHandler(request -> route(request, wire));
        server.listen(port, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(LONGEST_START_SECONDS, TimeUnit.SECONDS);
        servers.put(wire.provider(), server);
    }

    public int port() {
        return port("openai");
    }

    public int port(String provider) {
        return Objects.requireNonNull(servers.get(provider), provider).actualPort();
    }

    /** Whether a wire is spoken here, by the name of its routes. */
    public boolean speaks(String provider) {
        return wires.containsKey(provider);
    }

    /** Where a provider's wire is spoken, in the form its base URL has. */
    public String baseUrl(String provider) {
        return switch (provider) {
            case "anthropic", "gemini" -> "http://127.0.0.1:" + port(provider);
            default -> "http://127.0.0.1:" + port("openai") + "/v1";
        };
    }

    /** One line for who started it. */
    public String readyLine() {
        ObjectNode line = Json.object();
        servers.keySet().forEach(each -> line.put(each, baseUrl(each)));
        return Json.text(line.put("port", port()));
    }

    /** How a step is answered, see {@code simulate:} in a pipeline. */
    public void answers(String step, JsonNode block) {
        answers.block(step, block);
    }

    /** The schema of a step, for requests that carry none because their provider does not take it. */
    public void schema(String step, JsonNode schema) {
        answers.schema(step, schema);
    }

    /** Totals of the bill: calls, input, cached, output, usd. */
    public JsonNode totals() {
        return bill().get("totals");
    }

    /** Jobs and totals of the bill; its calls are for {@code GET /simulator/bill}, which streams them. */
    public JsonNode bill() {
        var out = new ByteArrayOutputStream();
        try {
            bill.write(out, true, jobs.billLines());
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
        } catch (ExecutionException | TimeoutException e) {
            log.warn("the simulator did not stop cleanly: {}", e.getMessage());
        } finally {
            lock.close();
        }
    }

    /** Sets a timer for the next thing that happens to a job. */
    private void schedule(SimulatedJob job) {
        SimulatedWire wire = Objects.requireNonNull(wires.get(job.provider()));
        vertx.setTimer(
                Math.max(1, clock.until(jobs.next(job, wire))),
                timer -> vertx.executeBlocking(
                                () -> {
                                    SimulatedJob now = jobs.job(job.id(), job.provider());
                                    if (now != null && clock.millis() >= jobs.next(now, wire)) {
                                        jobs.work(job.id(), wire);
                                        now = jobs.job(job.id(), job.provider());
                                    }
                                    return now != null && !now.over();
                                },
                                false)
                        .onSuccess(again -> {
                            if (again) {
                                schedule(Objects.requireNonNullElse(jobs.job(job.id(), job.provider()), job));
                            }
                        })
                        .onFailure(e -> log.error("the simulator failed at job {}", job.id(), e)));
    }

    private void route(HttpServerRequest request, SimulatedWire wire) {
        var talk = new SimulatedCall(
                request, wire, vertx, settings.faults(), "req_simulator%06d".formatted(calls.incrementAndGet()));
        if (talk.path.startsWith("/simulator/")) {
            own(talk);
            return;
        }
        String key = wire.key(talk);
        if (key == null) {
            talk.fail(RefusedCall.of(Problem.NO_KEY, "You didn't provide an API key."));
        } else if (!accepted(key)) {
            bill.refused();
            talk.fail(RefusedCall.of(Problem.BAD_KEY, "Incorrect API key provided."));
        } else {
            // What breaks here would let its caller wait for ever.
            SimulatedCall.guarded(talk, () -> wire.route(talk));
        }
    }

    /** Whose key says that it is wrong is refused; of the others all, unless one is set. */
    private boolean accepted(String key) {
        boolean wrong = key.toLowerCase(Locale.ROOT).contains("wrong");
        boolean another = !settings.key().isEmpty() && !settings.key().equals(key);
        return !wrong && !another && settings.faults().share(Kind.WRONG_KEY) == 0;
    }

    private void own(SimulatedCall talk) {
        switch (talk.path) {
            case "/simulator/health" -> talk.json(Json.object().put("status", "up"));
            case "/simulator/bill" -> bill(talk);
            case "/simulator/clock" -> forward(talk);
            default -> talk.notFound("The simulator knows health, bill and clock.");
        }
    }

    private void forward(SimulatedCall talk) {
        String by = talk.request.getParam("forward");
        try {
            Duration ahead = by == null ? Duration.ZERO : Duration.parse(by);
            if (ahead.isNegative()) {
                throw new DateTimeParseException("backwards", by, 0);
            }
            if (by != null) {
                clock.forward(ahead);
                jobs.open().forEach(this::schedule);
            }
            talk.json(Json.object().put("now", clock.instant().toString()));
        } catch (DateTimeParseException e) {
            talk.send(400, "text/plain", Buffer.buffer("forward is a duration such as PT24H\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void bill(SimulatedCall talk) {
        boolean totals = "true".equals(talk.request.getParam("totals"));
        talk.background(
                () -> {
                    Path file = Files.createTempFile(settings.stateDir(), ".bill", ".json");
                    try (var out = new BufferedOutputStream(Files.newOutputStream(file))) {
                        bill.write(out, totals, jobs.billLines());
                    }
                    return file;
                },
                file -> talk.request
                        .response()
                        .putHeader("Content-Type", "application/json")
                        .sendFile(file.toAbsolutePath().toString())
                        .onComplete(done -> vertx.executeBlocking(() -> Files.deleteIfExists(file))));
    }

    /** The wires it speaks. */
    public static List<String> providers() {
        return List.of("openai", "anthropic", "gemini");
    }
}
