package dev.caravan.camel.http;

import dev.caravan.web.Api;
import dev.caravan.web.Failures;
import dev.caravan.web.Feed;
import dev.caravan.web.Reply;
import dev.caravan.web.Request;
import dev.caravan.web.WebException;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import java.util.function.BiFunction;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** The API, as the routes in {@code routes/api/} ask it: one method for each. */
public final class ApiDesk {
    private volatile @Nullable Api api;

    /** @param answering who answers from now on; null for nobody */
    public void attach(@Nullable Api answering) {
        api = answering;
    }

    Feed events(RoutingContext call) {
        String lastId = Objects.requireNonNullElse(call.request().getHeader("Last-Event-ID"), "");
        String run = call.pathParam("run");
        return run == null ? answering().events(lastId) : answering().events(run, lastId);
    }

    private Api answering() {
        Api answering = api;
        if (answering == null) {
            throw new WebException(503, "the service is starting or stopping; ask again in a moment");
        }
        return answering;
    }

    public void index(Exchange exchange) {
        get(exchange, Api::index);
    }

    public void description(Exchange exchange) {
        get(exchange, Api::description);
    }

    public void pipelines(Exchange exchange) {
        get(exchange, Api::pipelines);
    }

    public void pipeline(Exchange exchange) {
        get(exchange, Api::pipeline);
    }

    public void check(Exchange exchange) {
        get(exchange, Api::check);
    }

    public void estimate(Exchange exchange) {
        get(exchange, Api::estimate);
    }

    public void units(Exchange exchange) {
        get(exchange, Api::units);
    }

    public void runs(Exchange exchange) {
        get(exchange, Api::runs);
    }

    public void run(Exchange exchange) {
        get(exchange, Api::run);
    }

    public void info(Exchange exchange) {
        get(exchange, Api::info);
    }

    public void report(Exchange exchange) {
        get(exchange, Api::report);
    }

    public void results(Exchange exchange) {
        get(exchange, Api::results);
    }

    public void resultsFile(Exchange exchange) {
        get(exchange, Api::resultsFile);
    }

    public void failures(Exchange exchange) {
        get(exchange, Api::failures);
    }

    public void start(Exchange exchange) {
        answer(exchange, "POST", Api::start);
    }

    public void pause(Exchange exchange) {
        answer(exchange, "POST", Api::pause);
    }

    public void resume(Exchange exchange) {
        answer(exchange, "POST", Api::resume);
    }

    public void restart(Exchange exchange) {
        answer(exchange, "POST", Api::restart);
    }

    public void kill(Exchange exchange) {
        answer(exchange, "POST", Api::kill);
    }

    public void approve(Exchange exchange) {
        answer(exchange, "POST", Api::approve);
    }

    public void reject(Exchange exchange) {
        answer(exchange, "POST", Api::reject);
    }

    public void settle(Exchange exchange) {
        answer(exchange, "POST", Api::settle);
    }

    public void retryFailures(Exchange exchange) {
        answer(exchange, "POST", Api::retryFailures);
    }

    private void get(Exchange exchange, BiFunction<Api, Request, Reply> verb) {
        answer(exchange, "GET", verb);
    }

    private void answer(Exchange exchange, String method, BiFunction<Api, Request, Reply> verb) {
        Message message = exchange.getMessage();
        Reply reply;
        try {
            Request request = request(message);
            boolean head = method.equals("GET") && request.method().equals("HEAD");
            if (!request.method().equals(method) && !head) {
                throw WebException.notAllowed(request.method(), method);
            }
            reply = verb.apply(answering(), request);
        } catch (RuntimeException e) {
            reply = Failures.reply(e);
        }
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, reply.status());
        message.setHeader(Exchange.CONTENT_TYPE, reply.type());
        reply.headers().forEach(message::setHeader);
        message.setBody(reply.stream() == null ? reply.text() : reply.stream());
    }

    private static Request request(Message message) {
        String body = message.getBody(String.class);
        return Request.of(
                text(message, Exchange.HTTP_METHOD),
                text(message, Exchange.HTTP_PATH),
                text(message, Exchange.HTTP_RAW_QUERY),
                text(message, "Idempotency-Key"),
                text(message, Exchange.CONTENT_TYPE),
                body == null ? "" : body);
    }

    private static String text(Message message, String header) {
        return Objects.requireNonNullElse(message.getHeader(header, String.class), "");
    }
}
