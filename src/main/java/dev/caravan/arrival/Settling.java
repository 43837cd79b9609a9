package dev.caravan.arrival;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Waits until folders are complete and at rest, and then says what they hold; unchanged ones are not read again. */
final class Settling {
    private record Hashed(Listing listing, Settled settled) {}

    private final Path pipelines;
    private final Held held;
    private final Limits limits;
    private final Quiet quiet = new Quiet();
    private final Map<String, Hashed> known = new HashMap<>();

    Settling(Path pipelines, Held held, Limits limits) {
        this.pipelines = pipelines;
        this.held = held;
        this.limits = limits;
    }

    /** Forgets all others. */
    void keep(SortedSet<String> names) {
        quiet.keep(names);
        known.keySet().retainAll(names);
    }

    Optional<Settled> settle(String name, Instant now, Work work, Consumer<Decision> out) {
        try {
            Listing listing = Listing.of(pipelines.resolve(name), limits.files());
            boolean rests = quiet.holds(name, listing, limits.quiet(), now);
            if (!listing.hindrance().isEmpty()) {
                held.back(name, listing.hindrance());
                return Optional.empty();
            }
            Hashed before = known.get(name);
            if (before != null && before.listing().equals(listing)) {
                return Optional.of(before.settled());
            }
            if (!rests) {
                held.back(name, "has not been at rest for " + limits.quiet().toMillis() + " ms");
                return Optional.empty();
            }
            if (!work.isLeft()) {
                held.back(name, "waits until others are read");
                return Optional.empty();
            }
            return hash(name, listing, work);
        } catch (NoSuchFileException e) {
            quiet.forget(name);
            held.back(name, "changed while it was read");
            return Optional.empty();
        } catch (IOException e) {
            quiet.forget(name);
            held.trouble(
                    name,
                    name,
                    new Refusal(
                            Refusal.Kind.DISK,
                            name,
                            "",
                            "cannot be read: " + e.getMessage(),
                            "let the service read it; it is looked at again by itself"),
                    out);
            return Optional.empty();
        }
    }

    private Optional<Settled> hash(String name, Listing listing, Work work) throws IOException {
        Refusal refusal = listing.refusal();
        if (refusal == null) {
            work.did(listing.files().values().stream()
                    .mapToLong(Listing.Stamp::size)
                    .sum());
        }
        var settled = new Settled(digest(name, listing), refusal);
        if (!Listing.of(pipelines.resolve(name), limits.files()).equals(listing)) {
            quiet.forget(name);
            held.back(name, "changed while it was read");
            return Optional.empty();
        }
        known.put(name, new Hashed(listing, settled));
        return Optional.of(settled);
    }

    /** The digest of what is there at this moment, at rest or not. */
    String now(String name) throws IOException {
        return digest(name, Listing.of(pipelines.resolve(name), limits.files()));
    }

    private String digest(String name, Listing listing) throws IOException {
        @Nullable Refusal refusal = listing.refusal();
        return refusal == null ? Digest.of(pipelines.resolve(name), listing) : Digest.of(refusal);
    }
}
