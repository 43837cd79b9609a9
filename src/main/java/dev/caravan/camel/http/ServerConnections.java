package dev.caravan.camel.http;

import dev.caravan.web.HttpProblem;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerImpl;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.core.spi.transport.Transport;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of our server: no more of them than leave files for runs, and none that stays without asking
 * anything. Whoever comes when there is no room waits at the door, and the one that has been idle for longest goes. Until
 * it is gone nobody else is accepted: those who come wait in the system's queue, where they cost us no files.
 */
final class ServerConnections {
    private static final Logger log = LoggerFactory.getLogger(ServerConnections.class);
    private static final Object[] NONE = {};

    /** Longer than the time between two heartbeats of a stream. */
    private static final int SILENT_SECONDS = 60;

    private static final long LOOK_MILLIS = 500;

    private final int most;
    private final long idleNanos;
    /** By when they came, asked or were answered; the oldest first. */
    private final Map<Channel, Guest> guests = new LinkedHashMap<>();
    /** Servers that accept nobody now. */
    private final Set<Channel> shut = new HashSet<>();

    /** @param request that is not answered yet; null for one that asks nothing */
    private record Guest(long since, @Nullable HttpServerRequest request) {

        /** Nobody works for it: it asks nothing, or has not said all of it. */
        boolean canGo() {
            return request == null || !request.isEnded();
        }
    }

    /** @param idleMillis how long a connection may take to ask something, the first time and between two times */
    ServerConnections(int most, long idleMillis) {
        this.most = most;
        this.idleNanos = TimeUnit.MILLISECONDS.toNanos(idleMillis);
    }

    /** A stream stays for as long as its reader likes: others must find room beside them. */
    int mostStreams() {
        return most / 2;
    }

    /** Vert.x as Camel sees it, which makes the server without asking us: each server that it makes is watched. */
    Vertx watching(Vertx vertx) {
        return proxy(
                VertxInternal.class,
                (method, arguments) -> method.getName().equals("createHttpServer") && arguments.length == 1
                        ? server((VertxInternal) vertx, (HttpServerOptions) arguments[0])
                        : method.invoke(vertx, arguments));
    }

    @SuppressWarnings("unchecked")
    private HttpServer server(VertxInternal vertx, HttpServerOptions options) {
        vertx.setPeriodic(LOOK_MILLIS, fired -> look());
        // HTTP/2 without TLS is known by its first bytes only: until they come there would be no connection to watch.
        options.setHttp2ClearTextEnabled(false).setIdleTimeout(SILENT_SECONDS).setIdleTimeoutUnit(TimeUnit.SECONDS);
        var server = new HttpServerImpl(guarding(vertx), options);
        return proxy(
                HttpServer.class,
                (method, arguments) -> method.getName().equals("requestHandler") && arguments.length == 1
                        ? server.requestHandler(named((Handler<HttpServerRequest>) arguments[0]))
                        : method.invoke(server, arguments));
    }

    /** Vert.x as its server sees it, which puts nobody of ours between accepting a connection and knowing of it. */
    private VertxInternal guarding(VertxInternal vertx) {
        Transport transport = proxy(Transport.class, (method, arguments) -> {
            Object result = method.invoke(vertx.transport(), arguments);
            if (method.getName().equals("configure") && arguments[2] instanceof ServerBootstrap server) {
                // Else it accepts sixteen before we hear of the first.
                server.option(ChannelOption.RCVBUF_ALLOCATOR, new ServerChannelRecvByteBufAllocator())
                        .handler(new Door());
            }
            return result;
        });
        return proxy(
                VertxInternal.class,
                (method, arguments) ->
                        method.getName().equals("transport") ? transport : method.invoke(vertx, arguments));
    }

    /** What is accepted passes here, on the thread that accepts, before anything is read from it. */
    private final class Door extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext server, Object accepted) {
            if (accepted instanceof Channel guest) {
                arrived(server.channel(), guest);
            }
            server.fireChannelRead(accepted);
        }
    }

    private void arrived(Channel server, Channel guest) {
        synchronized (this) {
            guests.put(guest, new Guest(System.nanoTime(), null));
            if (guests.size() > most) {
                shut.add(server);
                server.config().setAutoRead(false);
            }
        }
        guest.closeFuture().addListener(closed -> leaves(guest));
        makeRoom();
    }

    /** Java lets go of the file at the next look at the selector: what is scheduled comes behind that, never before. */
    private void leaves(Channel guest) {
        Future<?> unused = guest.eventLoop().schedule(() -> left(guest), 0, TimeUnit.NANOSECONDS);
    }

    private void left(Channel guest) {
        synchronized (this) {
            guests.remove(guest);
        }
        makeRoom();
    }

    private void makeRoom() {
        Optional<Channel> inTheWay = Optional.empty();
        synchronized (this) {
            if (guests.size() > most) {
                inTheWay = guests.entrySet().stream()
                        .filter(each -> each.getValue().canGo() && each.getKey().isRegistered())
                        .map(Map.Entry::getKey)
                        .findFirst();
            } else {
                shut.stream()
                        .filter(Channel::isOpen)
                        .forEach(each -> each.config().setAutoRead(true));
                shut.clear();
            }
        }
        inTheWay.ifPresent(ServerConnections::hangUp);
    }

    private static void hangUp(Channel guest) {
        Future<?> unused = guest.close();
    }

    /** Camel's router answers a request that names no host with a stack trace. */
    private static Handler<HttpServerRequest> named(Handler<HttpServerRequest> router) {
        return request -> {
            if (request.getHeader("Host") == null) {
                log.warn("a request without the header Host was refused");
                ProblemReply.send(request.response(), new HttpProblem(400, "the header Host is missing"));
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
                ServerConnections.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    try {
                        return call.of(method, arguments == null ? NONE : arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    /** It asks something, or waits for the answer. */
    void asks(HttpServerRequest request) {
        now(request, request);
    }

    /** It was answered, and may ask again. */
    void rests(HttpServerRequest request) {
        now(request, null);
        makeRoom();
    }

    private synchronized void now(HttpServerRequest of, @Nullable HttpServerRequest unanswered) {
        Channel guest = ((ConnectionBase) of.connection()).channel();
        // It may be gone by now, and would stay for ever.
        if (guests.remove(guest) != null) {
            guests.put(guest, new Guest(System.nanoTime(), unanswered));
        }
    }

    private void look() {
        List<Channel> tooLong;
        synchronized (this) {
            long now = System.nanoTime();
            tooLong = guests.entrySet().stream()
                    .filter(each -> each.getValue().request() == null
                            && now - each.getValue().since() > idleNanos)
                    .map(Map.Entry::getKey)
                    .filter(Channel::isRegistered)
                    .toList();
        }
        tooLong.forEach(ServerConnections::hangUp);
        makeRoom();
    }
}
