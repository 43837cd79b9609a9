package dev.caravan.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.pipeline.Step;
import dev.caravan.validation.Finding;
import dev.caravan.validation.Judge;
import dev.caravan.validation.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A step that brings the children of a unit back into its record.
 *
 * @param field of the parent's record that takes the children
 * @param bare the one field whose value stands for a child; null to take objects
 * @param fields to take of each child; empty for all that it gained
 * @param fanned the field in which a child found its element
 * @param without whether a unit goes on without the children that failed
 * @param missing field that takes how many children are missing, or null
 */
record GatherStep(
        Step step,
        StepBranch branch,
        String field,
        @Nullable String bare,
        List<String> fields,
        Set<String> fanned,
        boolean without,
        @Nullable String missing,
        Judge judge)
        implements PreparedStep.Gathering {
    /** Children that a finding names. */
    private static final int NAMED = 5;

    @Override
    public Verdict gather(ObjectNode record, List<ObjectNode> arrived, List<String> failed) {
        var findings = new ArrayList<Finding>();
        if (!failed.isEmpty()) {
            String told = failed.size() + " of " + (failed.size() + arrived.size()) + " children failed: "
                    + String.join(", ", failed.subList(0, Math.min(NAMED, failed.size())))
                    + (failed.size() > NAMED ? ", …" : "");
            findings.add(
                    without
                            ? Finding.warning("child_failed", "$." + field, told)
                            : Finding.error("child_failed", "$." + field, told));
        }
        if (!without && !failed.isEmpty()) {
            return new Verdict(null, findings);
        }
        ObjectNode made = Json.object();
        ArrayNode array = made.putArray(field);
        arrived.forEach(each -> array.add(element(record, each)));
        if (missing != null) {
            made.put(missing, failed.size());
        }
        Verdict verdict = judge.judge(made, record);
        findings.addAll(verdict.findings());
        return new Verdict(verdict.output(), findings);
    }

    private JsonNode element(ObjectNode record, ObjectNode child) {
        if (bare != null) {
            return child.path(bare).isMissingNode()
                    ? Json.mapper().getNodeFactory().nullNode()
                    : child.get(bare);
        }
        ObjectNode element = Json.object();
        if (!fields.isEmpty()) {
            fields.forEach(each -> element.set(each, child.get(each)));
            return element;
        }
        for (Map.Entry<String, JsonNode> each : child.properties()) {
            String name = each.getKey();
            if (!name.startsWith("_") && (!record.has(name) || fanned.contains(name))) {
                element.set(name, each.getValue());
            }
        }
        return element;
    }
}
