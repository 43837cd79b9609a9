package dev.caravan.camel;

import dev.caravan.execution.LiveRun;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.TemplatedRouteBuilder;

/** Adds one Camel route per step when a run starts, and removes them when it ends. */
public final class StepRoutes {
    private static final String OPTIONS = "?initialDelay=0&delay=50&delete=true&greedy=true&maxMessagesPerPoll=1000"
            + "&exclusiveReadLockStrategy=#present&scheduledExecutorService=#pollers";

    private final CamelContext context;

    public StepRoutes(CamelContext context) {
        this.context = context;
    }

    // Camel's model of routes is no place for two threads at once.

    public synchronized void add(LiveRun run) throws Exception {
        for (String step : run.facts().steps()) {
            String id = id(run, step);
            TemplatedRouteBuilder.builder(context, "step-queue")
                    .routeId(id)
                    .prefixId(id + "/")
                    .parameter("queue", "file:" + run.folder().queue(step).toAbsolutePath() + OPTIONS)
                    .parameter(
                            "about", "Step " + step + " of run " + run.facts().run())
                    .add();
        }
    }

    public synchronized void remove(LiveRun run) throws Exception {
        for (String step : run.facts().steps()) {
            String id = id(run, step);
            if (context.getRoute(id) != null) {
                context.getRouteController().stopRoute(id, 10, java.util.concurrent.TimeUnit.SECONDS);
                context.removeRoute(id);
            }
        }
    }

    /** Run and step; what JMX, hawtio and {@code camel get route} show. */
    static String id(LiveRun run, String step) {
        return run.facts().run() + "/" + step;
    }
}
