package dev.caravan.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.pipeline.Step;
import dev.caravan.run.Lineage;
import dev.caravan.validation.Finding;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A step that makes a child of each element of an array. */
record FanOutStep(Step step, String field, String childField, int most, OnEmpty onEmpty)
        implements PreparedStep.Fanning {

    /** What becomes of a unit whose array is empty. */
    enum OnEmpty {
        /** It fails, with the finding {@code empty}. */
        FAIL("fail"),
        /** It leaves the run, counted as dropped. */
        DROP("drop"),
        /** It waits for nothing and is gathered at once, as an empty array. */
        KEEP("keep");

        private final String word;

        OnEmpty(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }

        static List<String> words() {
            return Arrays.stream(values()).map(OnEmpty::word).toList();
        }

        static OnEmpty of(String word) {
            return Arrays.stream(values())
                    .filter(each -> each.word.equals(word))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Override
    public StepBranch branch() {
        return StepBranch.NONE;
    }

    @Override
    public Expansion expand(ObjectNode record) {
        JsonNode array = record.path(field);
        if (array.isMissingNode() || array.isNull()) {
            return refused("missing_field", "the record has no " + field + " to fan out");
        }
        if (!array.isArray()) {
            return refused(
                    "not_an_array",
                    field + " is no array but " + array.getNodeType().name().toLowerCase(Locale.ROOT));
        }
        if (array.size() > most) {
            return refused("too_many", field + " has " + array.size() + " elements, more than max_children: " + most);
        }
        if (!array.isEmpty()) {
            return new Expansion(array.size(), false, List.of());
        }
        return switch (onEmpty) {
            case FAIL -> refused("empty", field + " is empty: nothing to fan out");
            case DROP -> new Expansion(0, true, List.of());
            case KEEP -> new Expansion(0, false, List.of());
        };
    }

    private Expansion refused(String code, String message) {
        return new Expansion(0, false, List.of(Finding.error(code, "$." + field, message)));
    }

    @Override
    public ObjectNode child(ObjectNode parent, int index, int unit) {
        String parentId = parent.path("unit_id").asText();
        JsonNode element = parent.path(field).path(index);
        ObjectNode child = parent.deepCopy();
        child.put("unit_id", Lineage.childId(parentId, index)).put("_n", unit);
        child.set(childField, element);
        return child.put("_fan_index", index).put("_fan_parent_id", parentId);
    }
}
