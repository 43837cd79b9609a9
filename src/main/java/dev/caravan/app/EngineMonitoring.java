package dev.caravan.app;

import dev.caravan.camel.ServiceDesk;
import dev.caravan.camel.StepRoutes;
import dev.caravan.camel.Wiring;
import dev.caravan.service.ServeSettings;
import dev.caravan.watch.InterruptedRuns;
import dev.caravan.watch.JolokiaBridge;
import dev.caravan.watch.ProcessMeters;
import dev.caravan.watch.RunWatch;
import dev.caravan.watch.ServiceHealth;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** What tells others how an engine's runs do: MBeans always; meters, health and Jolokia where it listens. */
final class EngineMonitoring implements AutoCloseable {
    private final Wiring wiring;
    private final Clock clock;
    private final @Nullable ProcessMeters meters;
    private final @Nullable JolokiaBridge jolokia;
    private final RunWatch watch;

    /** @param listens whether somebody may ask over HTTP */
    EngineMonitoring(Wiring wiring, Clock clock, boolean listens) {
        this.wiring = wiring;
        this.clock = clock;
        ProcessMeters counting = listens ? new ProcessMeters(clock) : null;
        JolokiaBridge asking = listens ? new JolokiaBridge("/" + StepRoutes.COLLECTING) : null;
        if (counting != null && asking != null) {
            wiring.watchDesk().attach(counting, asking);
        }
        meters = counting;
        jolokia = asking;
        watch = new RunWatch(counting);
    }

    /** Follows runs that are taken up. */
    RunWatch watch() {
        return watch;
    }

    /** Tells from now on how the service is. */
    void begin(ServeSettings settings) {
        ServiceDesk desk = wiring.serviceDesk();
        desk.alsoFind(new InterruptedRuns(settings.runs(), clock, watch));
        wiring.watchDesk()
                .attach(new ServiceHealth(settings.runs(), settings.memory(), desk.pulse(), watch, desk::isAttached));
    }

    @Override
    public void close() {
        watch.forgetInterrupted();
        if (jolokia != null) {
            jolokia.close();
        }
        if (meters != null) {
            meters.close();
        }
    }
}
