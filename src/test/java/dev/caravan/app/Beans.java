package dev.caravan.app;

import org.jspecify.annotations.Nullable;

/** Whether engines that start from here on have MBeans: thousands of routes that nobody looks at come and go without. */
final class Beans implements AutoCloseable {
    private static final String SWITCH = "camel.main.jmxEnabled";

    private final @Nullable String before;

    private Beans(boolean on) {
        before = System.setProperty(SWITCH, String.valueOf(on));
    }

    static Beans on() {
        return new Beans(true);
    }

    static Beans off() {
        return new Beans(false);
    }

    /** As it was. */
    @Override
    public void close() {
        if (before == null) {
            System.clearProperty(SWITCH);
        } else {
            System.setProperty(SWITCH, before);
        }
    }
}
