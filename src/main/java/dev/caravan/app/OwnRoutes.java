package dev.caravan.app;

import dev.caravan.camel.provider.ProviderWires;
import dev.caravan.extension.OperatorExtensions;
import org.apache.camel.CamelContext;
import org.apache.camel.VetoCamelContextStartException;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.support.PluginHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds an operator's routes to a Camel context that somebody else starts: {@code camel run}, which reads the
 * installation's by a pattern. Where its classes come from is that launcher's to say, so jars are told and not read.
 */
final class OwnRoutes extends LifecycleStrategySupport {
    private static final Logger log = LoggerFactory.getLogger(OwnRoutes.class);

    private final OperatorExtensions extensions;

    OwnRoutes(OperatorExtensions extensions) {
        this.extensions = extensions;
    }

    @Override
    public void onContextStarting(CamelContext context) throws VetoCamelContextStartException {
        if (!extensions.words().isEmpty()) {
            log.warn("{}", extensions.words());
        }
        if (!extensions.jars().isEmpty()) {
            log.warn(
                    "the jars in lib/ are not read under the Camel CLI: name them in camel.jbang.dependencies, or start"
                            + " it with --dep or --jvm-classpath");
        }
        try {
            PluginHelper.getRoutesLoader(context).loadRoutes(ShippedRoutes.own(extensions));
            new ProviderWires(extensions.ownRoutes()).check();
        } catch (Exception e) {
            log.error("{}", told(e, context).getMessage());
            throw new VetoCamelContextStartException("routes cannot be used, as said above", context, true);
        }
    }

    private RuntimeException told(Exception e, CamelContext context) {
        return new RouteMistakes(Installation.home(), ShippedRoutes.own(extensions), context)
                .in(e)
                .<RuntimeException>map(each -> each)
                .orElseGet(() -> new IllegalStateException("the routes of the working folder cannot be loaded", e));
    }
}
