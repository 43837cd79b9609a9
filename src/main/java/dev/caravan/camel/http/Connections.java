package dev.caravan.camel.http;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.caravan.web.Problem;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.impl.VertxInternal;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of our server: no more of them than leave files for runs, and none that stays without asking
 * anything. Whoever comes when there is no room takes the place of the one that has been idle for longest.
 */
final class Connections {
    private static final Logger log = LoggerFactory.getLogger(Connections.class);
    private static final Object[] NONE = {};
    private static final int MOST = 1_000;
    private static final int LEAST = 8;
    /** One in so many of the files that are left when the server starts. */
    private static final int SHARE = 3;

    /** Longer than the time between two heartbeats of a stream. */
    private static final int SILENT_SECONDS = 60;

    private static final long LOOK_MILLIS = 500;

    private final int most;
    private final long idleNanos;
    /** Those that ask nothing now, by when they stopped; the oldest first. */
    private final Map<HttpConnection, Long> idle = new LinkedHashMap<>();

    private int open;

    /** @param idleMillis how long a connection may take to ask something, the first time and between two times */
    Connections(int most, long idleMillis) {
        this.most = most;
        this.idleNanos = TimeUnit.MILLISECONDS.toNanos(idleMillis);
    }

    /** As many as the limit on files of this process bears. */
    static int bearable() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            long left = system.getMaxFileDescriptorCount() - system.getOpenFileDescriptorCount();
            return (int) Math.max(LEAST, Math.min(MOST, left / SHARE));
        }
        return MOST;
    }

    /** Vert.x as Camel sees it, which makes the server without asking us: each server that it makes is watched. */
    Vertx watching(Vertx vertx) {
        return proxy(
                VertxInternal.class,
                (method, arguments) -> method.getName().equals("createHttpServer") && arguments.length == 1
                        ? server(vertx, (HttpServerOptions) arguments[0])
                        : method.invoke(vertx, arguments));
    }

    @SuppressWarnings("unchecked")
    private HttpServer server(Vertx vertx, HttpServerOptions options) {
        vertx.setPeriodic(LOOK_MILLIS, fired -> closeIdle());
        // HTTP/2 without TLS is known by its first bytes only: until they come there would be no connection to watch.
        options.setHttp2ClearTextEnabled(false).setIdleTimeout(SILENT_SECONDS).setIdleTimeoutUnit(TimeUnit.SECONDS);
        HttpServer server = vertx.createHttpServer(options).connectionHandler(this::opened);
        return proxy(
                HttpServer.class,
                (method, arguments) -> method.getName().equals("requestHandler") && arguments.length == 1
                        ? server.requestHandler(named((Handler<HttpServerRequest>) arguments[0]))
                        : method.invoke(server, arguments));
    }

    /** Camel's router answers a request that names no host with a stack trace. */
    private static Handler<HttpServerRequest> named(Handler<HttpServerRequest> router) {
        return request -> {
            if (request.getHeader("Host") == null) {
                log.warn("a request without the header Host was refused");
                GuardedServer.refuse(request.response(), new Problem(400, "the header Host is missing"));
            } else {
                router.handle(request);
            }
        };
    }

    private interface Call {
        Object of(Method method, Object[] arguments) throws ReflectiveOperationException;
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(Proxy.newProxyInstance(
                Connections.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    try {
                        return call.of(method, arguments == null ? NONE : arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    private void opened(HttpConnection connection) {
        HttpConnection inTheWay = null;
        synchronized (this) {
            open++;
            if (open > most) {
                Iterator<HttpConnection> oldest = idle.keySet().iterator();
                inTheWay = oldest.hasNext() ? oldest.next() : connection;
            }
            idle.put(connection, System.nanoTime());
            if (inTheWay != null) {
                idle.remove(inTheWay);
            }
        }
        connection.closeHandler(closed -> forget(connection));
        if (inTheWay != null) {
            inTheWay.close();
        }
    }

    private synchronized void forget(HttpConnection connection) {
        open--;
        idle.remove(connection);
    }

    /** It asks something, or waits for the answer. */
    synchronized void asks(HttpConnection connection) {
        idle.remove(connection);
    }

    /** It was answered, and may ask again. */
    synchronized void rests(HttpConnection connection) {
        idle.put(connection, System.nanoTime());
    }

    private void closeIdle() {
        List<HttpConnection> tooLong = new ArrayList<>();
        synchronized (this) {
            long now = System.nanoTime();
            for (Map.Entry<HttpConnection, Long> each : idle.entrySet()) {
                if (now - each.getValue() > idleNanos) {
                    tooLong.add(each.getKey());
                }
            }
            tooLong.forEach(idle::remove);
        }
        tooLong.forEach(HttpConnection::close);
    }
}
