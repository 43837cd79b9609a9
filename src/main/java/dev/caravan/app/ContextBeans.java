package dev.caravan.app;

import dev.caravan.camel.Wiring;
import dev.caravan.extension.OperatorExtensions;
import java.util.Objects;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;

/** What this program keeps in the registry of a Camel context, beside the beans that routes name. */
final class ContextBeans {
    static final String WIRING = "caravanWiring";

    /** Bound before by whoever reads the operator's routes himself. */
    static final String EXTENSIONS = "caravanExtensions";

    private ContextBeans() {}

    static Wiring wiring(CamelContext context) {
        return Objects.requireNonNull(wiringIfAny(context));
    }

    static @Nullable Wiring wiringIfAny(CamelContext context) {
        return context.getRegistry().lookupByNameAndType(WIRING, Wiring.class);
    }

    /** The operator's routes and classes that are read here. */
    static OperatorExtensions extensions(CamelContext context) {
        return Objects.requireNonNull(extensionsIfAny(context));
    }

    static @Nullable OperatorExtensions extensionsIfAny(CamelContext context) {
        return context.getRegistry().lookupByNameAndType(EXTENSIONS, OperatorExtensions.class);
    }
}
