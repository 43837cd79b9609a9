package dev.caravan.camel;

import dev.caravan.arrival.Decision;
import dev.caravan.service.Service;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The service, as {@code routes/serve.camel.yaml} asks it; idle in a process that serves nobody. */
public final class ServiceDesk {
    private volatile @Nullable Service service;

    /** @param working whom the clock serves from now on; null for nobody */
    public void attach(@Nullable Service working) {
        service = working;
    }

    /** What came in. */
    public List<Decision> look() {
        Service working = service;
        return working == null ? List.of() : working.look();
    }

    /** Refuses it, makes a run of it, or tells it. */
    public void answer(Decision decision) {
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
    }

    /** Starts and ends runs. */
    public void tend() {
        Service working = service;
        if (working != null) {
            working.tend();
        }
    }
}
