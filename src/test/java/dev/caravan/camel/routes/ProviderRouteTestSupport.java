package dev.caravan.camel.routes;

import dev.caravan.base.Json;
import dev.caravan.camel.exchange.ExchangeKeys;
import dev.caravan.camel.provider.HttpReply;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.provider.Account;
import dev.caravan.provider.JobStatus;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;

/**
 * Routes of a provider, with the real beans between its calls; the wire is a mock, which tells what it was asked for and
 * says what it is told to. Where it has nothing more to say, the connection is lost.
 */
abstract class ProviderRouteTestSupport extends RouteTestSupport {
    static final String WIRE = "direct:http-(call|control|download)";
    static final String NONCE = "0123456789abcdef";

    private static final String URL = "http://127.0.0.1:9";
    private static final List<String> CALLS = List.of("http-call", "http-control", "http-download");

    private final Queue<Object> replies = new ArrayDeque<>();

    /** What was asked for, in its order: by which call, and as what. */
    final List<String> asked = new ArrayList<>();

    @BeforeEach
    void say() {
        replies.clear();
        asked.clear();
        for (String each : CALLS) {
            when("direct:" + each, exchange -> reply(each, exchange));
        }
    }

    private void reply(String call, Exchange exchange) {
        var message = exchange.getMessage();
        String query = message.getHeader(Exchange.HTTP_QUERY, String.class);
        asked.add(call + " " + message.getHeader(Exchange.HTTP_METHOD) + " "
                + message.getHeader(Exchange.HTTP_URI, String.class).substring(URL.length())
                + (query == null ? "" : "?" + query));
        Object reply = Objects.requireNonNullElseGet(replies.poll(), () -> lost(new IOException("broken off")));
        message.setBody(reply);
        if (!(reply instanceof HttpReply)) {
            message.setHeader(Exchange.HTTP_RESPONSE_CODE, 200);
        }
    }

    /** What comes back next: replies, or the bytes of a download. */
    void says(Object... next) {
        replies.addAll(List.of(next));
    }

    static HttpReply said(int status, String json) {
        return new HttpReply(status, Json.parse(json), "", null, null, 0, 0, null, null);
    }

    static HttpReply lost(Throwable why) {
        return new HttpReply(0, null, "", null, null, 0, 0, null, why);
    }

    static Account account(String provider) {
        return ModelRegistry.shipped().provider(provider).account(URL, "tk-0815");
    }

    /** Makes a route from a template, once, as the file of a provider does. */
    void template(String id, String provider, String call, Map<String, String> parameters) throws Exception {
        if (camel().getRoute(provider + "-" + call) == null) {
            var builder = TemplatedRouteBuilder.builder(camel(), id)
                    .routeId(provider + "-" + call)
                    .prefixId(provider + "-")
                    .parameter("provider", provider);
            parameters.forEach(builder::parameter);
            builder.add();
        }
    }

    /** Asks a route of the made-up provider, which speaks as another one does. */
    Exchange ask(String call, String speaks, @Nullable Object body, Consumer<Exchange> with) {
        return ask("acme", call, account(speaks), body, with);
    }

    Exchange ask(String provider, String call, Account account, @Nullable Object body, Consumer<Exchange> with) {
        return send("direct:" + provider + "-" + call, exchange -> {
            ExchangeKeys.ACCOUNT.set(exchange, account);
            ExchangeKeys.PROVIDER_JOB.set(exchange, "batch_1");
            ExchangeKeys.NONCE.set(exchange, NONCE);
            ExchangeKeys.REQUESTS.set(exchange, 1);
            exchange.getMessage().setBody(body);
            with.accept(exchange);
        });
    }

    static @Nullable Object answer(Exchange exchange) {
        if (exchange.getException() != null) {
            throw new AssertionError("a provider's route broke", exchange.getException());
        }
        return exchange.getMessage().getBody();
    }

    /** A job that is over, with files to read and to delete. */
    static JobStatus ended(List<String> results, List<String> discards) {
        return new JobStatus(
                "batch_1",
                JobStatus.State.ENDED,
                "completed",
                1,
                1,
                0,
                results.stream()
                        .map(each -> new JobStatus.Result(each, "/files/" + each + "/content", ""))
                        .toList(),
                discards.stream()
                        .map(each -> new JobStatus.Discard(each, "/files/" + each))
                        .toList(),
                List.of(),
                1,
                0,
                NONCE);
    }
}
