package dev.caravan.app;

import dev.caravan.camel.Wiring;
import java.nio.file.Path;
import java.time.Clock;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.ContextServicePlugin;

/**
 * Binds Caravan's beans into every Camel context on whose class path it lies: our own main, {@code camel run}, tests.
 */
public final class CaravanPlugin implements ContextServicePlugin {
    public static final String WIRING = "caravanWiring";

    @Override
    public void load(CamelContext context) {
        var wiring = new Wiring();
        context.getRegistry().bind(WIRING, wiring);
        wiring.bind(context, home().resolve("routes"), Clock.systemUTC());
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
