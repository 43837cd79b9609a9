package dev.caravan.conformance;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes down how long an SDK would have waited before it tried again, and lets it try at once. */
final class Pauses implements com.openai.core.Sleeper, com.anthropic.core.Sleeper {
    private final List<Duration> taken = new CopyOnWriteArrayList<>();

    @Override
    public void sleep(Duration duration) {
        taken.add(duration);
    }

    @Override
    public CompletableFuture<Void> sleepAsync(Duration duration) {
        taken.add(duration);
        return CompletableFuture.completedFuture(null);
    }

    List<Duration> taken() {
        return taken;
    }

    @Override
    public void close() {}
}
