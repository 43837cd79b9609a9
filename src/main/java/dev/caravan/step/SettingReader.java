package dev.caravan.step;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.base.Problems;
import dev.caravan.expression.Expression;
import dev.caravan.pipeline.ExpressionReader;
import dev.caravan.pipeline.KnownFields;
import dev.caravan.pipeline.Step;
import dev.caravan.pipeline.StepSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the settings of a step one by one, and tells what is wrong with each. */
record SettingReader(Step step, StepSource source, Problems problems) {

    boolean has(String key) {
        return step.source().has(key);
    }

    /** What is written under a key; missing where nothing is. */
    JsonNode value(String key) {
        return step.source().path(key);
    }

    void wrong(String key, String message) {
        problems.at(source.file(), source.at(key), message);
    }

    /** The field a step names under a key; empty when it names none. */
    String name(String key) {
        if (!has(key)) {
            return "";
        }
        String name = value(key).asText();
        if (!value(key).isTextual() || !name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
            wrong(key, "must be the name of a field (letters, digits, _), not " + Json.text(value(key)));
        } else if (KnownFields.isReserved(name)) {
            wrong(key, "'" + name + "' is a name of the system's");
        }
        return name;
    }

    /** @param otherwise what a step without it is told */
    String name(String key, String otherwise) {
        String name = name(key);
        if (name.isEmpty()) {
            wrong(key, otherwise);
        }
        return name;
    }

    int whole(String key, int highest, int usual) {
        JsonNode value = value(key);
        if (value.isMissingNode()) {
            return usual;
        }
        boolean holds = value.isIntegralNumber()
                && value.canConvertToLong()
                && value.longValue() >= 1
                && value.longValue() <= highest;
        if (!holds) {
            wrong(key, "must be a whole number from 1 to " + highest + ", not " + Json.text(value));
            return usual;
        }
        return value.intValue();
    }

    String oneOf(String key, List<String> words, String usual) {
        JsonNode value = value(key);
        if (value.isMissingNode()) {
            return usual;
        }
        if (!words.contains(value.asText())) {
            wrong(key, "must be one of " + String.join(", ", words) + ", not " + Json.text(value));
            return usual;
        }
        return value.asText();
    }

    boolean flag(String key) {
        JsonNode value = value(key);
        if (!value.isMissingNode() && !value.isBoolean()) {
            wrong(key, "must be true or false, not " + Json.text(value));
        }
        return value.asBoolean();
    }

    @Nullable Expression expression(String key) {
        return ExpressionReader.one(step, key, source, problems).orElse(null);
    }

    /** Named expressions in the order they are written; none where the step has none. */
    Map<String, Expression> expressions(String key) {
        return ExpressionReader.read(step, key, source, problems);
    }
}
