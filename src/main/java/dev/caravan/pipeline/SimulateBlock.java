package dev.caravan.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.Problems;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How the simulator should answer a step, field by field: a constant, or one of {@code {choice: […]}}, {@code {integer:
 * [lo, hi]}}, {@code {number: [lo, hi]}}, {@code {text: "…"}}, {@code {expr: "…"}}, which sees the prompt as {@code prompt} and the fields before
 * it.
 */
final class SimulateBlock {
    private static final Set<String> KINDS =
            new TreeSet<>(Set.of("choice", "integer", "number", "text", "constant", "expr"));

    private static final BigDecimal LARGEST = new BigDecimal("1e15");

    private SimulateBlock() {}

    /** The block as {@code {fields: {name: {kind: …}}}}, or null when there is none. */
    static @Nullable JsonNode check(@Nullable JsonNode block, String file, String place, Problems problems) {
        if (block == null) {
            return null;
        }
        if (!block.isObject()) {
            problems.at(file, place, "must map field names to how they are made up");
            return null;
        }
        ObjectNode normal = Json.object();
        ObjectNode fields = normal.putObject("fields");
        block.properties().forEach(each -> {
            JsonNode made = each.getValue();
            String at = place + "." + each.getKey();
            if (!made.isObject()) {
                fields.putObject(each.getKey()).set("constant", made);
            } else if (made.size() != 1 || !KINDS.contains(made.fieldNames().next())) {
                problems.at(file, at, "must be a value or one of " + String.join(", ", KINDS));
            } else {
                checkMade(made, file, at, problems);
                fields.set(each.getKey(), made);
            }
        });
        return normal;
    }

    /** Refuses bounds between which nothing lies, which runs of earlier versions may have. */
    static void bounds(@Nullable JsonNode block, String file, String place, Problems problems) {
        if (block == null) {
            return;
        }
        block.path("fields").properties().forEach(each -> {
            for (String kind : List.of("integer", "number")) {
                JsonNode bounds = each.getValue().path(kind);
                boolean told = !bounds.path(0).isNumber() || !bounds.path(1).isNumber();
                if (!told
                        && !isBetween(
                                kind,
                                bounds.get(0).decimalValue(),
                                bounds.get(1).decimalValue())) {
                    problems.at(
                            file,
                            place + "." + each.getKey() + "." + kind,
                            "must be the lowest and the highest number"
                                    + (kind.equals("integer") ? ", from -1e15 to 1e15" : "") + ", not " + bounds);
                }
            }
        });
    }

    private static boolean isBetween(String kind, BigDecimal low, BigDecimal high) {
        boolean fits = low.abs().compareTo(LARGEST) <= 0 && high.abs().compareTo(LARGEST) <= 0;
        return low.compareTo(high) <= 0 && (fits || kind.equals("number"));
    }

    /** Answers that fit the rules of a step that has neither a block nor a schema; null when it has no rules either. */
    static @Nullable JsonNode fromRules(ObjectNode rules) {
        ObjectNode normal = Json.object();
        ObjectNode fields = normal.putObject("fields");
        rules.path("types")
                .properties()
                .forEach(
                        each -> fields.set(each.getKey(), ofType(each.getValue().asText())));
        rules.path("ranges").properties().forEach(each -> {
            JsonNode bounds = each.getValue();
            boolean typed = rules.path("types").has(each.getKey());
            boolean round = bounds.path(0).isIntegralNumber() && bounds.path(1).isIntegralNumber();
            boolean whole = typed ? fields.path(each.getKey()).has("integer") : round;
            fields.putObject(each.getKey()).set(whole ? "integer" : "number", bounds);
        });
        rules.path("enums")
                .properties()
                .forEach(each -> fields.putObject(each.getKey()).set("choice", each.getValue()));
        rules.path("required").forEach(each -> {
            if (!fields.has(each.asText())) {
                fields.set(each.asText(), ofType("string"));
            }
        });
        return fields.isEmpty() ? null : normal;
    }

    private static ObjectNode ofType(String type) {
        return (ObjectNode) Json.parse(
                switch (type.toLowerCase(Locale.ROOT)) {
                    case "integer" -> "{\"integer\": [0, 100]}";
                    case "number", "float" -> "{\"number\": [0, 1]}";
                    case "boolean" -> "{\"choice\": [true, false]}";
                    case "array", "list" -> "{\"constant\": [\"made up\"]}";
                    case "object", "dict" -> "{\"constant\": {}}";
                    default -> "{\"text\": \"made up\"}";
                });
    }

    private static void checkMade(JsonNode made, String file, String at, Problems problems) {
        String kind = made.fieldNames().next();
        JsonNode value = made.get(kind);
        boolean fits = switch (kind) {
            case "choice" -> value.isArray() && !value.isEmpty();
            case "integer", "number" ->
                value.isArray()
                        && value.size() == 2
                        && value.get(0).isNumber()
                        && value.get(1).isNumber();
            case "text" -> value.isTextual();
            case "expr" -> {
                ExpressionReader.compile(value, file, at + ".expr", problems);
                yield true;
            }
            default -> true;
        };
        if (!fits) {
            problems.at(file, at + "." + kind, "does not fit: " + value);
        }
    }
}
