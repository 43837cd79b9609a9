package dev.caravan.testing;

import org.jspecify.annotations.Nullable;

/** Whether engines that start from here on have MBeans: thousands of routes that nobody looks at come and go without. */
public final class EngineBeans implements AutoCloseable {
    private static final String SWITCH = "camel.main.jmxEnabled";

    private final @Nullable String before;

    private EngineBeans(boolean on) {
        before = System.setProperty(SWITCH, String.valueOf(on));
    }

    public static EngineBeans on() {
        return new EngineBeans(true);
    }

    public static EngineBeans off() {
        return new EngineBeans(false);
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
