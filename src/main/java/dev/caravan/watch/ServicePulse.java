package dev.caravan.watch;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** When each clock of the service struck last. */
public final class ServicePulse {
    private final Map<String, Long> last = new ConcurrentHashMap<>();
    private final LongSupplier nanos;

    /** @param nanos a time that never goes back, such as {@link System#nanoTime} */
    public ServicePulse(LongSupplier nanos) {
        this.nanos = nanos;
    }

    public void beat(String clock) {
        last.put(clock, nanos.getAsLong());
    }

    boolean has(String clock) {
        return last.containsKey(clock);
    }

    Duration silence(String clock) {
        return Duration.ofNanos(nanos.getAsLong() - last.getOrDefault(clock, nanos.getAsLong()));
    }
}
