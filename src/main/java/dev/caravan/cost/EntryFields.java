package dev.caravan.cost;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Problems;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads the values of one entry of {@code models.yaml} and complains of each that is not what it should be. A value that
 * is null is one that nobody knows: it takes back what the shipped file says.
 *
 * <p>Words of the file are repeated only where no key can stand by mistake.
 */
final class EntryFields {
    /** Longer texts are no numbers that anybody means. */
    private static final int LONGEST_NUMBER = 40;

    /** Digits behind the point of USD for a million tokens that are whole pico-dollars a token. */
    private static final int FINEST = 6;

    private static final BigDecimal MOST_USD = new BigDecimal(1_000_000);

    private final String file;
    private final String place;
    private final ObjectNode entry;
    private final Problems problems;

    EntryFields(String file, String place, ObjectNode entry, Problems problems) {
        this.file = file;
        this.place = place;
        this.entry = entry;
        this.problems = problems;
    }

    /** The same entry's other values, told at the same place. */
    EntryFields with(ObjectNode values) {
        return new EntryFields(file, place, values, problems);
    }

    ObjectNode copy() {
        return entry.deepCopy();
    }

    void wrong(String key, String message) {
        problems.at(file, place + (place.isEmpty() || key.isEmpty() ? "" : ".") + key, message);
    }

    void known(Collection<String> keys) {
        entry.fieldNames().forEachRemaining(each -> {
            if (!keys.contains(each)) {
                wrong(each, "unknown key; " + Problems.suggestion(each, keys));
            }
        });
    }

    boolean has(String key) {
        return entry.hasNonNull(key);
    }

    /** Whether it says that nobody knows the value. */
    boolean takesBack(String key) {
        return entry.path(key).isNull();
    }

    /** The value under a key, if it is there and not null. */
    private @Nullable JsonNode given(String key) {
        return has(key) ? entry.get(key) : null;
    }

    String text(String key, String otherwise) {
        JsonNode value = given(key);
        if (value == null) {
            return otherwise;
        }
        if (!value.isTextual()) {
            wrong(key, "must be a text" + (value.isValueNode() ? "; put it in quotes" : ""));
            return otherwise;
        }
        return value.textValue();
    }

    /** A text that has to look so. */
    String text(String key, String otherwise, String pattern, String message) {
        String text = text(key, otherwise);
        if (has(key) && !text.matches(pattern)) {
            wrong(key, message);
            return otherwise;
        }
        return text;
    }

    /** A text that has to be there; empty where it is not. */
    String required(String key) {
        String text = text(key, "");
        if (!has(key)) {
            wrong("", "has no " + key);
        } else if (entry.path(key).isTextual() && text.isBlank()) {
            wrong(key, "must not be empty");
        }
        return text;
    }

    boolean flag(String key, boolean otherwise) {
        JsonNode value = given(key);
        if (value != null && !value.isBoolean()) {
            wrong(key, "must be true or false, not " + value);
        }
        return value == null ? otherwise : value.booleanValue();
    }

    /** One of some words; true and false are words too. */
    String choice(String key, List<String> words, String otherwise) {
        return choice(key, words::contains, String.join(", ", words), otherwise);
    }

    /** @param shown the words to choose from, for people */
    String choice(String key, Predicate<String> words, String shown, String otherwise) {
        JsonNode value = given(key);
        if (value == null) {
            return otherwise;
        }
        if (!(value.isTextual() || value.isBoolean()) || !words.test(value.asText())) {
            wrong(key, "must be one of " + shown + ", not " + value);
            return otherwise;
        }
        return value.asText();
    }

    List<String> texts(String key) {
        JsonNode value = given(key);
        var texts = new ArrayList<String>();
        if (value != null && !value.isArray()) {
            wrong(key, "must be a list of names");
        } else if (value != null) {
            for (JsonNode each : value) {
                if (each.isTextual() && !texts.contains(each.textValue())) {
                    texts.add(each.textValue());
                } else {
                    wrong(key, each.isTextual() ? "names " + each + " twice" : "must hold names only, not " + each);
                }
            }
        }
        return texts;
    }

    @Nullable LocalDate date(String key) {
        String text = text(key, "");
        if (text.isEmpty()) {
            return null;
        }
        try {
            return LocalDate.parse(text);
        } catch (DateTimeException e) {
            wrong(key, "must be a date like 2026-12-31");
            return null;
        }
    }

    long whole(String key, long lowest, long highest, long otherwise) {
        JsonNode value = given(key);
        if (value == null) {
            return otherwise;
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < lowest
                || value.longValue() > highest) {
            wrong(key, "must be a whole number from " + lowest + " to " + highest + ", not " + value);
            return otherwise;
        }
        return value.longValue();
    }

    /** What others are multiplied by. */
    Optional<BigDecimal> factor(String key) {
        Optional<BigDecimal> factor = number(key);
        if (factor.isPresent() && (factor.get().signum() == 0 || factor.get().compareTo(BigDecimal.valueOf(100)) > 0)) {
            wrong(key, "must be a factor above 0, and 100 at most");
            return Optional.empty();
        }
        return factor;
    }

    /** A price in USD for a million tokens, as pico-dollars a token. */
    OptionalLong rate(String key) {
        Optional<BigDecimal> usd = number(key);
        if (usd.isEmpty()) {
            return OptionalLong.empty();
        }
        if (usd.get().stripTrailingZeros().scale() > FINEST || usd.get().compareTo(MOST_USD) >= 0) {
            wrong(key, "must be a price with no more than six digits behind the point, below a million");
            return OptionalLong.empty();
        }
        return OptionalLong.of(usd.get().movePointRight(FINEST).longValueExact());
    }

    /** A number as it is written, also in quotes; never a double. */
    private Optional<BigDecimal> number(String key) {
        JsonNode value = given(key);
        Optional<BigDecimal> number = value == null ? Optional.empty() : decimal(value);
        if (value != null && number.isEmpty()) {
            wrong(key, "must be a number, not " + (value.isTextual() ? "'" + value.textValue() + "'" : value));
        }
        if (number.isPresent() && number.get().signum() < 0) {
            wrong(key, "must not be below 0");
            return Optional.empty();
        }
        return number;
    }

    private static Optional<BigDecimal> decimal(JsonNode value) {
        if (value.isNumber()) {
            return Optional.of(value.decimalValue());
        }
        try {
            return value.isTextual() && value.textValue().length() <= LONGEST_NUMBER
                    ? Optional.of(new BigDecimal(value.textValue()))
                    : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** A map inside of the entry; empty where there is none. */
    Optional<EntryFields> inner(String key) {
        JsonNode value = given(key);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof ObjectNode map) {
            return Optional.of(new EntryFields(file, place + "." + key, map, problems));
        }
        wrong(key, "must be a map");
        return Optional.empty();
    }

    /** So many times a rate, where that is exact. */
    long exact(String key, long rate, Ratio ratio) {
        OptionalLong exact = ratio.of(rate);
        if (exact.isEmpty()) {
            wrong(
                    key,
                    "must be given: what follows from the other prices has more than six digits behind the point, or"
                            + " is a million or more");
        }
        return exact.orElse(rate);
    }
}
