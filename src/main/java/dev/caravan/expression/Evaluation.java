package dev.caravan.expression;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What expressions see while they are evaluated for one unit: the fields of its record, what was set meanwhile, random
 * numbers, and a meter that all of them share. For one thread.
 */
public final class Evaluation {
    private final ObjectNode record;
    private final @Nullable SeededRandom random;
    private final EvaluationMeter meter = new EvaluationMeter();
    private final Map<String, Object> fields = new HashMap<>();
    private final Map<String, Object> made = new LinkedHashMap<>();

    /** @param random null where nothing may depend on chance, as in rules */
    public Evaluation(ObjectNode record, @Nullable SeededRandom random) {
        this.record = record;
        this.random = random;
    }

    EvaluationMeter meter() {
        return meter;
    }

    boolean has(String name) {
        return made.containsKey(name) || record.has(name);
    }

    /** The value of a field. It is ours: what an expression does to it never reaches the record. */
    Object field(String name) {
        Object set = made.get(name);
        if (set != null) {
            return set;
        }
        Object known = fields.get(name);
        if (known != null) {
            return known;
        }
        JsonNode node = record.get(name);
        if (node == null) {
            throw EvaluationException.unknown(
                    "there is no '" + name + "' here" + DialectHints.forName(name, () -> List.copyOf(names())));
        }
        Object value = ExpressionValues.of(node, meter);
        fields.put(name, value);
        return value;
    }

    private Set<String> names() {
        var names = new TreeSet<>(made.keySet());
        record.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** The whole record, with what was set meanwhile, as a map. */
    Object record() {
        Map<String, Object> all = ExpressionValues.map(ExpressionValues.of(record, meter));
        all.putAll(made);
        return all;
    }

    SeededRandom random() {
        if (random == null) {
            throw EvaluationException.unknown("random is not available here: a rule must not depend on chance");
        }
        return random;
    }

    /** Evaluates an expression and keeps its value under a name, for later ones. */
    public void set(String name, Expression expression) {
        made.put(name, expression.value(this));
    }

    /** What was set, as JSON, in the order of its first setting. */
    public ObjectNode results() {
        ObjectNode results = Json.object();
        made.forEach((name, value) -> {
            try {
                results.set(name, ExpressionValues.json(value, meter));
            } catch (EvaluationException e) {
                throw new EvaluationException(e.kind(), "'" + name + "': " + e.getMessage());
            }
        });
        return results;
    }
}
