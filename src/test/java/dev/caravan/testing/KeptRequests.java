package dev.caravan.testing;

import java.util.concurrent.Callable;

/** Runs keep the requests that they sent, for a test to look at. */
public final class KeptRequests {
    private static final String SETTING = "caravan.requests";

    private KeptRequests() {}

    /** Does something meanwhile. */
    public static <T> T during(Callable<T> work) throws Exception {
        System.setProperty(SETTING, "keep");
        try {
            return work.call();
        } finally {
            System.clearProperty(SETTING);
        }
    }
}
