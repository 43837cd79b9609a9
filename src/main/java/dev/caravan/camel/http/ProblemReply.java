package dev.caravan.camel.http;

import dev.caravan.web.HttpProblem;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;

/** The answer to a request that is refused before any route sees it. */
final class ProblemReply {
    /** The second is what a browser can ask for. */
    private static final Iterable<String> WAYS_IN = List.of("Bearer realm=\"caravan\"", "Basic realm=\"caravan\"");

    private ProblemReply() {}

    static void send(HttpServerResponse response, HttpProblem problem) {
        if (problem.status() == 401) {
            response.putHeader("WWW-Authenticate", WAYS_IN);
        }
        response.setStatusCode(problem.status())
                .putHeader("Content-Type", HttpProblem.TYPE)
                .putHeader("Connection", "close")
                .end(problem.text());
    }
}
