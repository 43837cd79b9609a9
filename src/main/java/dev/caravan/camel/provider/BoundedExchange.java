package dev.caravan.camel.provider;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;

/**
 * One exchange of the client that makes control calls: up to a time in all, and to a size of what is answered. What is
 * not read to its end is hung up on, for a polite client would first read all the rest.
 */
public final class BoundedExchange implements ExecChainHandler {
    private static final long MOST_ERROR_BYTES = 1_000_000;
    /** Forms have no length of their own before they are sent. */
    private static final long UNKNOWN_LENGTH = 1L << 31;

    private final ReplyBounds bounds;
    private final LongSupplier mostBytes;
    private final ScheduledExecutorService alarm;

    private BoundedExchange(ReplyBounds bounds, LongSupplier mostBytes, ScheduledExecutorService alarm) {
        this.bounds = bounds;
        this.mostBytes = mostBytes;
        this.alarm = alarm;
    }

    /** Its answers are held in memory. */
    public static BoundedExchange control(ReplyBounds bounds, ScheduledExecutorService alarm) {
        return new BoundedExchange(bounds, bounds::controlBytes, alarm);
    }

    /** Whoever reads its answers counts their bytes. */
    public static BoundedExchange download(ReplyBounds bounds, ScheduledExecutorService alarm) {
        return new BoundedExchange(bounds, () -> Long.MAX_VALUE, alarm);
    }

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        long from = System.nanoTime();
        HttpEntity sent = request.getEntity();
        long carried = sent == null ? 0 : sent.getContentLength() < 0 ? UNKNOWN_LENGTH : sent.getContentLength();
        long most = bounds.controlNanos(carried);
        // Hanging up from another thread wakes the one that reads, also in the middle of a header.
        var rung = new AtomicBoolean();
        ScheduledFuture<?> end = alarm.schedule(
                () -> {
                    rung.set(true);
                    scope.execRuntime.discardEndpoint();
                },
                most,
                TimeUnit.NANOSECONDS);
        try {
            ClassicHttpResponse response = chain.proceed(request, scope);
            HttpEntity entity = response.getEntity();
            if (entity != null) {
                boolean error = response.getCode() >= 300;
                response.setEntity(new Bounded(entity, scope, error, System.nanoTime() - from));
            }
            return response;
        } catch (IOException e) {
            if (rung.get()) {
                throw new IOException("the call took longer than " + most / 1_000_000_000.0 + " s", e);
            }
            throw e;
        } finally {
            end.cancel(false);
        }
    }

    /** What is answered. */
    private final class Bounded extends HttpEntityWrapper {
        private final ExecChain.Scope scope;
        private final boolean error;
        private final long passed;

        Bounded(HttpEntity entity, ExecChain.Scope scope, boolean error, long passed) {
            super(entity);
            this.scope = scope;
            this.error = error;
            this.passed = passed;
        }

        @Override
        public InputStream getContent() throws IOException {
            InputStream in = super.getContent();
            return new BoundedStream(
                    in == null ? InputStream.nullInputStream() : in,
                    error ? MOST_ERROR_BYTES : mostBytes.getAsLong(),
                    error,
                    bytes -> bounds.controlNanos(bytes) - passed,
                    scope.execRuntime::discardEndpoint);
        }
    }
}
