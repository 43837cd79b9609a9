package dev.caravan.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.PlainText;
import dev.caravan.base.UnitRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Failed units by what was wrong with them: messages that differ in values alone, as {@code quantity 17 is not <= 10}
 * and {@code quantity 23 is not <= 10}, are one group with a count and examples.
 */
final class FailureGroups {
    private static final int EXAMPLES = 2;
    private static final int SHOWN = 10;
    private static final int TOLD = 100;
    /** Messages beyond so many groups have no group of their own: texts of strangers may all differ. */
    private static final int MOST = 10_000;
    /** Characters of a message that are looked at. */
    private static final int LONGEST = 1_000;

    private static final int LONGEST_LINE = 200;
    private static final String OTHER = "(other messages)";

    /** Begins where no word goes on, and ends likewise: an apostrophe is no quotation mark. */
    private static final Pattern QUOTED = Pattern.compile("(?<![\\p{L}\\p{N}])(?:'.*?'|\"(?:\\\\.|[^\"\\\\])*\"|`[^`]*`"
            + "|\u201c[^\u201d]*\u201d|\u2018.*?\u2019|\u00ab[^\u00bb]*\u00bb)(?![\\p{L}\\p{N}])");

    /** A number, or any word with a digit in it: ids, digests, times. */
    private static final Pattern VALUE =
            Pattern.compile("[-+]?[\\p{L}\\p{N}_-]*[0-9](?:[\\p{L}\\p{N}_-]|[.,:](?=[0-9]))*");

    private static final Pattern INDEX = Pattern.compile("\\[[0-9]+\\]");

    /** Units that failed alike. */
    private static final class Group {
        final String step;
        final String stage;
        final String code;
        final String message;
        final Map<String, String> examples = new LinkedHashMap<>();
        int count;

        Group(String step, String stage, String code, String message) {
            this.step = step;
            this.stage = stage;
            this.code = code;
            this.message = message;
        }
    }

    private final Map<List<String>, Group> groups = new LinkedHashMap<>();

    /** @param failure what is known of a failed unit */
    void add(ObjectNode failure) {
        JsonNode error = failure.path("errors").path(0);
        String stage = failure.path("failure_stage").asText();
        String code = error.path("code").asText(stage);
        String step = failure.path("step").asText();
        String unit = UnitRecord.id(failure);
        String place = place(error);
        String text = PlainText.line(error.path("message").asText(), LONGEST);
        String message = place + text;
        String masked = INDEX.matcher(place).replaceAll("[#]") + masked(text, unit);
        var key = List.of(step, code, masked);
        if (!groups.containsKey(key) && groups.size() >= MOST) {
            masked = OTHER;
            key = List.of(step, code, masked);
        }
        String shown = masked;
        Group group = groups.computeIfAbsent(key, unused -> new Group(step, stage, code, shown));
        group.count++;
        if (group.examples.size() < EXAMPLES && !group.examples.containsValue(message)) {
            group.examples.put(unit, message);
        }
    }

    private static String place(JsonNode error) {
        String place = PlainText.line(error.path("place").asText(), LONGEST);
        return place.isEmpty() || place.equals("$") ? "" : place + ": ";
    }

    /** A message without its values. */
    static String masked(String message, String unit) {
        String text = unit.isEmpty()
                ? message
                : message.replaceAll("(?<![\\p{L}\\p{N}])" + Pattern.quote(unit) + "(?![\\p{L}\\p{N}])", "…");
        return VALUE.matcher(QUOTED.matcher(text).replaceAll("'…'")).replaceAll("#");
    }

    private List<Group> sorted() {
        var all = new ArrayList<>(groups.values());
        all.sort(Comparator.comparingInt((Group each) -> -each.count)
                .thenComparing(each -> each.step)
                .thenComparing(each -> each.message));
        return all;
    }

    void tell(ObjectNode report) {
        ArrayNode array = report.putArray("failure_groups");
        sorted().stream().limit(TOLD).forEach(each -> {
            ObjectNode group = array.addObject().put("step", each.step).put("class", each.stage);
            group.put("code", each.code).put("message", each.message).put("count", each.count);
            ArrayNode examples = group.putArray("examples");
            each.examples.forEach((unit, message) ->
                    examples.addObject().put(UnitRecord.ID, unit).put("message", message));
        });
        report.put("failure_groups_left_out", Math.max(0, groups.size() - TOLD));
    }

    /** Lines for people, the commonest group first. */
    List<String> lines() {
        var lines = new ArrayList<String>();
        sorted().stream().limit(SHOWN).forEach(each -> {
            boolean alone = each.examples.containsValue(each.message);
            lines.add("%6d %s, %s: %s".formatted(each.count, each.step, each.code, shown(each.message)));
            each.examples.forEach(
                    (unit, message) -> lines.add("           " + shown(alone ? unit : unit + ": " + message)));
        });
        if (groups.size() > SHOWN) {
            lines.add("       and " + (groups.size() - SHOWN) + " more; --json tells up to " + TOLD);
        }
        return lines;
    }

    private static String shown(String text) {
        return PlainText.line(text, LONGEST_LINE);
    }

    /** Whether nothing failed. */
    boolean isEmpty() {
        return groups.isEmpty();
    }
}
