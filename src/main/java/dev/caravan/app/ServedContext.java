package dev.caravan.app;

import dev.caravan.base.Disk;
import dev.caravan.base.FailpointDisk;
import dev.caravan.base.UserMistakeException;
import dev.caravan.base.WorkingFolder;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.provider.ProviderKeys;
import dev.caravan.service.ServeSettings;
import dev.caravan.service.Service;
import dev.caravan.service.ServiceLease;
import dev.caravan.web.WebhookSettings;
import java.time.Clock;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.VetoCamelContextStartException;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.support.SimpleEventNotifierSupport;
import org.apache.camel.support.service.ServiceHelper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the folder of pipelines in a Camel context that somebody else starts and stops: {@code camel run}, where the
 * property {@code caravan.serve} is true. It begins once the routes are up, and ends in order before any of them stops.
 */
final class ServedContext extends LifecycleStrategySupport {
    private static final Logger log = LoggerFactory.getLogger(ServedContext.class);

    private final Clock clock;
    private final Disk disk = FailpointDisk.orReal();
    private @Nullable Work work;

    /** What is open while it serves. */
    private record Work(
            ServeProperties properties,
            ServeSettings settings,
            WebhookSettings receivers,
            ServiceLease lease,
            ModelRegistry registry) {}

    ServedContext(Clock clock) {
        this.clock = clock;
    }

    /** Whatever is wrong is said before a route is up. */
    @Override
    public void onContextStarting(CamelContext context) throws VetoCamelContextStartException {
        var properties = new ServeProperties(context);
        if (!properties.serves()) {
            return;
        }
        try {
            WorkingFolder.check();
            ServeSettings settings = properties.settings();
            ModelRegistry registry = ModelRegistry.with(WorkingFolder.path().resolve("models.yaml"), clock);
            WebhookSettings receivers =
                    WebhookSettings.of(List.of(), ProviderKeys.of(System.getenv(), WorkingFolder.path()));
            work = new Work(
                    properties, settings, receivers, ServiceLease.take(settings.memory(), disk, clock), registry);
            Service.note(settings, disk, clock);
        } catch (UserMistakeException e) {
            log.error("{}", e.getMessage());
            throw new VetoCamelContextStartException("caravan cannot serve here, as said above", context, true);
        }
    }

    @Override
    public void onContextStarted(CamelContext context) {
        Work begun = work;
        if (begun != null) {
            var engine = new Engine(
                    begun.properties().engine(), begun.registry(), Caravan.kinds(), disk, clock, CamelHost.of(context));
            var serving =
                    new ServiceSession(engine, begun.settings(), begun.receivers(), new LoggedNotices(), "camel run");
            var end = new End(begun, engine, serving);
            context.getManagementStrategy().addEventNotifier(end);
            ServiceHelper.startService(end);
            serving.begin("");
            begun.lease().lost().thenAccept(why -> {
                log.error("{}; the service ends", Disk.reason(why));
                // On a thread of its own: the lease's, which tells, is ended by it.
                new Thread(context::stop, "service-lost").start();
            });
        }
    }

    /** A context that did not come up has nothing to end, but its lease. */
    @Override
    public void onContextStopped(CamelContext context) {
        Work left = work;
        if (left != null) {
            left.lease().close();
            work = null;
        }
    }

    /** The first that a context which stops tells anybody; the routes are up still. */
    private static final class End extends SimpleEventNotifierSupport {
        private final Work work;
        private final Engine engine;
        private final ServiceSession serving;

        End(Work work, Engine engine, ServiceSession serving) {
            this.work = work;
            this.engine = engine;
            this.serving = serving;
            setupIgnore(true);
            setIgnoreCamelContextEvents(false);
        }

        @Override
        public void notify(CamelEvent event) {
            if (event instanceof CamelEvent.CamelContextStoppingEvent) {
                serving.stop(work.properties().graceMillis(), "", () -> false);
                serving.close();
                engine.close();
            }
        }
    }
}
