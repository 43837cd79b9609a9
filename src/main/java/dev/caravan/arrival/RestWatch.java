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
final class RestWatch {
    private record Hashed(FolderListing listing, RestedFolder settled) {}

    private final Path pipelines;
    private final HeldBack held;
    private final ArrivalLimits limits;
    private final StabilityCheck quiet = new StabilityCheck();
    private final Map<String, Hashed> known = new HashMap<>();

    RestWatch(Path pipelines, HeldBack held, ArrivalLimits limits) {
        this.pipelines = pipelines;
        this.held = held;
        this.limits = limits;
    }

    /** Forgets all others. */
    void keep(SortedSet<String> names) {
        quiet.keep(names);
        known.keySet().retainAll(names);
    }

    Optional<RestedFolder> settle(String name, Instant now, LookBudget work, Consumer<ArrivalDecision> out) {
        try {
            FolderListing listing = FolderListing.of(pipelines.resolve(name), limits.files());
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
                    new ArrivalRefusal(
                            ArrivalRefusal.Kind.DISK,
                            name,
                            "",
                            "cannot be read: " + e.getMessage(),
                            "let the service read it; it is looked at again by itself"),
                    out);
            return Optional.empty();
        }
    }

    private Optional<RestedFolder> hash(String name, FolderListing listing, LookBudget work) throws IOException {
        ArrivalRefusal refusal = listing.refusal();
        if (refusal == null) {
            work.did(listing.files().values().stream()
                    .mapToLong(FolderListing.Stamp::size)
                    .sum());
        }
        var settled = new RestedFolder(digest(name, listing), refusal);
        if (!FolderListing.of(pipelines.resolve(name), limits.files()).equals(listing)) {
            quiet.forget(name);
            held.back(name, "changed while it was read");
            return Optional.empty();
        }
        known.put(name, new Hashed(listing, settled));
        return Optional.of(settled);
    }

    /** The digest of what is there at this moment, at rest or not. */
    String now(String name) throws IOException {
        return digest(name, FolderListing.of(pipelines.resolve(name), limits.files()));
    }

    private String digest(String name, FolderListing listing) throws IOException {
        @Nullable ArrivalRefusal refusal = listing.refusal();
        return refusal == null ? FolderDigest.of(pipelines.resolve(name), listing) : FolderDigest.of(refusal);
    }
}
