package dev.caravan.simulator;

import dev.caravan.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Files at the provider, on disk: the content beside what is known of it. */
final class FileStore {

    /**
     * A stored file.
     *
     * @param purpose {@code batch} for what a client sent, {@code batch_output} for results
     * @param created milliseconds by the simulator's clock
     * @param expires when it goes, by the same clock; 0 when nothing says so
     */
    record Stored(
            String id,
            String provider,
            String name,
            String type,
            String purpose,
            long bytes,
            long created,
            long expires) {}

    private final Path folder;
    private final SimulatedClock clock;
    private final Map<String, Stored> known = new ConcurrentHashMap<>();
    private final AtomicLong number = new AtomicLong();

    FileStore(Path folder, SimulatedClock clock) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.clock = clock;
        for (Path each : StateFiles.records(folder)) {
            Stored stored = Json.mapper().readValue(Files.readAllBytes(each), Stored.class);
            known.put(stored.id(), stored);
        }
        try (Stream<Path> old = Files.list(folder)) {
            number.set(old.count() + 1);
        }
    }

    /** Ids that were never given before, also over restarts, and sort by age. */
    String nextId(String prefix) {
        return prefix + "%012x%04x".formatted(clock.millis(), number.incrementAndGet() & 0xffff);
    }

    Path content(String id) {
        return folder.resolve(id);
    }

    Stored describe(String id, String provider, String name, String type, String purpose, long expires)
            throws IOException {
        var stored = new Stored(id, provider, name, type, purpose, Files.size(content(id)), clock.millis(), expires);
        StateFiles.put(folder.resolve(id + ".json"), Json.mapper().valueToTree(stored));
        known.put(id, stored);
        return stored;
    }

    @Nullable Stored file(String id, String provider) {
        Stored stored = known.get(id);
        return stored != null && stored.provider().equals(provider) ? stored : null;
    }

    /** Newest first. */
    List<Stored> all(String provider) {
        return known.values().stream()
                .filter(each -> each.provider().equals(provider))
                .sorted(Comparator.comparingLong(Stored::created)
                        .thenComparing(Stored::id)
                        .reversed())
                .toList();
    }

    void delete(String id) throws IOException {
        known.remove(id);
        Files.deleteIfExists(folder.resolve(id + ".json"));
        Files.deleteIfExists(content(id));
    }
}
