package dev.caravan.camel;

import dev.caravan.execution.LiveRun;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.apache.camel.component.file.FileEndpoint;

/**
 * Adds one Camel route per step when a run starts, and one that brings in the run's jobs, and removes them when it ends.
 * So a step whose route is stopped begins nothing new, and what it has bought is collected all the same.
 */
public final class StepRoutes {
    private static final String OPTIONS = "?initialDelay=0&delay=50&delete=true&greedy=true&maxMessagesPerPoll=1000"
            + "&exclusiveReadLockStrategy=#ticketStillThere&scheduledExecutorService=#pollers";

    /** In place of a step's name: no step is called so. */
    public static final String COLLECTING = "(jobs)";

    private final CamelContext context;
    private final JobClock clock;
    private final Set<String> live = new HashSet<>();

    public StepRoutes(CamelContext context) {
        this.context = context;
        clock = new JobClock(context);
    }

    // Camel's model of routes is no place for two threads at once.

    public synchronized void add(LiveRun run) throws Exception {
        live.add(run.facts().run());
        clock.go();
        for (String step : run.facts().steps()) {
            add(
                    id(run, step),
                    run.folder().queue(step),
                    "Step " + step + " of run " + PlainText.of(run.facts().run()));
        }
        add(
                id(run, COLLECTING),
                run.folder().collecting(),
                "Jobs of run " + PlainText.of(run.facts().run()) + " that are over, or looked for");
    }

    private void add(String id, Path queue, String about) throws Exception {
        FileEndpoint endpoint = endpoint(queue.toAbsolutePath());
        TemplatedRouteBuilder.builder(context, "step-queue")
                .routeId(id)
                .prefixId(id + "/")
                .parameter("queue", endpoint.getEndpointUri())
                .parameter("about", about)
                .add();
        if (context.getRoute(id).getEndpoint() != endpoint) {
            throw new IllegalStateException("the route " + id + " looks elsewhere than in " + queue);
        }
    }

    /**
     * The endpoint of a queue's folder. What is in an endpoint's URI is decoded, split and filled in by Camel, and a
     * folder may be called anything: so the URI only resembles the path, and the path itself is handed over as it is.
     */
    private FileEndpoint endpoint(Path queue) {
        String uri = "file:" + PlainText.ofPath(queue.normalize()) + OPTIONS;
        FileEndpoint endpoint = context.getEndpoint(uri, FileEndpoint.class);
        endpoint.setFile(queue.toFile());
        endpoint.getConfiguration().setDirectory(queue.toString());
        return endpoint;
    }

    /** While no run is here, nothing is asked of anybody five times a second. */
    public synchronized void rest() throws Exception {
        if (live.isEmpty()) {
            clock.stop();
        }
    }

    public synchronized void remove(LiveRun run) throws Exception {
        for (String step : run.facts().steps()) {
            remove(id(run, step));
        }
        remove(id(run, COLLECTING));
        live.remove(run.facts().run());
        rest();
    }

    private void remove(String id) throws Exception {
        if (context.getRoute(id) != null) {
            context.getRouteController().stopRoute(id, 10, TimeUnit.SECONDS);
            context.removeRoute(id);
        }
    }

    /** Run and step; what JMX, hawtio and {@code camel get route} show. */
    static String id(LiveRun run, String step) {
        return PlainText.of(run.facts().run()) + "/" + step;
    }
}
