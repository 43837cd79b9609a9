package dev.caravan.camel;

import dev.caravan.execution.LiveRun;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The runs that this process is at, by name. */
public final class LiveRuns {
    private final Map<String, LiveRun> runs = new ConcurrentHashMap<>();

    public void add(LiveRun run) {
        runs.put(run.facts().run(), run);
    }

    public void remove(LiveRun run) {
        runs.remove(run.facts().run());
    }

    public Optional<LiveRun> find(String name) {
        return Optional.ofNullable(runs.get(name));
    }

    public Collection<LiveRun> all() {
        return List.copyOf(runs.values());
    }
}
