package dev.caravan.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.UnitRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Failed units, counted by the finding that a step failed them for, by the item they came of, and by reason. */
final class FailureCounts {
    private static final int TOP_FINDINGS = 3;
    private static final int TOP_ITEMS = 10;
    private static final String MISSING = "(missing)";

    private final List<String> steps;
    private final String field;
    private final List<Map<String, Integer>> codes = new ArrayList<>();
    private final Map<String, Integer> items = new TreeMap<>();
    private final FailureGroups groups = new FailureGroups();

    /**
     * @param steps names, in order
     * @param field of the failures to count them by; empty for the item they came of
     */
    FailureCounts(List<String> steps, String field) {
        this.steps = steps;
        this.field = field;
        steps.forEach(each -> codes.add(new TreeMap<>()));
    }

    /** @param failure what is known of a failed unit */
    void add(ObjectNode failure) {
        String stage = failure.path("failure_stage").asText();
        String code = failure.path("errors").path(0).path("code").asText(stage);
        int step = Math.max(0, steps.indexOf(failure.path("step").asText()));
        codes.get(step).merge(code, 1, Integer::sum);
        items.merge(item(failure), 1, Integer::sum);
        groups.add(failure);
    }

    private String item(ObjectNode failure) {
        return field.isEmpty()
                ? origin(UnitRecord.id(failure))
                : RunResults.at(failure, field).asText(MISSING);
    }

    /** The item a unit came of: its id without the number of its repetition or its place among children. */
    private static String origin(String unitId) {
        return unitId.replaceFirst("(__rep[0-9]+|__fan[0-9]+).*$", "");
    }

    /** The commonest findings of a step, with so many units each. */
    Map<String, Integer> codes(int step) {
        return top(codes.get(step), TOP_FINDINGS);
    }

    /** The items that most of them came of. */
    Map<String, Integer> items() {
        return top(items, TOP_ITEMS);
    }

    FailureGroups groups() {
        return groups;
    }

    private static Map<String, Integer> top(Map<String, Integer> counts, int most) {
        var top = new LinkedHashMap<String, Integer>();
        counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(most)
                .forEach(each -> top.put(each.getKey(), each.getValue()));
        return top;
    }
}
