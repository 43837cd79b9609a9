package dev.caravan.octobatch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Values that a template needs and cannot say itself: they become {@code processing.expressions}. */
final class HelperExpressions {
    private final Map<String, String> expressions = new LinkedHashMap<>();
    private final Set<String> taken;

    HelperExpressions(Set<String> taken) {
        this.taken = taken;
    }

    Map<String, String> expressions() {
        return expressions;
    }

    int size() {
        return expressions.size();
    }

    /** Forgets what was added since, for it turned out to be of no use. */
    void back(int size) {
        var names = new ArrayList<>(expressions.keySet());
        names.subList(size, names.size()).forEach(expressions::remove);
    }

    /** @return the name under which templates find it */
    String add(String step, String expression) {
        for (Map.Entry<String, String> each : expressions.entrySet()) {
            if (each.getValue().equals(expression)) {
                return each.getKey();
            }
        }
        String base = step.replaceAll("[^A-Za-z0-9_]", "_").replaceFirst("^[^A-Za-z]+", "");
        int number = 1;
        String name;
        do {
            name = (base.isEmpty() ? "step" : base) + "_value_" + number++;
        } while (taken.contains(name) || expressions.containsKey(name));
        expressions.put(name, expression);
        return name;
    }
}
