package dev.caravan.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Moments in the manifest: they are texts there. */
final class ManifestTimes {
    private ManifestTimes() {}

    static Instant time(JsonNode node) {
        return Objects.requireNonNull(optionalTime(node));
    }

    static @Nullable Instant optionalTime(JsonNode node) {
        return node.isNull() ? null : Instant.parse(node.textValue());
    }

    static @Nullable String text(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }
}
