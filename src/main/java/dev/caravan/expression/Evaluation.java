package dev.caravan.expression;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    private @Nullable FieldNames names;
    /** By place: what was set, or else read of the record; null where neither was. */
    private @Nullable Object[] values = {};

    private boolean[] isSet = {};
    /** Places that were set, in the order of their first setting. */
    private int[] set = {};

    private int setCount;
    /** Of expressions that keep none. */
    private @Nullable CallFrame frame;

    /**
     * For one expression that stands alone.
     *
     * @param random null where nothing may depend on chance, as in rules
     */
    public Evaluation(ObjectNode record, @Nullable SeededRandom random) {
        this.record = record;
        this.random = random;
    }

    /** For those that share these names. */
    Evaluation(ObjectNode record, @Nullable SeededRandom random, FieldNames names) {
        this(record, random);
        this.names = names;
        values = new Object[names.size()];
        isSet = new boolean[names.size()];
        set = new int[names.size()];
    }

    EvaluationMeter meter() {
        return meter;
    }

    /** Makes sure that an expression with these names finds its fields here. */
    void opens(FieldNames wanted) {
        if (names == null) {
            names = wanted;
            values = new Object[wanted.size()];
        } else if (names != wanted) {
            throw new IllegalStateException("expressions that are evaluated together share their names");
        }
    }

    /** A frame for an expression that has no variables and makes no closures: always the same one. */
    CallFrame frame(int[] places) {
        if (frame == null) {
            frame = CallFrame.outermost(this, places, 0);
        }
        return frame.again(places);
    }

    private FieldNames names() {
        return Objects.requireNonNull(names);
    }

    boolean has(String name) {
        int place = names().find(name);
        return (place >= 0 && place < isSet.length && isSet[place]) || record.has(name);
    }

    /** The value of a field. It is ours: what an expression does to it never reaches the record. */
    Object field(int place) {
        Object known = values[place];
        return known != null ? known : read(place);
    }

    private Object read(int place) {
        String name = names().name(place);
        JsonNode node = record.get(name);
        if (node == null) {
            throw EvaluationException.unknown(
                    "there is no '" + name + "' here" + DialectHints.forName(name, () -> List.copyOf(known())));
        }
        Object value = ExpressionValues.of(node, meter);
        values[place] = value;
        return value;
    }

    private Set<String> known() {
        var known = new TreeSet<String>();
        for (int i = 0; i < setCount; i++) {
            known.add(names().name(set[i]));
        }
        record.fieldNames().forEachRemaining(known::add);
        return known;
    }

    /** The whole record, with what was set meanwhile, as a map. */
    Object record() {
        Map<String, Object> all = ExpressionValues.map(ExpressionValues.of(record, meter));
        for (int i = 0; i < setCount; i++) {
            all.put(names().name(set[i]), field(set[i]));
        }
        return all;
    }

    SeededRandom random() {
        if (random == null) {
            throw EvaluationException.unknown("random is not available here: a rule must not depend on chance");
        }
        return random;
    }

    /** Evaluates an expression and keeps its value under its name, for later ones. */
    public void set(FieldNames.Named named) {
        Object value = named.expression().value(this);
        int place = named.place();
        values[place] = value;
        if (!isSet[place]) {
            isSet[place] = true;
            set[setCount++] = place;
        }
    }

    /** What was set, as JSON, in the order of its first setting. */
    public ObjectNode results() {
        ObjectNode results = Json.object();
        for (int i = 0; i < setCount; i++) {
            String name = names().name(set[i]);
            try {
                results.set(name, ExpressionValues.json(field(set[i]), meter));
            } catch (EvaluationException e) {
                throw new EvaluationException(e.kind(), "'" + name + "': " + e.getMessage());
            }
        }
        return results;
    }
}
