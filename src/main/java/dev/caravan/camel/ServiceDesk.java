package dev.caravan.camel;

import dev.caravan.arrival.ArrivalDecision;
import dev.caravan.service.Service;
import dev.caravan.watch.InterruptedRuns;
import dev.caravan.watch.ServicePulse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The service, as {@code routes/serve.camel.yaml} asks it; idle in a process that serves nobody. */
public final class ServiceDesk {
    private final ServicePulse pulse = new ServicePulse(System::nanoTime);
    private volatile @Nullable Service service;
    private volatile @Nullable InterruptedRuns interrupted;

    /** When it was last asked for what. */
    public ServicePulse pulse() {
        return pulse;
    }

    public boolean isAttached() {
        return service != null;
    }

    /** @param working whom the clock serves from now on; null for nobody */
    public void attach(@Nullable Service working) {
        service = working;
    }

    /** @param runs looked for each time the service tends its own */
    public void alsoFind(InterruptedRuns runs) {
        interrupted = runs;
    }

    /** What came in. */
    public List<ArrivalDecision> look() {
        Service working = service;
        List<ArrivalDecision> found = working == null ? List.of() : working.look();
        pulse.beat("arrivals");
        return found;
    }

    /** Refuses it, makes a run of it, or tells it. */
    public void answer(ArrivalDecision decision) {
        Service working = service;
        if (working != null) {
            working.answer(decision);
        }
    }

    /** Starts pipelines whose time has come. */
    public void keepTimes() {
        Service working = service;
        if (working != null) {
            working.keepTimes();
        }
        pulse.beat("times");
    }

    /** Starts and ends runs. */
    public void tend() {
        Service working = service;
        if (working != null) {
            working.tend();
        }
        InterruptedRuns seen = interrupted;
        if (working != null && seen != null) {
            seen.look();
        }
        pulse.beat("runs");
    }
}
