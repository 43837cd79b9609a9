package dev.caravan.app;

import dev.caravan.camel.http.HttpDoor;
import dev.caravan.camel.provider.ProviderWires;
import dev.caravan.extension.OperatorExtensions;
import dev.caravan.web.HttpSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.ManagementMBeansLevel;
import org.apache.camel.StartupSummaryLevel;
import org.apache.camel.main.Main;
import org.apache.camel.spi.Resource;
import org.jspecify.annotations.Nullable;

/** The Camel context that an engine works in: our own, from its start to its end, or somebody else's. */
final class CamelHost implements AutoCloseable {
    private final CamelContext context;
    private final @Nullable Main main;
    private final RouteTracing telemetry;
    private final boolean listens;

    private final @Nullable URLClassLoader classes;

    private CamelHost(
            CamelContext context,
            @Nullable Main main,
            RouteTracing telemetry,
            boolean listens,
            @Nullable URLClassLoader classes) {
        this.context = context;
        this.main = main;
        this.classes = classes;
        this.telemetry = telemetry;
        this.listens = listens;
    }

    /** Our own main, whose context finds classes in the operator's jars too. */
    private static final class OwnMain extends Main {
        private final @Nullable URLClassLoader classes;

        OwnMain(@Nullable URLClassLoader classes) {
            this.classes = classes;
        }

        @Override
        protected CamelContext createCamelContext() {
            CamelContext context = super.createCamelContext();
            if (classes != null) {
                context.setApplicationContextClassLoader(classes);
            }
            return context;
        }
    }

    static CamelHost start(@Nullable HttpSettings http) {
        return start(http, OperatorExtensions.ofWorkingFolder(Installation.home()), null);
    }

    /**
     * @param http where to listen; null for a process that serves nobody
     * @param providers whose routes are asked for, by their folders, of those that come with the installation; null for all
     * @throws dev.caravan.base.NotReadyException when a route file or a mapping cannot be used
     */
    static CamelHost start(
            @Nullable HttpSettings http, OperatorExtensions extensions, @Nullable Set<String> providers) {
        URLClassLoader classes = extensions.classes();
        var main = new OwnMain(classes);
        main.bind(ContextBeans.EXTENSIONS, extensions);
        main.configure().setSourceLocationEnabled(true);
        ShippedRoutes.prepare(main, Installation.home(), extensions, providers);
        main.addOverrideProperty(ServeProperties.SERVES, "false");
        main.configure().setStartupSummaryLevel(StartupSummaryLevel.Off);
        if (http != null) {
            HttpDoor.prepare(main, http);
        } else {
            // A bean for each step of a route is half of what the start of a context costs.
            main.configure().setJmxManagementMBeansLevel(ManagementMBeansLevel.RoutesOnly);
        }
        RouteTracing telemetry = RouteTracing.prepare(main);
        try {
            main.start();
            checkOwn(extensions);
        } catch (RuntimeException e) {
            var mistakes = new RouteMistakes(
                    Installation.home(), ShippedRoutes.files(Installation.home(), extensions), main.getCamelContext());
            RuntimeException told =
                    mistakes.in(e).<RuntimeException>map(each -> each).orElse(e);
            end(main, telemetry, told);
            throw told;
        }
        return new CamelHost(main.getCamelContext(), main, telemetry, http != null, classes);
    }

    /** Those of the installation are read when a run asks for them; an operator hears of his own at once. */
    private static void checkOwn(OperatorExtensions extensions) {
        new ProviderWires(extensions.ownRoutes()).check();
        List<Resource> own = ShippedRoutes.own(extensions);
        if (!own.isEmpty()) {
            Path home = Installation.home();
            RouteFileCheck.in(ShippedRoutes.files(home, extensions), own, home).ifPresent(mistakes -> {
                throw mistakes;
            });
        }
    }

    /** What did not come up leaves no threads behind. */
    private static void end(Main main, RouteTracing telemetry, RuntimeException why) {
        try {
            main.stop();
            main.shutdown();
        } catch (RuntimeException e) {
            why.addSuppressed(e);
        }
        telemetry.close();
    }

    /** A context that somebody else started, and will stop. */
    static CamelHost of(CamelContext context) {
        return new CamelHost(context, null, RouteTracing.OFF, false, null);
    }

    CamelContext context() {
        return context;
    }

    /** Whether it may be asked over HTTP. */
    boolean listens() {
        return listens;
    }

    @Override
    public void close() {
        if (main != null) {
            main.stop();
            main.shutdown();
        }
        telemetry.close();
        if (classes != null) {
            try {
                classes.close();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot close the jars of lib/", e);
            }
        }
    }
}
