package dev.caravan.camel.http;

import dev.caravan.web.EventFeed;
import dev.caravan.web.FailureReplies;
import dev.caravan.web.HttpApi;
import dev.caravan.web.WebException;
import dev.caravan.web.WebReply;
import dev.caravan.web.WebRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import java.util.function.BiFunction;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** The API, as the routes in {@code routes/api/} ask it: one method for each. */
public final class ApiDesk {
    private volatile @Nullable HttpApi api;

    /** @param answering who answers from now on; null for nobody */
    public void attach(@Nullable HttpApi answering) {
        api = answering;
    }

    EventFeed events(RoutingContext call) {
        String lastId = Objects.requireNonNullElse(call.request().getHeader("Last-Event-ID"), "");
        String run = call.pathParam("run");
        return run == null ? answering().events(lastId) : answering().events(run, lastId);
    }

    private HttpApi answering() {
        HttpApi answering = api;
        if (answering == null) {
            throw new WebException(503, "the service is starting or stopping; ask again in a moment");
        }
        return answering;
    }

    public void index(Exchange exchange) {
        get(exchange, HttpApi::index);
    }

    public void description(Exchange exchange) {
        get(exchange, HttpApi::description);
    }

    public void pipelines(Exchange exchange) {
        get(exchange, HttpApi::pipelines);
    }

    public void pipeline(Exchange exchange) {
        get(exchange, HttpApi::pipeline);
    }

    public void check(Exchange exchange) {
        get(exchange, HttpApi::check);
    }

    public void estimate(Exchange exchange) {
        get(exchange, HttpApi::estimate);
    }

    public void units(Exchange exchange) {
        get(exchange, HttpApi::units);
    }

    public void runs(Exchange exchange) {
        get(exchange, HttpApi::runs);
    }

    public void run(Exchange exchange) {
        get(exchange, HttpApi::run);
    }

    public void info(Exchange exchange) {
        get(exchange, HttpApi::info);
    }

    public void report(Exchange exchange) {
        get(exchange, HttpApi::report);
    }

    public void results(Exchange exchange) {
        get(exchange, HttpApi::results);
    }

    public void resultsFile(Exchange exchange) {
        get(exchange, HttpApi::resultsFile);
    }

    public void failures(Exchange exchange) {
        get(exchange, HttpApi::failures);
    }

    public void start(Exchange exchange) {
        answer(exchange, "POST", HttpApi::start);
    }

    public void pause(Exchange exchange) {
        answer(exchange, "POST", HttpApi::pause);
    }

    public void resume(Exchange exchange) {
        answer(exchange, "POST", HttpApi::resume);
    }

    public void restart(Exchange exchange) {
        answer(exchange, "POST", HttpApi::restart);
    }

    public void kill(Exchange exchange) {
        answer(exchange, "POST", HttpApi::kill);
    }

    public void approve(Exchange exchange) {
        answer(exchange, "POST", HttpApi::approve);
    }

    public void reject(Exchange exchange) {
        answer(exchange, "POST", HttpApi::reject);
    }

    public void settle(Exchange exchange) {
        answer(exchange, "POST", HttpApi::settle);
    }

    public void retryFailures(Exchange exchange) {
        answer(exchange, "POST", HttpApi::retryFailures);
    }

    private void get(Exchange exchange, BiFunction<HttpApi, WebRequest, WebReply> verb) {
        answer(exchange, "GET", verb);
    }

    private void answer(Exchange exchange, String method, BiFunction<HttpApi, WebRequest, WebReply> verb) {
        Message message = exchange.getMessage();
        WebReply reply;
        try {
            WebRequest request = request(message);
            boolean head = method.equals("GET") && request.method().equals("HEAD");
            if (!request.method().equals(method) && !head) {
                throw WebException.notAllowed(request.method(), method);
            }
            reply = verb.apply(answering(), request);
        } catch (RuntimeException e) {
            reply = FailureReplies.reply(e);
        }
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, reply.status());
        message.setHeader(Exchange.CONTENT_TYPE, reply.type());
        reply.headers().forEach(message::setHeader);
        message.setBody(reply.stream() == null ? reply.text() : reply.stream());
    }

    private static WebRequest request(Message message) {
        String body = message.getBody(String.class);
        return WebRequest.of(
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
