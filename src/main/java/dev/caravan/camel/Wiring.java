package dev.caravan.camel;

import dev.caravan.base.Failpoints;
import dev.caravan.camel.http.ApiDesk;
import dev.caravan.camel.http.ConsoleDesk;
import dev.caravan.camel.http.WatchDesk;
import dev.caravan.camel.provider.BoundedExchange;
import dev.caravan.camel.provider.HttpCalls;
import dev.caravan.camel.provider.KeyOnCall;
import dev.caravan.camel.provider.KeyOnControlCall;
import dev.caravan.camel.provider.ProviderCalls;
import dev.caravan.camel.provider.ProviderFiles;
import dev.caravan.camel.provider.ProviderJobs;
import dev.caravan.camel.provider.ProviderWires;
import dev.caravan.camel.provider.ReplyBounds;
import dev.caravan.camel.provider.WireHeaders;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.ext.web.client.WebClientOptions;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.camel.spi.Registry;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.util.Timeout;
import org.slf4j.LoggerFactory;

/** Every bean that a route names, bound the same way in our own main, under the Camel CLI, and in tests. */
public final class Wiring implements AutoCloseable {
    private static final int POLLERS = 2;
    private static final int WORKERS = 8;
    private static final int SPLITTERS = 4;
    private static final int POLLS_AT_ONCE = 8;
    /** To one provider. No limit of its own: how many calls are in flight is the turnstiles' to say. */
    private static final int CONNECTIONS = 10_000;

    private static final int LONGEST_SILENCE_SECONDS = 20;
    /** Below the idle time after which providers hang up: a call on a connection that closes would be ambiguous. */
    private static final int KEEP_ALIVE_SECONDS = 20;

    private final LiveRuns runs = new LiveRuns();
    private ProviderWires wires = new ProviderWires(List.of());
    private final ServiceDesk serviceDesk = new ServiceDesk();
    private final ApiDesk apiDesk = new ApiDesk();
    private final WatchDesk watchDesk = new WatchDesk();
    private final Vertx vertx = Vertx.vertx(new VertxOptions()
            .setEventLoopPoolSize(Math.max(2, Runtime.getRuntime().availableProcessors()))
            .setWorkerPoolSize(8)
            .setInternalBlockingPoolSize(2)
            .setFileSystemOptions(
                    new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
    private final ScheduledExecutorService alarm = Executors.newScheduledThreadPool(1, named("alarm"));
    private final ScheduledExecutorService pollers = Executors.newScheduledThreadPool(POLLERS, named("poller"));
    private final ExecutorService workers = Executors.newFixedThreadPool(WORKERS, named("worker"));
    private final ExecutorService splitters = Executors.newFixedThreadPool(SPLITTERS, named("splitter"));

    private final ExecutorService polls = Executors.newFixedThreadPool(POLLS_AT_ONCE, named("poll"));

    private static ThreadFactory named(String name) {
        var count = new AtomicInteger();
        return task -> {
            var thread = new Thread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /**
     * Binds the beans. Before the context's properties are bound: they name some of them.
     *
     * @param routes folders in which the mappings of providers lie
     */
    public void bind(CamelContext context, List<Path> routes, Clock clock) {
        Registry registry = context.getRegistry();
        var bounds = new ReplyBounds(context);
        wires = new ProviderWires(routes);
        registry.bind("providerCalls", new ProviderCalls(wires));
        registry.bind("providerJobs", new ProviderJobs(wires));
        registry.bind("providerFiles", new ProviderFiles(wires, bounds));
        registry.bind("http", new HttpCalls());
        registry.bind("keyOnCall", new KeyOnCall(bounds));
        registry.bind("keyOnControlCall", new KeyOnControlCall());
        registry.bind("quartz", OwnClocks.component());
        registry.bind("wireHeaders", new WireHeaders());
        registry.bind("ticketOpener", new TicketOpener(runs));
        registry.bind("manifest", new ManifestProcessor());
        registry.bind("batchWork", new BatchWork(wires));
        registry.bind("jobAdmission", new BatchWork.Admission());
        registry.bind("inProcessWork", new InProcessWork());
        registry.bind("callWork", new CallWork());
        registry.bind("admission", new CallWork.Admission());
        registry.bind("booking", new CallWork.Booking());
        registry.bind("workOfCalls", new WorkOfCalls());
        registry.bind("handOver", new CallWork.HandOver());
        registry.bind("jobPoll", new JobPoll(runs, wires));
        registry.bind("serviceDesk", serviceDesk);
        registry.bind("api", apiDesk);
        registry.bind("watch", watchDesk);
        registry.bind("console", new ConsoleDesk());
        registry.bind("deadLetters", new DeadLetters(clock));
        registry.bind("ticketStillThere", new TicketStillThere());
        registry.bind("pollers", pollers);
        registry.bind("splitPool", splitters);
        registry.bind("pollPool", polls);
        registry.bind("vertx", vertx);
        registry.bind(
                "webClientOptions",
                new WebClientOptions()
                        .setMaxPoolSize(CONNECTIONS)
                        .setFollowRedirects(false)
                        .setKeepAlive(true)
                        .setKeepAliveTimeout(KEEP_ALIVE_SECONDS));
        registry.bind("controlCalls", oneRequestPerCall(BoundedExchange.control(bounds, alarm)));
        registry.bind("downloads", oneRequestPerCall(BoundedExchange.download(bounds, alarm)));
        if (Failpoints.armed()) {
            registry.bind("failpointCalls", new FailpointCalls());
        }
    }

    /** Apache HttpClient repeats a 429 or 503 by itself. Here each call is one request. */
    private static HttpClientConfigurer oneRequestPerCall(BoundedExchange bounded) {
        return (HttpClientBuilder client) -> client.disableAutomaticRetries()
                .addExecInterceptorFirst("bounded", bounded)
                .disableRedirectHandling()
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setResponseTimeout(Timeout.ofSeconds(LONGEST_SILENCE_SECONDS))
                        .build());
    }

    /** The mappings of the providers. */
    public ProviderWires wires() {
        return wires;
    }

    public ServiceDesk serviceDesk() {
        return serviceDesk;
    }

    public WatchDesk watchDesk() {
        return watchDesk;
    }

    public ApiDesk apiDesk() {
        return apiDesk;
    }

    public LiveRuns runs() {
        return runs;
    }

    public ExecutorService workers() {
        return workers;
    }

    @Override
    public void close() {
        pollers.shutdownNow();
        alarm.shutdownNow();
        splitters.shutdownNow();
        polls.shutdownNow();
        workers.shutdown();
        try {
            if (!workers.awaitTermination(5, TimeUnit.SECONDS)) {
                workers.shutdownNow();
            }
            vertx.close().toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LoggerFactory.getLogger(Wiring.class).warn("vertx did not close cleanly", e);
        }
    }
}
