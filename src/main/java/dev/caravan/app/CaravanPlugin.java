package dev.caravan.app;

import dev.caravan.camel.Wiring;
import dev.caravan.extension.OperatorExtensions;
import java.time.Clock;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.ContextServicePlugin;

/**
 * Binds Caravan's beans into every Camel context on whose class path it lies: our own main, {@code camel run}, tests.
 */
public final class CaravanPlugin implements ContextServicePlugin {
    @Override
    public void load(CamelContext context) {
        var wiring = new Wiring();
        context.getRegistry().bind(ContextBeans.WIRING, wiring);
        OperatorExtensions known = ContextBeans.extensionsIfAny(context);
        OperatorExtensions extensions = known == null ? OperatorExtensions.ofWorkingFolder(Installation.home()) : known;
        wiring.bind(context, extensions.routes(), Clock.systemUTC());
        if (known == null) {
            context.getRegistry().bind(ContextBeans.EXTENSIONS, extensions);
            context.addLifecycleStrategy(new OwnRoutes(extensions));
        }
        context.addLifecycleStrategy(new ServedContext(Clock.systemUTC()));
    }

    @Override
    public void unload(CamelContext context) {
        Wiring wiring = ContextBeans.wiringIfAny(context);
        if (wiring != null) {
            wiring.close();
        }
    }
}
