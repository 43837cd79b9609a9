package dev.caravan.camel.http;

import dev.caravan.base.Json;
import dev.caravan.watch.JolokiaBridge;
import dev.caravan.watch.ProcessMeters;
import dev.caravan.watch.ServiceHealth;
import dev.caravan.web.HttpProblem;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** Meters, health and Jolokia, as {@code routes/watch.camel.yaml} and {@code routes/console.camel.yaml} ask for them. */
public final class WatchDesk {
    private volatile @Nullable ProcessMeters meters;
    private volatile @Nullable JolokiaBridge jolokia;
    private volatile @Nullable ServiceHealth health;

    /** What a process that serves has from its start to its end. */
    public void attach(ProcessMeters counting, JolokiaBridge asking) {
        meters = counting;
        jolokia = asking;
    }

    /** @param looking who knows how the service is; null when there is none any more */
    public void attach(@Nullable ServiceHealth looking) {
        health = looking;
    }

    public void metrics(Exchange exchange) {
        ProcessMeters counting = meters;
        if (counting == null) {
            absent(exchange);
        } else {
            answer(exchange, 200, ProcessMeters.TYPE, counting.scrape());
        }
    }

    public void live(Exchange exchange) {
        report(exchange, ServiceHealth.live());
    }

    public void ready(Exchange exchange) {
        ServiceHealth looking = health;
        if (looking == null) {
            absent(exchange);
        } else {
            report(exchange, looking.ready());
        }
    }

    private static void report(Exchange exchange, ServiceHealth.Report report) {
        answer(exchange, report.up() ? 200 : 503, "application/json", Json.text(report.json()) + "\n");
    }

    /** Jolokia answers 200 and has its own status in the text. */
    public void jolokia(Exchange exchange) {
        JolokiaBridge asked = jolokia;
        Message message = exchange.getMessage();
        String method = text(message, Exchange.HTTP_METHOD);
        String body = message.getBody(String.class);
        if (asked == null) {
            absent(exchange);
        } else if (method.equals("POST")) {
            answer(exchange, 200, "application/json", asked.answer(body == null ? "" : body, foreign(message)));
        } else if (method.equals("GET") && path(message).matches("/hawtio/jolokia/?(version/?)?")) {
            answer(exchange, 200, "application/json", asked.version());
        } else {
            problem(exchange, new HttpProblem(405, "ask by POST; without a body only the version is told"));
        }
    }

    /** The site whose page asks, unless it is our own; empty for none. */
    private static String foreign(Message message) {
        String origin = text(message, "Origin");
        String host = text(message, "Host");
        return origin.equals("http://" + host) || origin.equals("https://" + host) ? "" : origin;
    }

    private static void absent(Exchange exchange) {
        problem(exchange, new HttpProblem(503, "the service is starting or stopping; ask again in a moment"));
    }

    static void problem(Exchange exchange, HttpProblem problem) {
        answer(exchange, problem.status(), HttpProblem.TYPE, problem.text());
    }

    /** The path as it was asked for, whatever prefix the route has. */
    static String path(Message message) {
        String uri = text(message, Exchange.HTTP_URI);
        return uri.isEmpty() ? text(message, Exchange.HTTP_PATH) : uri.replaceFirst("\\?.*", "");
    }

    private static String text(Message message, String header) {
        return Objects.requireNonNullElse(message.getHeader(header, String.class), "");
    }

    static void answer(Exchange exchange, int status, String type, Object body) {
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        message.setHeader(Exchange.CONTENT_TYPE, type);
        message.setBody(body);
    }
}
