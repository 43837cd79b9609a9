package dev.caravan.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.simulator.RefusedCall.Problem;
import dev.caravan.simulator.SimulatorFaults.Setting;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One call on its way through the simulator. */
final class SimulatedCall {
    private static final Logger log = LoggerFactory.getLogger(SimulatedCall.class);

    final HttpServerRequest request;
    final WireShapes wire;
    final String path;
    private final Vertx vertx;
    private final SimulatorFaults faults;
    private final String id;
    /** Carried out, and its answer is lost. */
    private boolean muffled;

    SimulatedCall(HttpServerRequest request, WireShapes wire, Vertx vertx, SimulatorFaults faults, String id) {
        this.request = request;
        this.wire = wire;
        this.vertx = vertx;
        this.faults = faults;
        this.id = id;
        path = request.path();
    }

    String id() {
        return id;
    }

    boolean is(HttpMethod method) {
        return request.method().equals(method);
    }

    boolean is(HttpMethod method, String wanted) {
        return is(method) && path.equals(wanted);
    }

    @Nullable String header(String name) {
        return request.getHeader(name);
    }

    /** The key that is sent as a bearer's, or null. */
    @Nullable String bearer() {
        String header = header("Authorization");
        return header != null && header.startsWith("Bearer ") ? header.substring(7) : null;
    }

    /** Where the caller reached us. */
    String host() {
        // Over HTTP/2 there is no such header.
        return Objects.requireNonNullElse(header("Host"), String.valueOf(request.authority()));
    }

    /** What the caller asked to go wrong, in its words. */
    String simulate() {
        return Objects.requireNonNullElse(header("X-Simulate"), "");
    }

    FaultMarkers markers() {
        return FaultMarkers.of(header("X-Simulate"));
    }

    void muffle() {
        muffled = true;
    }

    void drop() {
        request.connection().close();
    }

    void header(String name, String value) {
        request.response().putHeader(name, value);
    }

    void send(int status, String type, Buffer body) {
        if (muffled) {
            drop();
        } else if (!request.response().ended() && !request.response().closed()) {
            request.response()
                    .setStatusCode(status)
                    .putHeader("Content-Type", type)
                    .putHeader("request-id", id)
                    .putHeader("x-request-id", id)
                    .end(body);
        }
    }

    void json(JsonNode body) {
        send(200, "application/json", Buffer.buffer(Json.text(body)));
    }

    /** Says in the provider's headers how long to wait; gemini has none. */
    void retryAfter(long millis) {
        if (wire.provider().equals("openai")) {
            header("retry-after-ms", String.valueOf(millis));
        }
        if (!wire.provider().equals("gemini")) {
            header("retry-after", String.valueOf((millis + 999) / 1000));
        }
    }

    void file(Path file, String type) {
        if (muffled) {
            drop();
        } else {
            request.response()
                    .putHeader("Content-Type", type)
                    .putHeader("request-id", id)
                    .putHeader("x-request-id", id)
                    .sendFile(file.toAbsolutePath().toString());
        }
    }

    void fail(RefusedCall failure) {
        fail(failure, wire.status(failure), null);
    }

    void fail(RefusedCall failure, int status, @Nullable Long retryAfterMillis) {
        if (faults.is(Setting.SHOULD_RETRY)
                && (failure.problem() == Problem.CONFLICT || failure.problem() == Problem.QUOTA)) {
            header("x-should-retry", "false");
        }
        JsonNode body = wire.failure(failure, id, retryAfterMillis);
        send(status, "application/json", Buffer.buffer(Json.text(body)));
    }

    void notFound(String message) {
        fail(RefusedCall.of(Problem.NOT_FOUND, message));
    }

    /** Reads the body as JSON; what is none is refused. */
    void withJson(Consumer<JsonNode> then) {
        request.bodyHandler(raw -> guarded(this, () -> {
            JsonNode body = parse(raw);
            if (body == null || !body.isObject()) {
                fail(RefusedCall.of(Problem.INVALID, "The body is not a JSON object."));
            } else {
                then.accept(body);
            }
        }));
    }

    /** What breaks here is answered as a server does, or its caller would wait for nothing. */
    static void guarded(SimulatedCall talk, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            log.error("a call could not be answered, which is our fault", e);
            talk.fail(RefusedCall.of(Problem.SERVER, "The simulator failed; its log says why."));
        }
    }

    private static @Nullable JsonNode parse(Buffer raw) {
        try {
            return raw.length() == 0 ? Json.object() : Json.mapper().readTree(raw.getBytes());
        } catch (JsonProcessingException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Does what may block, then goes on; what fails is an error of the server. */
    <T> void background(Callable<T> work, Consumer<T> then) {
        vertx.executeBlocking(work, false).onSuccess(then::accept).onFailure(e -> {
            if (e instanceof RefusedCall.Refused refused) {
                fail(refused.failure);
            } else {
                log.error("the simulator failed at {} {}", request.method(), path, e);
                fail(RefusedCall.of(Problem.SERVER, "The simulator failed."));
            }
        });
    }

    /** As the other, answering with what comes of it. */
    void reply(Callable<? extends JsonNode> work) {
        background(work, this::json);
    }

    /** What follows a prefix of the path, split at slashes. */
    String[] rest(String prefix) {
        String rest = path.substring(prefix.length());
        return rest.isEmpty() || rest.equals("/")
                ? new String[0]
                : rest.substring(1).split("/", -1);
    }

    int number(String name, int otherwise, int most) {
        String value = request.getParam(name);
        return value == null || !value.matches("[0-9]{1,9}")
                ? otherwise
                : Math.min(most, Math.max(1, Integer.parseInt(value)));
    }
}
