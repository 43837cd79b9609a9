package dev.caravan.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The rules of a step's {@code validation:} block: {@code required}, {@code types}, {@code ranges}, {@code enums}, held
 * against the accumulated record.
 */
public final class RuleJudge {
    private static final Set<String> BLOCKS = new TreeSet<>(Set.of("required", "types", "ranges", "enums", "rules"));
    private static final Set<String> TYPES =
            new TreeSet<>(Set.of("integer", "float", "number", "string", "boolean", "array", "list", "object", "dict"));

    private final ObjectNode rules;

    public RuleJudge(ObjectNode rules) {
        this.rules = rules;
    }

    /** Adds all that is wrong with a validation block. */
    public static void check(ObjectNode rules, String file, String place, Problems problems) {
        rules.properties().forEach(each -> {
            String at = place + "." + each.getKey();
            JsonNode value = each.getValue();
            switch (each.getKey()) {
                case "required" -> {
                    if (!value.isArray() || !all(value, JsonNode::isTextual)) {
                        problems.at(file, at, "must be a list of field names");
                    }
                }
                case "types" -> checkTypes(value, file, at, problems);
                case "ranges" ->
                    checkEach(value, file, at, problems, "[lowest, highest], two numbers in order", RuleJudge::isRange);
                case "enums" ->
                    checkEach(
                            value,
                            file,
                            at,
                            problems,
                            "a list of values, not empty",
                            members -> members.isArray() && !members.isEmpty());
                case "rules" -> ExpressionRules.read(rules, file, place, problems);
                default ->
                    problems.at(
                            file,
                            at,
                            "unknown kind of rule '" + each.getKey() + "'; "
                                    + Problems.suggestion(each.getKey(), BLOCKS));
            }
        });
    }

    private static boolean isRange(JsonNode value) {
        return value.isArray()
                && value.size() == 2
                && value.get(0).isNumber()
                && value.get(1).isNumber()
                && value.get(0).decimalValue().compareTo(value.get(1).decimalValue()) <= 0;
    }

    private static void checkTypes(JsonNode types, String file, String at, Problems problems) {
        if (!types.isObject()) {
            problems.at(file, at, "must map field names to types");
        }
        types.properties().forEach(each -> {
            String type = each.getValue().asText().toLowerCase(Locale.ROOT);
            if (!TYPES.contains(type)) {
                problems.at(
                        file,
                        at + "." + each.getKey(),
                        "unknown type '" + each.getValue().asText() + "'; " + Problems.suggestion(type, TYPES));
            }
        });
    }

    private interface Shape {
        boolean fits(JsonNode value);
    }

    private static void checkEach(JsonNode map, String file, String at, Problems problems, String wanted, Shape shape) {
        if (!map.isObject()) {
            problems.at(file, at, "must map each field name to " + wanted);
        }
        map.properties().forEach(each -> {
            if (!shape.fits(each.getValue())) {
                problems.at(file, at + "." + each.getKey(), "must be " + wanted + ", not " + each.getValue());
            }
        });
    }

    private static boolean all(JsonNode list, Shape shape) {
        for (JsonNode each : list) {
            if (!shape.fits(each)) {
                return false;
            }
        }
        return true;
    }

    /** What does not hold. A missing required field hides the other checks, which would only repeat it. */
    List<Finding> judge(ObjectNode record) {
        var findings = new ArrayList<Finding>();
        rules.path("required").forEach(each -> {
            String field = each.asText();
            if (!record.hasNonNull(field)) {
                findings.add(Finding.error("required_" + field, "$." + field, "the field '" + field + "' is missing"));
            }
        });
        if (findings.isEmpty()) {
            each("types", record, (field, value, rule) -> type(field, value, rule, findings));
            each("ranges", record, (field, value, rule) -> range(field, value, rule, findings));
            each("enums", record, (field, value, rule) -> member(field, value, rule, findings));
        }
        return findings;
    }

    private interface Check {
        void of(String field, JsonNode value, JsonNode rule);
    }

    private void each(String block, ObjectNode record, Check check) {
        for (Map.Entry<String, JsonNode> rule : rules.path(block).properties()) {
            JsonNode value = record.get(rule.getKey());
            if (value != null && !value.isNull()) {
                check.of(rule.getKey(), value, rule.getValue());
            }
        }
    }

    private static void type(String field, JsonNode value, JsonNode rule, List<Finding> findings) {
        String type = rule.asText().toLowerCase(Locale.ROOT);
        boolean fits = switch (type) {
            case "integer" -> value.isIntegralNumber();
            case "float", "number" -> value.isNumber();
            case "string" -> value.isTextual();
            case "boolean" -> value.isBoolean();
            case "array", "list" -> value.isArray();
            case "object", "dict" -> value.isObject();
            default -> false;
        };
        if (!fits) {
            findings.add(Finding.error(
                    "type_" + field,
                    "$." + field,
                    "'" + field + "' must be of type " + type + ", not " + shown(value)));
        }
    }

    private static void range(String field, JsonNode value, JsonNode rule, List<Finding> findings) {
        if (value.isNumber()
                && (value.decimalValue().compareTo(rule.get(0).decimalValue()) < 0
                        || value.decimalValue().compareTo(rule.get(1).decimalValue()) > 0)) {
            findings.add(Finding.error(
                    "range_" + field,
                    "$." + field,
                    "'" + field + "' must be from " + rule.get(0) + " to " + rule.get(1) + ", not " + shown(value)));
        }
    }

    private static void member(String field, JsonNode value, JsonNode rule, List<Finding> findings) {
        for (JsonNode each : rule) {
            boolean same = same(value, each);
            if (same) {
                return;
            }
        }
        findings.add(Finding.error(
                "enum_" + field, "$." + field, "'" + field + "' must be one of " + rule + ", not " + shown(value)));
    }

    private static boolean same(JsonNode value, JsonNode member) {
        if (value.isTextual() && member.isTextual()) {
            return value.textValue().equalsIgnoreCase(member.textValue());
        }
        if (value.isNumber() && member.isNumber()) {
            return value.decimalValue().compareTo(member.decimalValue()) == 0;
        }
        return value.equals(member);
    }

    private static String shown(JsonNode value) {
        String text = value.toString();
        return text.length() <= 100 ? text : text.substring(0, 100) + "…";
    }
}
