package dev.caravan.camel.http;

import dev.caravan.web.EventFeed;
import dev.caravan.web.FailureReplies;
import dev.caravan.web.WebException;
import dev.caravan.web.WebReply;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events. Each connection is looked after twice a second; while its reader is behind, nothing is read for
 * him, so what he costs is bounded by the connection's own buffer.
 */
final class EventStream {
    private static final int MOST_STREAMS = 100;
    private static final long LOOK_MILLIS = 500;
    private static final long HEARTBEAT_NANOS = TimeUnit.SECONDS.toNanos(15);

    private final int most;
    private final AtomicInteger streams = new AtomicInteger();

    /** @param bearable how many streams there is room for */
    EventStream(int bearable) {
        most = Math.min(MOST_STREAMS, bearable);
    }

    /** Who makes the feed that a request is for. */
    interface Source {
        /** @throws WebException when there is none */
        EventFeed open(RoutingContext call);
    }

    /** Answers with a stream, or with what is wrong. */
    void answer(RoutingContext call, Source source) {
        call.vertx()
                .executeBlocking(() -> source.open(call), false)
                .onSuccess(feed -> begin(call, feed))
                .onFailure(e -> refuse(
                        call,
                        FailureReplies.reply(
                                e instanceof RuntimeException known ? known : new IllegalStateException(e))));
    }

    private static void refuse(RoutingContext call, WebReply reply) {
        call.response()
                .setStatusCode(reply.status())
                .putHeader("Content-Type", reply.type())
                .end(reply.text());
    }

    private void begin(RoutingContext call, EventFeed feed) {
        HttpServerResponse response = call.response();
        if (response.closed()) {
            return;
        }
        if (streams.incrementAndGet() > most) {
            streams.decrementAndGet();
            refuse(call, new WebException(503, "too many event streams are open").reply());
            return;
        }
        response.setChunked(true).putHeader("Content-Type", "text/event-stream").putHeader("X-Accel-Buffering", "no");
        response.write("retry: 2000\n\n");
        new Stream(call.vertx(), response, feed).begin();
    }

    /** One connection; all but the reading happens on its event loop. */
    private final class Stream {
        private final Vertx vertx;
        private final HttpServerResponse response;
        private final EventFeed feed;
        private long timer;
        private long beatAt = System.nanoTime();
        private boolean reading;
        private boolean closed;

        Stream(Vertx vertx, HttpServerResponse response, EventFeed feed) {
            this.vertx = vertx;
            this.response = response;
            this.feed = feed;
        }

        void begin() {
            response.exceptionHandler(e -> end());
            response.closeHandler(e -> end());
            timer = vertx.setPeriodic(1, LOOK_MILLIS, fired -> look());
        }

        private void look() {
            if (closed || reading || response.writeQueueFull()) {
                return;
            }
            reading = true;
            vertx.executeBlocking(feed::next, false).onComplete(read -> {
                reading = false;
                if (closed) {
                    return;
                }
                if (read.failed()) {
                    response.end();
                    end();
                } else {
                    write(read.result());
                }
            });
        }

        private void write(@Nullable String text) {
            if (text != null && !text.isEmpty()) {
                response.write(text);
                beatAt = System.nanoTime();
            } else if (System.nanoTime() - beatAt > HEARTBEAT_NANOS) {
                response.write(": still here\n\n");
                beatAt = System.nanoTime();
            }
        }

        private void end() {
            if (!closed) {
                closed = true;
                vertx.cancelTimer(timer);
                streams.decrementAndGet();
            }
        }
    }
}
