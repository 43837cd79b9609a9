package dev.caravan.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.UnitRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Judges a reply of one step: parse, schema, rules. The object that passed is the object that is stored. Compiled once,
 * safe for many threads.
 */
public final class Judge {
    private static final String WARNINGS = "_warnings";

    private final @Nullable SchemaJudge schema;
    private final RuleJudge rules;
    private final ExpressionRules expressions;
    private final StructuredOutput structured;
    private final ReadingRule reading;

    public Judge(@Nullable SchemaJudge schema, ObjectNode validation, ReadingRule reading) {
        this(schema, validation, StructuredOutput.NONE, reading);
    }

    /**
     * @param structured how the schema was changed for the provider, which is undone before judging
     * @param reading the rule of the version that made the run
     */
    public Judge(
            @Nullable SchemaJudge schema, ObjectNode validation, StructuredOutput structured, ReadingRule reading) {
        this.structured = structured;
        this.schema = schema;
        this.reading = reading;
        this.rules = new RuleJudge(validation);
        expressions = ExpressionRules.of(validation);
    }

    /** @param record the unit's accumulated record; a passing verdict holds it with the reply's fields added */
    public Verdict judge(String reply, ObjectNode record) {
        if (reading == ReadingRule.FIRST) {
            return FirstWriting.of(first(reply, record));
        }
        ObjectChoice choice = ObjectChoice.of(ReplyParser.parse(reply), object -> {
            structured.undo(object);
            return fit(object);
        });
        return held(choice.object(), record, true, new ArrayList<>(choice.findings()));
    }

    private Verdict first(String reply, ObjectNode record) {
        FirstReplyParser.Parsed parsed = FirstReplyParser.parse(reply);
        var findings = new ArrayList<>(parsed.findings());
        ObjectNode object = parsed.object();
        if (object != null) {
            structured.undo(object);
            findings.addAll(fit(object));
        }
        return held(object, record, true, findings);
    }

    /** Judges what a step computed itself; its names were checked before. */
    public Verdict judge(ObjectNode computed, ObjectNode record) {
        Verdict verdict = held(computed, record, false, new ArrayList<>(fit(computed)));
        return reading == ReadingRule.FIRST ? FirstWriting.of(verdict) : verdict;
    }

    /** Mends an object as far as the schema allows, and says what still does not hold. */
    private List<Finding> fit(ObjectNode object) {
        return schema == null ? List.of() : schema.judge(object, reading);
    }

    private Verdict held(@Nullable ObjectNode object, ObjectNode record, boolean fromReply, List<Finding> findings) {
        if (object == null || findings.stream().anyMatch(Finding::fails)) {
            return new Verdict(null, findings);
        }
        ObjectNode merged =
                fromReply ? merged(record, object, findings) : copy(record).setAll(object);
        findings.addAll(rules.judge(merged));
        if (findings.stream().noneMatch(each -> each.fails() && each.code().startsWith("required_"))) {
            List<Finding> broken = expressions.judge(merged);
            findings.addAll(broken);
            warn(merged, broken);
        }
        return new Verdict(findings.stream().anyMatch(Finding::fails) ? null : merged, findings);
    }

    /** Its values are the record's own, but for the one list that is added to: nobody changes what lies deeper. */
    private static ObjectNode copy(ObjectNode record) {
        ObjectNode copy = Json.object().setAll(record);
        JsonNode warnings = record.get(WARNINGS);
        return warnings == null ? copy : copy.set(WARNINGS, warnings.deepCopy());
    }

    /** Warnings of rules go on with the record, for later steps to see. */
    private static void warn(ObjectNode merged, List<Finding> broken) {
        broken.stream()
                .filter(each -> !each.fails())
                .forEach(each -> merged.withArray("/" + WARNINGS)
                        .addObject()
                        .put("rule", each.code())
                        .put("message", each.message()));
    }

    /** The reply's fields win over earlier ones of the same name; those of the system cannot be overwritten. */
    private static ObjectNode merged(ObjectNode record, ObjectNode reply, List<Finding> findings) {
        ObjectNode merged = copy(record);
        for (Map.Entry<String, JsonNode> each : reply.properties()) {
            String name = each.getKey();
            if (name.equals(UnitRecord.ID) || name.startsWith("_")) {
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
