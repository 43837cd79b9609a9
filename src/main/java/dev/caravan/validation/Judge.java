package dev.caravan.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Judges a reply of one step: parse, schema, rules. The object that passed is the object that is stored. Compiled once,
 * safe for many threads.
 */
public final class Judge {
    private final @Nullable SchemaJudge schema;
    private final RuleJudge rules;

    public Judge(@Nullable SchemaJudge schema, ObjectNode validation) {
        this.schema = schema;
        this.rules = new RuleJudge(validation);
    }

    /** @param record the unit's accumulated record; a passing verdict holds it with the reply's fields added */
    public Verdict judge(String reply, ObjectNode record) {
        ReplyParser.Parsed parsed = ReplyParser.parse(reply);
        var findings = new ArrayList<>(parsed.findings());
        ObjectNode object = parsed.object();
        if (object == null) {
            return new Verdict(null, findings);
        }
        if (schema != null) {
            findings.addAll(schema.judge(object));
        }
        if (findings.stream().anyMatch(Finding::fails)) {
            return new Verdict(null, findings);
        }
        ObjectNode merged = merged(record, object, findings);
        findings.addAll(rules.judge(merged));
        return new Verdict(findings.stream().anyMatch(Finding::fails) ? null : merged, findings);
    }

    /** The reply's fields win over earlier ones of the same name; those of the system cannot be overwritten. */
    private static ObjectNode merged(ObjectNode record, ObjectNode reply, List<Finding> findings) {
        ObjectNode merged = record.deepCopy();
        for (Map.Entry<String, JsonNode> each : reply.properties()) {
            String name = each.getKey();
            if (name.equals("unit_id") || name.startsWith("_")) {
                findings.add(Finding.warning(
                        "reserved_key",
                        "$." + name,
                        "the reply's own '" + name + "' was dropped: the name is reserved"));
            } else {
                merged.set(name, each.getValue());
            }
        }
        return merged;
    }
}
