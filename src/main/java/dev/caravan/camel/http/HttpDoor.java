package dev.caravan.camel.http;

import dev.caravan.base.OpenFiles;
import dev.caravan.web.HttpProblem;
import dev.caravan.web.HttpSettings;
import dev.caravan.web.RequestGuard;
import java.util.Objects;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.main.Main;

/** The port of a process that serves. Without it {@code caravan.http} is false, and no route of the API is made. */
public final class HttpDoor {
    /** Streams have no end, so they are no exchanges of Camel's. */
    private static final String[] EVENTS = {"/api/events", "/api/runs/:run/events"};

    private static final String SERVER = "guardedServer";
    private static final long LONGEST_IDLE_MILLIS = 20_000;

    private HttpDoor() {}

    /** Before the context starts. {@code camel.management.*} shares host and port with {@code camel.server.*}. */
    public static void prepare(Main main, HttpSettings settings) {
        prepare(main, settings, new ServerConnections(OpenFiles.atStart().connections(), LONGEST_IDLE_MILLIS));
    }

    static void prepare(Main main, HttpSettings settings, ServerConnections connections) {
        settings.checkFree();
        main.bind(SERVER, new GuardedServer(new RequestGuard(settings), connections));
        for (String each : new String[] {"camel.server.", "camel.management."}) {
            main.addOverrideProperty(each + "host", settings.host());
            main.addOverrideProperty(each + "port", Integer.toString(settings.port()));
        }
        main.addOverrideProperty("camel.server.enabled", "true");
        main.addOverrideProperty("camel.server.maxBodySize", Long.toString(RequestGuard.MOST_BYTES));
        main.addOverrideProperty("camel.server.fileUploadEnabled", "false");
        main.addOverrideProperty("caravan.http", "true");
    }

    /**
     * Once the context is up.
     *
     * @return the port, also where any was asked for
     * @throws dev.caravan.base.UserMistakeException when it could not be opened
     */
    public static int open(CamelContext context, HttpSettings settings, ApiDesk desk) {
        VertxPlatformHttpServer server = context.hasService(VertxPlatformHttpServer.class);
        if (server == null || server.getServer() == null || server.getPort() <= 0) {
            throw settings.taken("it is taken");
        }
        VertxPlatformHttpRouter router =
                VertxPlatformHttpRouter.lookup(context, VertxPlatformHttpRouter.getRouterNameFromPort(settings.port()));
        GuardedServer guarded = context.getRegistry().lookupByNameAndType(SERVER, GuardedServer.class);
        var events = new EventStream(Objects.requireNonNull(guarded).mostStreams());
        for (String each : EVENTS) {
            router.get(each).handler(call -> events.answer(call, desk::events));
        }
        router.route()
                .order(Integer.MAX_VALUE)
                .handler(call -> call.response()
                        .setStatusCode(404)
                        .putHeader("Content-Type", HttpProblem.TYPE)
                        .end(new HttpProblem(404, "there is nothing here; GET /api tells what there is").text()));
        return server.getPort();
    }
}
