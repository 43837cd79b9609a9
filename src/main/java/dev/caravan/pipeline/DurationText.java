package dev.caravan.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** Lengths of time as an author writes them: {@code 90s}, {@code 30m}, {@code 24h} or {@code 2d}; a bare number is seconds. */
public final class DurationText {
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})\\s*(s|m|h|d|)");

    private DurationText() {}

    static Optional<Duration> parse(JsonNode value) {
        var matcher = DURATION.matcher(value.asText());
        if (!value.isValueNode() || !matcher.matches()) {
            return Optional.empty();
        }
        long number = Long.parseLong(matcher.group(1));
        return Optional.of(
                switch (matcher.group(2)) {
                    case "m" -> Duration.ofMinutes(number);
                    case "h" -> Duration.ofHours(number);
                    case "d" -> Duration.ofDays(number);
                    default -> Duration.ofSeconds(number);
                });
    }

    /** Of a value that was checked; where it is missing, the usual one. */
    public static Duration of(JsonNode value, Duration usual) {
        return parse(value).orElse(usual);
    }
}
