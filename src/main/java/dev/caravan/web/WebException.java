package dev.caravan.web;

import java.util.Map;

/** A request that is answered by a {@link HttpProblem}. */
public final class WebException extends RuntimeException {
    private final transient WebReply reply;

    public WebException(int status, String detail) {
        this(status, detail, Map.of());
    }

    WebException(int status, String detail, Map<String, String> headers) {
        super(detail);
        reply = WebReply.of(new HttpProblem(status, detail), headers);
    }

    public static WebException notAllowed(String method, String allowed) {
        return new WebException(405, "takes " + allowed + ", not " + method, Map.of("Allow", allowed));
    }

    public WebReply reply() {
        return reply;
    }
}
