package dev.caravan.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.camel.StepRoutes;
import dev.caravan.testing.ShippedRun;
import org.apache.camel.CamelContext;
import org.apache.camel.component.quartz.QuartzComponent;
import org.apache.camel.component.quartz.QuartzEndpoint;
import org.junit.jupiter.api.Test;
import org.quartz.Scheduler;
import org.quartz.Trigger.TriggerState;

/** What strikes in a process that has nothing to do. */
class IdleTest {
    @Test
    void the_clock_of_jobs_stands_while_no_run_is_live() throws Exception {
        try (CamelHost host = CamelHost.start(null)) {
            assertThat(state(host, "poll-due-jobs")).isNotEqualTo(TriggerState.PAUSED);

            new StepRoutes(host.context()).rest();

            assertThat(state(host, "poll-due-jobs")).isEqualTo(TriggerState.PAUSED);
            // Arrivals and approvals are looked for as before.
            assertThat(state(host, "look-at-arrivals")).isNotEqualTo(TriggerState.PAUSED);
            assertThat(state(host, "tend-runs")).isNotEqualTo(TriggerState.PAUSED);
        }
    }

    @Test
    void the_clocks_of_one_context_do_not_hang_on_another_of_the_same_name() throws Exception {
        try (Engine one = ShippedRun.engine("")) {
            CamelHost.start(null).close();

            assertThat(scheduler(one.context()).isShutdown()).isFalse();
            new StepRoutes(one.context()).rest();
        }
    }

    private static Scheduler scheduler(CamelContext context) {
        return context.getComponent("quartz", QuartzComponent.class).getScheduler();
    }

    private static TriggerState state(CamelHost host, String route) throws Exception {
        var clock = (QuartzEndpoint) host.context().getRoute(route).getEndpoint();
        return scheduler(host.context()).getTriggerState(clock.getTriggerKey());
    }
}
