package dev.caravan.app;

import dev.caravan.camel.http.HttpDoor;
import dev.caravan.web.HttpSettings;
import org.apache.camel.CamelContext;
import org.apache.camel.StartupSummaryLevel;
import org.apache.camel.main.Main;
import org.jspecify.annotations.Nullable;

/** The Camel context that an engine works in: our own, from its start to its end, or somebody else's. */
final class Host implements AutoCloseable {
    private final CamelContext context;
    private final @Nullable Main main;
    private final Telemetry telemetry;
    private final boolean listens;

    private Host(CamelContext context, @Nullable Main main, Telemetry telemetry, boolean listens) {
        this.context = context;
        this.main = main;
        this.telemetry = telemetry;
        this.listens = listens;
    }

    /** @param http where to listen; null for a process that serves nobody */
    static Host start(@Nullable HttpSettings http) {
        var main = new Main();
        ShippedRoutes.prepare(main, CaravanPlugin.home());
        main.addOverrideProperty(ServedContext.SERVE, "false");
        main.configure().setStartupSummaryLevel(StartupSummaryLevel.Off);
        if (http != null) {
            HttpDoor.prepare(main, http);
        }
        Telemetry telemetry = Telemetry.prepare(main);
        main.start();
        return new Host(main.getCamelContext(), main, telemetry, http != null);
    }

    /** A context that somebody else started, and will stop. */
    static Host of(CamelContext context) {
        return new Host(context, null, Telemetry.OFF, false);
    }

    CamelContext context() {
        return context;
    }

    /** Whether it may be asked over HTTP. */
    boolean listens() {
        return listens;
    }

    @Override
    public void close() {
        if (main != null) {
            main.stop();
            main.shutdown();
        }
        telemetry.close();
    }
}
