package dev.caravan.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.Problems;
import dev.caravan.base.UnitRecord;
import dev.caravan.expression.Evaluation;
import dev.caravan.expression.EvaluationException;
import dev.caravan.expression.Expression;
import dev.caravan.expression.SeededRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a record on its way through the steps, before anything runs: which fields it will have, and a value
 * each might have, from the first items and from the schemas. Tells misspelt names and impossible operations.
 */
public final class KnownFields {
    private final ObjectNode sample = Json.object();
    private final Set<String> names = new TreeSet<>();
    /** Those that still hold what the items brought. */
    private final Set<String> ofItems = new TreeSet<>();

    private List<ItemUse> uses = new ArrayList<>();
    private int items;
    private boolean open;
    /** What was known where each open fan-out began, the innermost one first. */
    private final Deque<KnownFields> forks = new ArrayDeque<>();

    /** Notes the fields of a unit. */
    void take(ObjectNode unit) {
        unit.properties().forEach(each -> {
            add(each.getKey(), each.getValue());
            ofItems.add(each.getKey());
        });
        items += unit.path("_repetition_id").asInt() == 0 ? 1 : 0;
    }

    /** Whether records differ by more than their repetition. */
    public boolean several() {
        return items > 1;
    }

    /** Whether a field holds what the items brought, as far as is known. */
    public boolean isOfItems(String name) {
        return ofItems.contains(name) && !name.startsWith("_") && !name.equals(UnitRecord.ID);
    }

    /** From here on nobody wonders whether items lack the fields that an expression decides by. */
    public void decides(Expression expression) {
        ofItems.removeIf(expression.text()::contains);
    }

    /** Notes a place that shows what the items brought. */
    public void note(ItemUse use) {
        uses.add(use);
    }

    /** All that were noted, at any step. */
    List<ItemUse> uses() {
        return uses;
    }

    /** @param value one it might have, or null when that cannot be told */
    public void add(String name, @Nullable JsonNode value) {
        names.add(name);
        if (value != null && !value.isNull() && !sample.has(name)) {
            sample.set(name, value);
        }
    }

    public void replace(String name, @Nullable JsonNode value) {
        names.add(name);
        ofItems.remove(name);
        sample.remove(name);
        if (value != null) {
            sample.set(name, value);
        }
    }

    /** A value that a field might have; null when that cannot be told. */
    public @Nullable JsonNode sample(String name) {
        return sample.get(name);
    }

    /** A record that might come here, as far as it is known. */
    public ObjectNode sample() {
        return sample.deepCopy();
    }

    /** Whether a field is the system's: no mapping can set it. */
    public static boolean isSystemField(String name) {
        return ConfigGrammar.SYSTEM_FIELDS.contains(name);
    }

    /** Whether a name cannot be that of a field an author chooses. */
    public static boolean isReserved(String name) {
        return name.startsWith("_") || name.equals("unit_id") || name.equals("errors") || name.equals("config");
    }

    /** From here on records have none of the fields that were known, those of the system aside. */
    public void forget() {
        names.removeIf(each -> !each.startsWith("_") && !each.equals(UnitRecord.ID));
        sample.retain(names);
        ofItems.retainAll(names);
        open = false;
    }

    /** From here on records are those of children. */
    public void fork() {
        forks.push(copy());
        items = 2;
    }

    /**
     * From here on records are what their parents brought to the fan-out.
     *
     * @return what was known of the children
     */
    public KnownFields join() {
        KnownFields children = copy();
        if (!forks.isEmpty()) {
            KnownFields parent = forks.pop();
            sample.removeAll();
            sample.setAll(parent.sample);
            names.clear();
            names.addAll(parent.names);
            ofItems.clear();
            ofItems.addAll(parent.ofItems);
            items = parent.items;
            open = parent.open;
        }
        return children;
    }

    /** From here on a record may have fields that nobody declared. */
    public void open() {
        open = true;
    }

    /** Whether a name is surely not that of a field. */
    public boolean lacks(String name) {
        return !open && !names.contains(name);
    }

