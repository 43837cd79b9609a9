package dev.caravan.validation;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the JSON objects in a reply that may be its answer. Strict first: a reply that is valid JSON is never altered.
 * Only then thoughts, prose and fences are passed over and slips mended, each by position and never by a pattern over
 * the whole text, and each leaves a warning. Which of several is the answer, {@link ObjectChoice} says.
 */
final class ReplyParser {
    /** What a reply fails with that holds several answers. */
    static final String SEVERAL = "parse_several_objects";

    private static final ObjectMapper NOTING_DUPLICATES =
            Json.mapper().copy().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
    private static final int MOST_DIGITS = 1_000;
    private static final int MOST_OBJECTS = 100;
    private static final Pattern FENCE = Pattern.compile("```[A-Za-z0-9+_-]{0,20}\\s{0,100}$");
    private static final Pattern BETWEEN = Pattern.compile("```[A-Za-z0-9+_-]{0,20}");

    /**
     * An object that may be the answer.
     *
     * @param findings what was done to read it; an error when it must not be reckoned with
     * @param worded whether words stand between it and the object before it
     */
    record Candidate(ObjectNode object, List<Finding> findings, boolean worded) {
        boolean fails() {
            return findings.stream().anyMatch(Finding::fails);
        }
    }

    /** @param candidates in their order, all different; none when the findings hold an error */
    record Parsed(List<Candidate> candidates, List<Finding> findings) {}

    private final String text;
    private final ReplyScan scan;
    private final List<Finding> before = new ArrayList<>();

    private ReplyParser(String text) {
        boolean marked = text.startsWith("\uFEFF");
        this.text = marked ? text.substring(1).strip() : text;
        if (marked) {
            before.add(repaired("bom", "a byte order mark was dropped"));
        }
        scan = new ReplyScan(this.text);
        if (scan.start() > 0) {
            before.add(repaired("thinking", "the model's thoughts were dropped"));
        }
    }

    static Parsed parse(String reply) {
        String text = reply.strip();
        if (text.isEmpty()) {
            return failed("parse_empty", "the reply is empty");
        }
        JsonNode plain = withoutDuplicates(text);
        if (plain instanceof ObjectNode object) {
            return new Parsed(
                    List.of(new Candidate(object, beyond(object) ? outOfRange() : List.of(), false)), List.of());
        }
        JsonNode strict = ReplyScan.json(text);
        if (strict != null) {
            return strict instanceof ObjectNode object
                    ? new Parsed(List.of(new Candidate(object, found(object, text, List.of()), false)), List.of())
                    : noObject(strict);
        }
        return new ReplyParser(text).found();
    }

    private Parsed found() {
        if (scan.tangled()) {
            return failed("parse_error", "the reply is too tangled to be read");
        }
        if (scan.unclosed()) {
            return failed("parse_truncated", "the reply ends in the model's thoughts");
        }
        List<ReplySegment> segments = scan.segments();
        boolean some = segments.stream().anyMatch(ReplySegment::isObject);
        ReplySegment last = null;
        for (ReplySegment each : segments) {
            last = counts(each, some) ? each : last;
        }
        if (last == null) {
            return failed("parse_error", "the reply holds no JSON object");
        }
        return switch (last.state()) {
            case CUT -> failed("parse_truncated", "the JSON in the reply has no end");
            case BROKEN -> failed("parse_error", "the reply is not valid JSON");
            case READ -> last.isObject() ? candidates(segments) : noObject(last.node());
        };
    }

    /** @param objects whether there is an object anywhere in the reply */
    private static boolean counts(ReplySegment each, boolean objects) {
        return !objects
                || (each.state() == ReplySegment.State.READ ? each.isObject() || each.isListOfObjects() : each.tried());
    }

    private Parsed candidates(List<ReplySegment> segments) {
        Map<ObjectNode, Candidate> found = new LinkedHashMap<>();
        int end = scan.start();
        boolean worded = false;
        for (ReplySegment each : segments) {
            worded |= hasWords(end, each.from());
            end = each.to();
            if (each.node() instanceof ObjectNode object) {
                found.remove(object);
                found.put(object, new Candidate(object, found(object, each.text(), notes(each)), worded));
                worded = false;
            }
            if (found.size() > MOST_OBJECTS) {
                return failed(SEVERAL, "the reply holds more than " + MOST_OBJECTS + " different objects");
            }
        }
        if (found.size() > 1) {
            // Words about the answer hold an empty object often, an answer hardly ever is one.
            found.keySet().removeIf(ObjectNode::isEmpty);
        }
        return new Parsed(List.copyOf(found.values()), List.of());
    }

    private boolean hasWords(int from, int to) {
        return BETWEEN.matcher(text.substring(from, to)).replaceAll("").chars().anyMatch(Character::isLetterOrDigit);
    }

    private List<Finding> notes(ReplySegment segment) {
        var notes = new ArrayList<>(before);
        String ahead = text.substring(scan.start(), segment.from());
        if (FENCE.matcher(ahead.substring(Math.max(0, ahead.length() - 200))).find()) {
            notes.add(repaired("fence", "the object stood in a code fence"));
        } else if (!ahead.isBlank() || !text.substring(segment.to()).isBlank()) {
            notes.add(repaired("prose", "text around the object was dropped"));
        }
        segment.repairs().forEach(each -> notes.add(repaired(each, "the JSON had a " + each.replace('_', ' '))));
        return notes;
    }

    private static List<Finding> found(ObjectNode object, String text, List<Finding> notes) {
        var findings = new ArrayList<>(notes);
        if (beyond(object)) {
            findings.addAll(outOfRange());
        } else if (withoutDuplicates(text) == null) {
            findings.add(Finding.warning("duplicate_key", "$", "a key stands twice; the last one counts"));
        }
        return findings;
    }

    private static List<Finding> outOfRange() {
        return List.of(Finding.error(
                "number_out_of_range", "$", "the reply holds a number of more than " + MOST_DIGITS + " digits"));
    }

    /** A text as JSON; null where it is none, or a key stands twice. */
    private static @Nullable JsonNode withoutDuplicates(String text) {
        try {
            return NOTING_DUPLICATES.readTree(text);
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    /** Whether a number is so large or fine that reckoning with it would not end. */
    private static boolean beyond(JsonNode node) {
        if (node.isBigDecimal()) {
            return beyond(node.decimalValue());
        }
        for (JsonNode each : node) {
            if (beyond(each)) {
                return true;
            }
        }
        return false;
    }

    /** As for a node. */
    static boolean beyond(BigDecimal value) {
        return Math.abs((long) value.scale()) > MOST_DIGITS || value.precision() > MOST_DIGITS;
    }

    private static Parsed noObject(@Nullable JsonNode node) {
        boolean list = node != null && node.isArray();
        return failed(
                "parse_not_an_object",
                "the reply is JSON, but " + (list ? "a list" : "a single value") + " and not an object");
    }

    private static Parsed failed(String code, String message) {
        return new Parsed(List.of(), List.of(Finding.error(code, "$", message)));
    }

    private static Finding repaired(String what, String message) {
        return Finding.warning("repaired_" + what, "$", message);
    }
}
