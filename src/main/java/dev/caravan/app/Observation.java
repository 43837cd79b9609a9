package dev.caravan.app;

import dev.caravan.camel.ServiceDesk;
import dev.caravan.camel.StepRoutes;
import dev.caravan.camel.Wiring;
import dev.caravan.service.ServeSettings;
import dev.caravan.watch.Health;
import dev.caravan.watch.InterruptedRuns;
import dev.caravan.watch.Jolokia;
import dev.caravan.watch.Meters;
import dev.caravan.watch.Watch;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** What tells others how an engine's runs do: MBeans always; meters, health and Jolokia where it listens. */
final class Observation implements AutoCloseable {
    private final Wiring wiring;
    private final Clock clock;
    private final @Nullable Meters meters;
    private final @Nullable Jolokia jolokia;
    private final Watch watch;

    /** @param listens whether somebody may ask over HTTP */
    Observation(Wiring wiring, Clock clock, boolean listens) {
        this.wiring = wiring;
        this.clock = clock;
        Meters counting = listens ? new Meters(clock) : null;
        Jolokia asking = listens ? new Jolokia("/" + StepRoutes.COLLECTING) : null;
        if (counting != null && asking != null) {
            wiring.watchDesk().attach(counting, asking);
        }
        meters = counting;
        jolokia = asking;
        watch = new Watch(counting);
    }

    /** Follows runs that are taken up. */
    Watch watch() {
        return watch;
    }

    /** Tells from now on how the service is. */
    void begin(ServeSettings settings) {
        ServiceDesk desk = wiring.serviceDesk();
        desk.alsoFind(new InterruptedRuns(settings.runs(), clock, watch));
        wiring.watchDesk()
                .attach(new Health(settings.runs(), settings.memory(), desk.pulse(), watch, desk::isAttached));
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
