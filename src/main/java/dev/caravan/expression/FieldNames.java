package dev.caravan.expression;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Names of fields, each with its place. Expressions that are evaluated together share one, so that what they read and set
 * lies in places that were found once. Names are only added while it is made; then it is safe for many threads.
 */
public final class FieldNames {
    /** A name under which the value of an expression is kept. */
    public record Named(String name, Expression expression, int place) {}

    private final Map<String, Integer> places = new HashMap<>();
    private final List<String> names = new ArrayList<>();

    public FieldNames() {}

    FieldNames(FieldNames known) {
        known.names.forEach(this::add);
    }

    /** The place of a name, which is added where it is new. */
    int add(String name) {
        Integer known = places.putIfAbsent(name, names.size());
        if (known != null) {
            return known;
        }
        names.add(name);
        return names.size() - 1;
    }

    /** Adds all names of another one. @return where they lie here, in their order there */
    int[] addAll(FieldNames others) {
        return others.names.stream().mapToInt(this::add).toArray();
    }

    /** The place of a name, or -1. */
    int find(String name) {
        return places.getOrDefault(name, -1);
    }

    String name(int place) {
        return names.get(place);
    }

    int size() {
        return names.size();
    }

    /** An expression that finds its fields here. */
    public Expression link(Expression expression) {
        return expression.linked(this);
    }

    /** Expressions that find their fields here, with the names under which their values come here. */
    public List<Named> link(Map<String, Expression> expressions) {
        return expressions.entrySet().stream()
                .map(each -> new Named(each.getKey(), link(each.getValue()), add(each.getKey())))
                .toList();
    }

    /** @param random null where nothing may depend on chance */
    public Evaluation evaluation(ObjectNode record, @Nullable SeededRandom random) {
        return new Evaluation(record, random, this);
    }
}
