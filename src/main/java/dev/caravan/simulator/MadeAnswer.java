package dev.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.expression.Evaluation;
import dev.caravan.expression.EvaluationException;
import dev.caravan.expression.Expression;
import dev.caravan.expression.SeededRandom;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes a step's answers up as its {@code simulate:} block says, field by field in its order. An expression sees the
 * prompt's text as {@code prompt} and the fields before it; fields whose names begin with {@code _} only help, and are
 * no part of the answer.
 */
final class MadeAnswer {
    private final Map<String, JsonNode> fields = new LinkedHashMap<>();
    private final Map<String, Expression> expressions = new LinkedHashMap<>();

    /** @param block {@code {fields: {name: {choice|integer|number|text|constant|expr: …}}}}, checked before */
    MadeAnswer(JsonNode block) {
        block.path("fields").properties().forEach(each -> {
            fields.put(each.getKey(), each.getValue());
            if (each.getValue().has("expr")) {
                expressions.put(
                        each.getKey(),
                        Expression.compile(each.getValue().get("expr").asText()));
            }
        });
    }

    ObjectNode make(String prompt, SeededStream dice) {
        ObjectNode seen = Json.object().put("prompt", prompt);
        var random = SeededRandom.of(dice.next(), "answer", "simulate", 0);
        for (Map.Entry<String, JsonNode> each : fields.entrySet()) {
            Expression expression = expressions.get(each.getKey());
            try {
                seen.set(
                        each.getKey(),
                        expression == null
                                ? MadeValues.field(each.getValue(), dice)
                                : expression.evaluate(new Evaluation(seen, random)));
            } catch (EvaluationException e) {
                return Json.object().put("simulate_error", each.getKey() + ": " + e.getMessage());
            }
        }
        ObjectNode answer = Json.object();
        fields.keySet().stream()
                .filter(each -> !each.startsWith("_"))
                .forEach(each -> answer.set(each, seen.get(each)));
        return answer;
    }
}
