package dev.caravan.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.pipeline.KnownFields;
import dev.caravan.pipeline.Step;
import dev.caravan.transform.JsltTransform;
import dev.caravan.transform.TransformException;
import dev.caravan.validation.Finding;
import dev.caravan.validation.Judge;
import dev.caravan.validation.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A step that maps a record with JSLT. */
record TransformStep(Step step, StepBranch branch, JsltTransform transform, boolean keepsAll, Judge judge)
        implements PreparedStep.Local {

    @Override
    public Performed perform(ObjectNode record, int attempt) {
        JsonNode made;
        try {
            made = transform.apply(record);
        } catch (TransformException e) {
            return failed("transform_error", String.valueOf(e.getMessage()));
        }
        if (!(made instanceof ObjectNode fields)) {
            String type = made.getNodeType().name().toLowerCase(Locale.ROOT);
            return failed("not_an_object", "the mapping makes no object but " + type);
        }
        var findings = new ArrayList<Finding>();
        ObjectNode own = own(fields, record, findings);
        Verdict verdict = judge.judge(own, keepsAll ? record : systemFields(record));
        findings.addAll(verdict.findings());
        return new Performed(true, new Verdict(verdict.output(), findings));
    }

    /** What was made, without fields that are the system's. */
    private static ObjectNode own(ObjectNode made, ObjectNode record, List<Finding> findings) {
        ObjectNode own = Json.object();
        for (Map.Entry<String, JsonNode> each : made.properties()) {
            String name = each.getKey();
            if (!KnownFields.isSystemField(name)) {
                own.set(name, each.getValue());
            } else if (!each.getValue().equals(record.get(name))) {
                findings.add(Finding.warning(
                        "reserved_key", "$." + name, "the mapping's '" + name + "' was dropped: it is reserved"));
            }
        }
        return own;
    }

    private static ObjectNode systemFields(ObjectNode record) {
        ObjectNode kept = record.deepCopy();
        kept.remove(record.properties().stream()
                .map(Map.Entry::getKey)
                .filter(name -> !KnownFields.isSystemField(name))
                .toList());
        return kept;
    }

    private static Performed failed(String code, String message) {
        return new Performed(false, new Verdict(null, List.of(Finding.error(code, "$", message))));
    }
}
