package dev.caravan.arrival;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Tells whether something has looked the same for long enough. */
final class StabilityCheck {
    private record Sight(Object look, Instant since) {}

    private final Map<String, Sight> sights = new HashMap<>();

    /** @param look what is compared, by equals */
    boolean holds(String name, Object look, Duration wanted, Instant now) {
        Sight before = sights.get(name);
        if (before == null || !before.look().equals(look) || now.isBefore(before.since())) {
            sights.put(name, new Sight(look, now));
            return wanted.isZero();
        }
        return !now.isBefore(before.since().plus(wanted));
    }

    /** It has to be quiet anew. */
    void forget(String name) {
        sights.remove(name);
    }

    /** Forgets all others. */
    void keep(Set<String> names) {
        sights.keySet().retainAll(names);
    }
}
