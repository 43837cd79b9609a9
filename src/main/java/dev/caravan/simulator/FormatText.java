package dev.caravan.simulator;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Texts in the formats that JSON Schema names. */
final class FormatText {
    private static final Instant BEGIN = Instant.parse("2020-01-01T00:00:00Z");
    private static final int SECONDS = 5 * 365 * 24 * 3600;

    private FormatText() {}

    /** @return null for a format that says nothing of its text */
    static @Nullable String make(String format, SeededStream dice) {
        String word = word(dice);
        return switch (format) {
            case "date" -> time(dice).toString().substring(0, 10);
            case "date-time" -> time(dice).toString();
            case "time" -> time(dice).toString().substring(11);
            case "duration" -> Duration.ofMinutes(1 + dice.below(600)).toString();
            case "email", "idn-email" -> word + "@example.com";
            case "hostname", "idn-hostname" -> word + ".example.com";
            case "ipv4" -> "192.0.2." + dice.below(256);
            case "ipv6" -> "2001:db8::" + Integer.toHexString(1 + dice.below(65_535));
            case "uri", "url", "iri", "uri-reference", "iri-reference" -> "https://example.com/" + word;
            case "uri-template" -> "https://example.com/" + word + "/{id}";
            case "uuid" -> uuid(dice);
            case "json-pointer" -> "/" + word;
            case "relative-json-pointer" -> dice.below(5) + "/" + word;
            case "regex" -> "^" + word + "$";
            case "byte" -> "Y2FyYXZhbg==";
            default -> null;
        };
    }

    private static Instant time(SeededStream dice) {
        return BEGIN.plusSeconds(dice.below(SECONDS)).truncatedTo(ChronoUnit.SECONDS);
    }

    /** A random one, of version 4. */
    private static String uuid(SeededStream dice) {
        long high = (dice.next() & 0xFFFFFFFFFFFF0FFFL) | 0x4000L;
        long low = (dice.next() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
        return new UUID(high, low).toString();
    }

    private static String word(SeededStream dice) {
        var text = new StringBuilder();
        for (int i = 0; i < 6; i++) {
            text.append((char) ('a' + dice.below(26)));
        }
        return text.toString();
    }
}
