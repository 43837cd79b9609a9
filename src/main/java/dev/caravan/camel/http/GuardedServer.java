package dev.caravan.camel.http;

import dev.caravan.web.HttpProblem;
import dev.caravan.web.RequestGuard;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.auth.authentication.AuthenticationProvider;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.AuthenticationHandler;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Service;
import org.apache.camel.component.platform.http.main.DefaultMainHttpServerFactory;
import org.apache.camel.component.platform.http.main.MainHttpServer;
import org.apache.camel.component.platform.http.vertx.auth.AuthenticationConfig.AuthenticationConfigEntry;
import org.apache.camel.component.platform.http.vertx.auth.AuthenticationConfig.AuthenticationHandlerFactory;
import org.apache.camel.main.HttpManagementServerConfigurationProperties;
import org.apache.camel.main.HttpServerConfigurationProperties;

/**
 * Makes Camel's HTTP server with a {@link RequestGuard} in it: where Camel puts authentication, before the port is opened and
 * before whatever is served on it later, of ours or of Camel's.
 */
final class GuardedServer extends DefaultMainHttpServerFactory {
    private static final long LONGEST_UPLOAD_MILLIS = TimeUnit.SECONDS.toMillis(30);

    private final RequestGuard guard;
    private final ServerConnections connections;

    GuardedServer(RequestGuard guard, ServerConnections connections) {
        this.guard = guard;
        this.connections = connections;
    }

    int mostStreams() {
        return connections.mostStreams();
    }

    @Override
    public Service newHttpServer(CamelContext context, HttpServerConfigurationProperties settings) {
        Vertx plain = Objects.requireNonNull(context.getRegistry().lookupByNameAndType("vertx", Vertx.class));
        // Of one name a registry keeps a bean for each class.
        context.getRegistry().unbind("vertx");
        context.getRegistry().bind("vertx", connections.watching(plain));
        var server = (MainHttpServer) super.newHttpServer(context, settings);
        var first = new AuthenticationConfigEntry();
        first.setPath("/*");
        first.setAuthenticationProviderFactory(
                vertx -> (credentials, answer) -> answer.handle(Future.failedFuture("the guard asks nobody")));
        first.setAuthenticationHandlerFactory(new AuthenticationHandlerFactory() {
            @Override
            public <T extends AuthenticationProvider> AuthenticationHandler createAuthenticationHandler(T unused) {
                return GuardedServer.this::handle;
            }
        });
        var all = server.getConfiguration().getAuthenticationConfig();
        all.getEntries().add(first);
        all.setEnabled(true);
        return server;
    }

    /** Metrics, health and Jolokia live on the guarded port, or nowhere. */
    @Override
    public Service newHttpManagementServer(CamelContext context, HttpManagementServerConfigurationProperties settings) {
        MainHttpServer guarded = context.hasService(MainHttpServer.class);
        if (guarded == null || guarded.getPort() != settings.getPort()) {
            throw new IllegalArgumentException(
                    "camel.management.port must be that of camel.server, or nothing would guard it");
        }
        return super.newHttpManagementServer(context, settings);
    }

    private void handle(RoutingContext call) {
        HttpServerRequest request = call.request();
        connections.asks(request);
        call.addEndHandler(ended -> {
            if (ended.succeeded()) {
                connections.rests(request);
            }
        });
        protect(call.response());
        Optional<HttpProblem> refusal = guard.refuse(request.method().name(), name -> headers(request, name));
        if (refusal.isPresent()) {
            ProblemReply.send(call.response(), refusal.get());
            return;
        }
        if (!request.isEnded()) {
            long timer = call.vertx().setTimer(LONGEST_UPLOAD_MILLIS, fired -> {
                if (!request.isEnded()) {
                    request.connection().close();
                }
            });
            call.addEndHandler(ended -> call.vertx().cancelTimer(timer));
        }
        call.next();
    }

    /** HTTP/2 says the host in a place of its own. */
    private static List<String> headers(HttpServerRequest request, String name) {
        List<String> all = request.headers().getAll(name);
        if (name.equals("host") && all.isEmpty() && request.authority() != null) {
            return List.of(request.authority().toString());
        }
        return all;
    }

    /** What browsers must not do with anything from here. */
    private static void protect(HttpServerResponse response) {
        response.putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("X-Frame-Options", "SAMEORIGIN")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Cross-Origin-Resource-Policy", "same-origin")
                .putHeader("Cache-Control", "no-store");
    }
}
