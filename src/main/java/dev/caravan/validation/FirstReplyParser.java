package dev.caravan.validation;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Frozen, as it was in the first rule ({@link ReadingRule#FIRST}), by which stored runs are judged: never mend it.
 *
 * <p>Finds the JSON object in a reply. Strict first: a reply that is valid JSON is never altered. Only then repairs are
 * tried, each by reading tokens and never by a pattern over the whole text, and each leaves a warning.
 */
final class FirstReplyParser {
    private static final ObjectMapper NOTING_DUPLICATES =
            Json.mapper().copy().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
    private static final int MOST_DIGITS = 1_000;
    private static final Pattern THINKING = Pattern.compile("(?s)<think(ing)?>.*?</think(ing)?>");

    /** @param object the object, or null when the findings hold an error */
    public record Parsed(@Nullable ObjectNode object, List<Finding> findings) {}

    private FirstReplyParser() {}

    public static Parsed parse(String reply) {
        String text = reply.strip();
        var findings = new ArrayList<Finding>();
        if (text.isEmpty()) {
            return failed("parse_empty", "the reply is empty");
        }
        JsonNode strict = read(text);
        if (strict != null) {
            return object(strict, text, findings);
        }
        if (text.startsWith("\uFEFF")) {
            text = text.substring(1).strip();
            findings.add(repaired("bom", "a byte order mark was dropped"));
        }
        String spoken = THINKING.matcher(text).replaceAll("").strip();
        if (!spoken.equals(text)) {
            text = spoken;
            findings.add(repaired("thinking", "a thinking block was dropped"));
        }
        return candidates(text).stream()
                .flatMap(each -> repaired(each, findings).stream())
                .findFirst()
                .orElseGet(() -> hopeless(spoken));
    }

    /** Where the object may stand, the likeliest first. */
    private static List<Candidate> candidates(String text) {
        var found = new ArrayList<Candidate>();
        found.add(new Candidate(text, List.of()));
        fence(text)
                .ifPresent(body ->
                        found.add(new Candidate(body, List.of(repaired("fence", "the object stood in a code fence")))));
        int open = text.indexOf('{');
        if (open >= 0) {
            found.add(new Candidate(
                    balanced(text, open), List.of(repaired("prose", "text around the object was dropped"))));
        }
        return found;
    }

    private record Candidate(String text, List<Finding> findings) {}

    private static Optional<Parsed> repaired(Candidate candidate, List<Finding> before) {
        var findings = new ArrayList<>(before);
        findings.addAll(candidate.findings());
        JsonNode node = read(candidate.text());
        String text = candidate.text();
        if (node == null) {
            var repair = new FirstTokenRepair(text);
            text = repair.repaired();
            node = read(text);
            repair.repairs().forEach(each -> findings.add(repaired(each, "the JSON had a " + each.replace('_', ' '))));
        }
        return node != null && node.isObject() ? Optional.of(object(node, text, findings)) : Optional.empty();
    }

    private static Parsed object(JsonNode node, String text, List<Finding> findings) {
        if (!(node instanceof ObjectNode object)) {
            return failed("parse_not_an_object", "the reply is JSON, but " + kind(node) + " and not an object");
        }
        if (beyond(object)) {
            return failed("number_out_of_range", "the reply holds a number of more than " + MOST_DIGITS + " digits");
        }
        try {
            NOTING_DUPLICATES.readTree(text);
        } catch (JsonProcessingException e) {
            findings.add(Finding.warning("duplicate_key", "$", "a key stands twice; the last one counts"));
        }
        return new Parsed(object, List.copyOf(findings));
    }

    /** Whether a number is so large or fine that reckoning with it would not end. */
    private static boolean beyond(JsonNode node) {
        if (node.isBigDecimal()) {
            BigDecimal value = node.decimalValue();
            return Math.abs((long) value.scale()) > MOST_DIGITS || value.precision() > MOST_DIGITS;
        }
        for (JsonNode each : node) {
            if (beyond(each)) {
                return true;
            }
        }
        return false;
    }

    private static String kind(JsonNode node) {
        return node.isArray() ? "a list" : "a single value";
    }

    private static Parsed hopeless(String text) {
        int open = text.indexOf('{');
        if (open >= 0 && closing(text, open) < 0) {
            return failed("parse_truncated", "the JSON object has no end");
        }
        return failed("parse_error", open < 0 ? "the reply holds no JSON object" : "the reply is not valid JSON");
    }

    private static Parsed failed(String code, String message) {
        return new Parsed(null, List.of(Finding.error(code, "$", message)));
    }

    private static Finding repaired(String what, String message) {
        return Finding.warning("repaired_" + what, "$", message);
    }

    private static @Nullable JsonNode read(String text) {
        try {
            JsonNode node = Json.mapper().readTree(text);
            return node == null || node.isMissingNode() ? null : node;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private static Optional<String> fence(String text) {
        int json = text.indexOf("```json");
        int open = json >= 0 ? json : text.indexOf("```");
        if (open < 0) {
            return Optional.empty();
        }
        int line = text.indexOf('\n', open);
        int start = line < 0 ? open + (json >= 0 ? 7 : 3) : line + 1;
        int brace = text.indexOf('{', open);
        if (brace >= 0 && brace < start) {
            start = brace;
        }
        int end = brace >= 0 ? closing(text, brace) : -1;
        if (end >= 0) {
            return Optional.of(text.substring(Math.min(start, brace), end + 1).strip());
        }
        int close = text.indexOf("```", start);
        return Optional.of(
                text.substring(start, close < 0 ? text.length() : close).strip());
    }

    private static String balanced(String text, int open) {
        int close = closing(text, open);
        return close < 0 ? text.substring(open) : text.substring(open, close + 1);
    }

    /** The brace that closes the one at {@code open}, passing over strings; -1 when there is none. */
    private static int closing(String text, int open) {
        int depth = 0;
        boolean inString = false;
        for (int i = open; i < text.length(); i++) {
            char c = text.charAt(i);
            if (inString) {
                if (c == '\\') {
                    i++;
                } else if (c == '"') {
                    inString = false;
                }
            } else if (c == '"') {
                inString = true;
            } else if (c == '{') {
                depth++;
            } else if (c == '}' && --depth == 0) {
                return i;
            }
        }
        return -1;
    }
}
