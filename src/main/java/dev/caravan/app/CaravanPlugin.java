package dev.caravan.app;

import dev.caravan.camel.Wiring;
import dev.caravan.extension.OperatorExtensions;
import java.nio.file.Path;
import java.time.Clock;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.ContextServicePlugin;

/**
 * Binds Caravan's beans into every Camel context on whose class path it lies: our own main, {@code camel run}, tests.
 */
public final class CaravanPlugin implements ContextServicePlugin {
    public static final String WIRING = "caravanWiring";

    /** Bound before by whoever reads the operator's routes himself. */
    static final String EXTENSIONS = "caravanExtensions";

    @Override
    public void load(CamelContext context) {
        var wiring = new Wiring();
        context.getRegistry().bind(WIRING, wiring);
        OperatorExtensions known = context.getRegistry().lookupByNameAndType(EXTENSIONS, OperatorExtensions.class);
        OperatorExtensions extensions = known == null ? OperatorExtensions.ofWorkingFolder(home()) : known;
        wiring.bind(context, extensions.routes(), Clock.systemUTC());
        if (known == null) {
            context.getRegistry().bind(EXTENSIONS, extensions);
            context.addLifecycleStrategy(new OwnRoutes(extensions));
        }
        context.addLifecycleStrategy(new ServedContext(Clock.systemUTC()));
    }

    @Override
    public void unload(CamelContext context) {
        Wiring wiring = context.getRegistry().lookupByNameAndType(WIRING, Wiring.class);
        if (wiring != null) {
            wiring.close();
        }
    }

    /** Where routes, pipelines and the application's properties lie. */
    public static Path home() {
        return Path.of(System.getProperty("caravan.home", "."));
    }
}
