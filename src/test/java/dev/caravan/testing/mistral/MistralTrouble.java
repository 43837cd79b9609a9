package dev.caravan.testing.mistral;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** What the server is told to do wrong, each so many times. */
public final class MistralTrouble {
    /** A create is carried out and its answer lost; then others make jobs. */
    public final AtomicInteger lostCreates = new AtomicInteger();

    /** Others make jobs between the first page of a list and the next. */
    public final AtomicInteger busyLists = new AtomicInteger();

    /** How many jobs others make at a time; a page holds a hundred. */
    public final AtomicInteger others = new AtomicInteger(130);

    /** Whether jobs run on and on, until they are cancelled. */
    public final AtomicBoolean endless = new AtomicBoolean();

    /** Calls and creates that are turned away with 429. */
    public final AtomicInteger throttled = new AtomicInteger();

    /** Jobs whose time runs out when half of them is done. */
    public final AtomicInteger expiringJobs = new AtomicInteger();

    /** Rows of a batch that end with an error of the server's. */
    public final AtomicInteger errorRows = new AtomicInteger();

    static boolean strikes(AtomicInteger left) {
        return left.getAndUpdate(each -> Math.max(0, each - 1)) > 0;
    }
}
