package dev.caravan.camel.provider;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.streams.WriteStream;
import io.vertx.ext.web.client.impl.ClientPhase;
import io.vertx.ext.web.client.impl.HttpContext;
import io.vertx.ext.web.client.impl.HttpRequestImpl;
import io.vertx.ext.web.client.impl.WebClientInternal;
import io.vertx.ext.web.codec.BodyCodec;
import io.vertx.ext.web.codec.spi.BodyStream;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import org.apache.camel.component.vertx.http.VertxHttpEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the reply to one realtime call, up to a size and a time. Beyond them the call fails, and its connection is
 * closed: by itself the client would read on, and throw away what comes.
 */
final class BoundedReply implements BodyCodec<Buffer>, BodyStream<Buffer> {
    private static final Map<VertxHttpEndpoint, Boolean> WATCHED = Collections.synchronizedMap(new WeakHashMap<>());

    private final long mostBytes;
    private final long mostNanos;
    private final long from = System.nanoTime();
    private final Promise<Buffer> result = Promise.promise();
    private final Buffer gathered = Buffer.buffer();
    private long bytes;
    private @Nullable HttpClientRequest request;

    BoundedReply(long mostBytes, long mostNanos) {
        this.mostBytes = mostBytes;
        this.mostNanos = mostNanos;
    }

    /** Lets the replies of an endpoint know their connections. Its client is made by Camel, and shown to nobody. */
    static void watch(VertxHttpEndpoint endpoint) {
        WATCHED.computeIfAbsent(endpoint, each -> {
            try {
                Method client = VertxHttpEndpoint.class.getDeclaredMethod("getWebClient");
                client.setAccessible(true);
                ((WebClientInternal) client.invoke(each)).addInterceptor(BoundedReply::begin);
                return true;
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("camel-vertx-http has changed", e);
            }
        });
    }

    private static void begin(HttpContext<?> call) {
        if (call.phase() == ClientPhase.SEND_REQUEST
                && call.request() instanceof HttpRequestImpl<?> sent
                && sent.bodyCodec() instanceof BoundedReply reply) {
            reply.request = call.clientRequest();
        }
        call.next();
    }

    @Override
    public void create(Handler<AsyncResult<BodyStream<Buffer>>> handler) {
        handler.handle(Future.succeededFuture(this));
    }

    @Override
    public Future<Void> write(Buffer part) {
        bytes += part.length();
        if (bytes > mostBytes) {
            return refuse("the reply is longer than " + mostBytes + " bytes");
        }
        if (System.nanoTime() - from > mostNanos) {
            return refuse("the reply took longer than " + mostNanos / 1_000_000_000.0 + " s");
        }
        if (gathered.length() > 0) {
            gathered.appendBuffer(part);
        } else {
            gathered.appendBuffer(part, leadingBlanks(part), part.length() - leadingBlanks(part));
        }
        return Future.succeededFuture();
    }

    /** Servers send blanks while they think; before an answer they mean nothing, and need no memory. */
    private static int leadingBlanks(Buffer part) {
        int blanks = 0;
        while (blanks < part.length() && part.getByte(blanks) >= 0 && part.getByte(blanks) <= ' ') {
            blanks++;
        }
        return blanks;
    }

    private Future<Void> refuse(String why) {
        var failure = new IOException(why);
        HttpClientRequest open = request;
        if (result.tryFail(failure) && open != null) {
            Vertx.currentContext().runOnContext(later -> open.reset());
        }
        return Future.failedFuture(failure);
    }

    @Override
    public void write(Buffer part, Handler<AsyncResult<Void>> handler) {
        write(part).onComplete(handler);
    }

    @Override
    public void end(Handler<AsyncResult<Void>> handler) {
        result.tryComplete(gathered);
        handler.handle(Future.succeededFuture());
    }

    @Override
    public boolean writeQueueFull() {
        return false;
    }

    @Override
    public Future<Buffer> result() {
        return result.future();
    }

    @Override
    public void handle(Throwable failure) {
        result.tryFail(failure);
    }

    @Override
    public WriteStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> handler) {
        return this;
    }

    @Override
    public WriteStream<Buffer> setWriteQueueMaxSize(int maxSize) {
        return this;
    }

    @Override
    public WriteStream<Buffer> drainHandler(@Nullable Handler<Void> handler) {
        return this;
    }
}
