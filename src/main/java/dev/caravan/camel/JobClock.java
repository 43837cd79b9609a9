package dev.caravan.camel;

import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.component.quartz.QuartzEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * What has the jobs of live runs looked at: the clock of {@code poll-due-jobs} in {@code routes/batch.camel.yaml}. It
 * stands while there is no run, or a service that waits for work would never sleep for longer than a fifth of a second.
 */
final class JobClock {
    private static final String ROUTE = "poll-due-jobs";

    private final CamelContext context;

    JobClock(CamelContext context) {
        this.context = context;
    }

    void go() throws Exception {
        QuartzEndpoint clock = clock();
        if (clock != null) {
            clock.resumeTrigger();
        }
    }

    void stop() throws Exception {
        QuartzEndpoint clock = clock();
        if (clock != null) {
            clock.pauseTrigger();
        }
    }

    /** Null where the route begins elsewhere, as an operator or a test may have it. */
    private @Nullable QuartzEndpoint clock() {
        Route route = context.getRoute(ROUTE);
        return route != null && route.getEndpoint() instanceof QuartzEndpoint clock ? clock : null;
    }
}