    public Set<String> names() {
        return names;
    }

    /** A copy to which names can be added that only one step sees. */
    public KnownFields copy() {
        var copy = new KnownFields();
        copy.sample.setAll(sample);
        copy.names.addAll(names);
        copy.ofItems.addAll(ofItems);
        copy.items = items;
        copy.uses = uses;
        copy.open = open;
        return copy;
    }

    /** Evaluates named expressions in their order; each is a field for the next. */
    public void set(Map<String, Expression> expressions, String file, String place, Problems problems) {
        expressions.forEach(
                (name, expression) -> replace(name, use(expression, null, file, place + "." + name, problems)));
    }

    /**
     * Holds an expression against what is known.
     *
     * @param when it only counts where this holds, or null
     * @return its value for the sample, or null when that cannot be told
     */
    public @Nullable JsonNode use(
            Expression expression, @Nullable Expression when, String file, String place, Problems problems) {
        for (String name : expression.names()) {
            boolean guarded = when != null && when.text().contains(name);
            if (lacks(name) && !guarded) {
                problems.at(file, place, unknown(name));
            }
        }
        if (!expression.names().stream().allMatch(sample::has)) {
            return null;
        }
        try {
            return when == null || holds(when) ? expression.evaluate(evaluation()) : null;
        } catch (EvaluationException e) {
            boolean sure = e.kind() == EvaluationException.Kind.UNKNOWN || e.kind() == EvaluationException.Kind.TYPE;
            if (sure) {
                problems.at(
                        file, place, e.getMessage() + ": " + expression.text().strip());
            }
            return null;
        }
    }

    private boolean holds(Expression when) {
        return when.names().stream().allMatch(sample::has) && when.test(evaluation());
    }

    private Evaluation evaluation() {
        return new Evaluation(sample, SeededRandom.of(0, "sample", "check", 0));
    }

    private String unknown(String name) {
        return "there is no field '" + name + "' at this step; " + Problems.suggestion(name, fields());
    }

    /** Names worth suggesting. */
    public Set<String> fields() {
        var shown = new TreeSet<>(names);
        shown.removeIf(each -> each.startsWith("_"));
        return shown;
    }

    /** Adds what a step's schema and rules say of its output. */
    public void judge(Step step, @Nullable JsonNode schema) {
        var given = new TreeSet<String>();
        JsonNode made = schema == null ? Json.object() : MadeUp.of(schema);
        made.properties().forEach(each -> {
            replace(each.getKey(), each.getValue().isNull() ? null : each.getValue());
            given.add(each.getKey());
        });
        JsonNode rules = step.validation();
        rules.path("types")
                .properties()
                .forEach(each -> declare(each.getKey(), ofType(each.getValue().asText()), given));
        rules.path("ranges")
                .properties()
                .forEach(each -> declare(each.getKey(), each.getValue().get(0), given));
        rules.path("enums")
                .properties()
                .forEach(each -> declare(each.getKey(), each.getValue().get(0), given));
        rules.path("required").forEach(each -> declare(each.asText(), null, given));
    }

    /** Complains of required fields that neither the record nor the step's own work has. */
    public void requires(Step step, String file, String place, Problems problems) {
        step.validation().path("required").forEach(each -> {
            if (lacks(each.asText())) {
                problems.at(file, place + ".required", unknown(each.asText()));
            }
        });
    }

    private void declare(String name, @Nullable JsonNode value, Set<String> given) {
        if (given.add(name) && !names.contains(name)) {
            replace(name, value);
        } else if (value != null && !sample.has(name)) {
            sample.set(name, value);
        }
    }

    private static @Nullable JsonNode ofType(String type) {
        return MadeUp.of(Json.object()
                .put(
                        "type",
                        switch (type.toLowerCase(Locale.ROOT)) {
                            case "float" -> "number";
                            case "list" -> "array";
                            case "dict" -> "object";
                            default -> type.toLowerCase(Locale.ROOT);
                        }));
    }
}
