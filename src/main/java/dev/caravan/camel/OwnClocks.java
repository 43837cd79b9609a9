package dev.caravan.camel;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.component.quartz.QuartzComponent;

/**
 * Clocks of one context alone. Quartz keeps one scheduler for each name in a JVM, and Camel names it after the context:
 * of two contexts of one name, one would stop the clocks of the other, or be called by them.
 */
final class OwnClocks {
    private static final AtomicInteger CONTEXTS = new AtomicInteger();
    /** As Quartz has them where nothing else is said. */
    private static final String THREADS = "10";

    private OwnClocks() {}

    static QuartzComponent component() {
        var component = new QuartzComponent();
        component.setPrefixInstanceName(false);
        component.setProperties(Map.of(
                "org.quartz.scheduler.instanceName",
                "caravan-clocks-" + CONTEXTS.incrementAndGet(),
                "org.quartz.threadPool.class",
                "org.quartz.simpl.SimpleThreadPool",
                "org.quartz.threadPool.threadCount",
                THREADS));
        return component;
    }
}
