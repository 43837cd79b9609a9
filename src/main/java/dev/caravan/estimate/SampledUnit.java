package dev.caravan.estimate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.expression.Expression;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A unit of the sample on its way.
 *
 * @param record null once nothing is known of it, because a made-up answer did not get through
 * @param times how many units it stands for
 * @param answered whether an answer was made up on its way
 * @param made fields that hold something other since then: a real answer may have made something else of them
 * @param more tokens its record could have more, if its answers were as long as they may be
 */
record SampledUnit(@Nullable ObjectNode record, Interval times, boolean answered, Set<String> made, long more) {

    static SampledUnit begins(ObjectNode unit) {
        return new SampledUnit(unit, Interval.ONE, false, Set.of(), 0);
    }

    SampledUnit times(Interval changed) {
        return new SampledUnit(record, changed, answered, made, more);
    }

    /** With what a made-up answer comes to, which could be so many tokens longer. */
    SampledUnit answered(@Nullable ObjectNode output, long longer) {
        return new SampledUnit(output, times, true, with(output), Math.addExact(more, longer));
    }

    /** With what a step computed; where an answer was made up before, it may have computed of that. */
    SampledUnit computed(ObjectNode output) {
        return new SampledUnit(output, times, answered, answered ? with(output) : made, more);
    }

    /** @param openField of it whose value came of an answer, or empty */
    SampledUnit child(ObjectNode child, String openField) {
        var fields = new TreeSet<>(made);
        if (!openField.isEmpty()) {
            fields.add(openField);
        }
        return new SampledUnit(child, times, answered, fields, more);
    }

    SampledUnit lost() {
        return new SampledUnit(null, times, true, made, more);
    }

    private Set<String> with(@Nullable ObjectNode output) {
        var fields = new TreeSet<>(made);
        if (output != null) {
            output.properties().stream()
                    .filter(each -> record == null || !Objects.equals(record.get(each.getKey()), each.getValue()))
                    .forEach(each -> fields.add(each.getKey()));
        }
        return fields;
    }

    /** Whether a field may hold something else in a run. */
    boolean isOpen(String field) {
        return record == null || made.contains(field) || (answered && !record.has(field));
    }

    /** Whether an expression may come to something else in a run. */
    boolean isOpen(@Nullable Expression expression) {
        return expression != null && expression.names().stream().anyMatch(this::isOpen);
    }
}
