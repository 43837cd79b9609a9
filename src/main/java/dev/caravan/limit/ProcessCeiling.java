package dev.caravan.limit;

import java.time.Clock;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * How many calls may be in flight in this process, over all accounts. All turnstiles count under the lock of this object,
 * by one clock.
 */
final class ProcessCeiling implements AutoCloseable {
    private final int most;
    private final Clock clock;
    private final ScheduledExecutorService timer =
            new ScheduledThreadPoolExecutor(1, ProcessCeiling::thread, new ThreadPoolExecutor.DiscardPolicy());
    private int inUse;

    ProcessCeiling(int most, Clock clock) {
        this.most = most;
        this.clock = clock;
    }

    private static Thread thread(Runnable task) {
        var thread = new Thread(task, "turnstiles");
        thread.setDaemon(true);
        return thread;
    }

    /** Calls in flight at most. */
    int most() {
        return most;
    }

    /** Milliseconds since 1970. */
    long now() {
        return clock.millis();
    }

    /** Whether another call may be in flight. Called with the lock. */
    boolean hasRoom() {
        return inUse < most;
    }

    /** Called with the lock. */
    void taken(int more) {
        inUse += more;
    }

    void later(Runnable task, long millis) {
        Future<?> unused = timer.schedule(task, millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
