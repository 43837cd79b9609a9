package dev.caravan.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.Problems;
import dev.caravan.expression.Expression;
import dev.caravan.expression.ExpressionSyntaxException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads expressions out of a config: one, or a map of names to them in the order they are written. */
public final class ExpressionReader {
    private static final int SHOWN = 80;

    private ExpressionReader() {}

    /** A map of expressions of a step; empty where it has none. */
    public static Map<String, Expression> read(Step step, String key, StepSource source, Problems problems) {
        return read(step.source(), key, source.file(), source.place() + ".", problems);
    }

    static Map<String, Expression> read(ObjectNode parent, String key, String file, String prefix, Problems problems) {
        ObjectNode map = new FieldReader(file, problems).map(parent, prefix, key, false);
        Map<String, Expression> compiled = new LinkedHashMap<>();
        map.properties().forEach(each -> {
            String name = each.getKey();
            String at = prefix + key + "." + name;
            if (ConfigGrammar.SYSTEM_FIELDS.contains(name)) {
                problems.at(file, at, "is a name of the system's; choose another");
            } else if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
                problems.at(file, at, "must be a name of letters, digits and _");
            } else {
                compile(each.getValue(), file, at, problems).ifPresent(expression -> compiled.put(name, expression));
            }
        });
        return Collections.unmodifiableMap(compiled);
    }

    /** {@code processing.expressions} of a config that was checked. */
    public static Map<String, Expression> ofProcessing(ObjectNode config) {
        return config.path("processing") instanceof ObjectNode processing
                ? read(processing, "expressions", "", "", new Problems(""))
                : Map.of();
    }

    /** One expression of a step, if it has it. */
    public static Optional<Expression> one(Step step, String key, StepSource source, Problems problems) {
        JsonNode value = step.source().get(key);
        return value == null ? Optional.empty() : compile(value, source.file(), source.place() + "." + key, problems);
    }

    static Optional<Expression> compile(JsonNode value, String file, String at, Problems problems) {
        if (!value.isValueNode() || value.isNull()) {
            problems.at(file, at, "must be an expression, written as text, not " + Json.text(value));
            return Optional.empty();
        }
        try {
            return Optional.of(Expression.compile(value.asText()));
        } catch (ExpressionSyntaxException e) {
            problems.at(file, at, e.told() + ": " + shortened(value.asText()));
            return Optional.empty();
        }
    }

    private static String shortened(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "…";
    }
}
