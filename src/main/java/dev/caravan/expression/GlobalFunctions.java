package dev.caravan.expression;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.caravan.base.Json;
import dev.caravan.base.Problems;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Functions that are called by name alone, or with {@code Math.} before it. */
final class GlobalFunctions {

    private interface Body {
        Object call(Object[] arguments, EvaluationMeter meter);
    }

    /** A function with how many arguments it takes. */
    record Function(String name, int fewest, int most, Body body) {

        Object call(Object[] arguments, EvaluationMeter meter) {
            if (arguments.length < fewest || arguments.length > most) {
                throw EvaluationException.type(name + "() takes " + (fewest == most ? fewest : fewest + " or more")
                        + " arguments, not " + arguments.length);
            }
            return body.call(arguments, meter);
        }
    }

    private static final OperatorMeanings.Meaning PLUS = OperatorMeanings.of("+");
    private static final Map<String, Function> ALL = new TreeMap<>();
    private static final Map<String, String> HINTS = Map.ofEntries(
            Map.entry("f", "; for a text with values write \"claimed=${claimed}\""),
            Map.entry("int", "; write value as int"),
            Map.entry("str", "; write value as String"),
            Map.entry("float", "; write value as BigDecimal"),
            Map.entry("isinstance", "; write value instanceof String"),
            Map.entry("open", "; files cannot be reached from expressions"),
            Map.entry("print", "; nothing can be printed from expressions"),
            Map.entry("println", "; nothing can be printed from expressions"),
            Map.entry("dir", "; write has('name')"),
            Map.entry("zip", "; write [a, b].transpose()"),
            Map.entry("map", "; write list.collect { … }"));

    static {
        add("len", 1, 1, (a, m) -> size(a[0]));
        add("size", 1, 1, (a, m) -> size(a[0]));
        add("sum", 1, 1, (a, m) -> sum(MethodTables.elements(a[0], m), m));
        add("min", 1, 100, (a, m) -> extreme(a, 1, m));
        add("max", 1, 100, (a, m) -> extreme(a, -1, m));
        add("abs", 1, 1, (a, m) -> ExactNumbers.absolute(number(a[0])));
        add(
                "round",
                1,
                2,
                (a, m) -> a.length == 1
                        ? ExactNumbers.rounded(number(a[0]), RoundingMode.HALF_UP)
                        : ExactNumbers.rounded(number(a[0]), ExactNumbers.index(a[1])));
        add("floor", 1, 1, (a, m) -> ExactNumbers.rounded(number(a[0]), RoundingMode.FLOOR));
        add("ceil", 1, 1, (a, m) -> ExactNumbers.rounded(number(a[0]), RoundingMode.CEILING));
        add("any", 1, 1, (a, m) -> MethodTables.elements(a[0], m).stream().anyMatch(ExpressionValues::truth));
        add("all", 1, 1, (a, m) -> MethodTables.elements(a[0], m).stream().allMatch(ExpressionValues::truth));
        add("sorted", 1, 1, (a, m) -> CountedSort.sorted(MethodTables.elements(a[0], m), new Object[0], m));
        add("range", 1, 2, (a, m) -> {
            Object from = a.length == 1 ? 0 : a[0];
            Object to = a[a.length - 1];
            return ExactNumbers.index(to) < ExactNumbers.index(from)
                    ? new ArrayList<>()
                    : OperatorMeanings.range(from, to, false, true, m);
        });
        add("list", 1, 1, (a, m) -> MethodTables.elements(a[0], m));
        add("enumerate", 1, 1, (a, m) -> {
            var all = new ArrayList<Object>();
            int at = 0;
            for (Object each : MethodTables.elements(a[0], m)) {
                m.make(2);
                all.add(new ArrayList<>(List.of(at++, each)));
            }
            return all;
        });
        add("pow", 2, 2, (a, m) -> ExactNumbers.power(number(a[0]), number(a[1])));
        add("number", 1, 1, (a, m) -> TypeConversions.number(a[0]));
        add("json", 1, 1, (a, m) -> json(MethodTables.text(a[0], "json"), m));
        add(
                "hypot",
                2,
                2,
                (a, m) -> ExactNumbers.of(StrictMath.hypot(
                        number(a[0]).doubleValue(), number(a[1]).doubleValue())));
        floating("sqrt", StrictMath::sqrt);
        floating("exp", StrictMath::exp);
        floating("log", StrictMath::log);
        floating("log10", StrictMath::log10);
        floating("sin", StrictMath::sin);
        floating("cos", StrictMath::cos);
        floating("tan", StrictMath::tan);
        floating("atan", StrictMath::atan);
    }

    static final Set<String> NAMES = new TreeSet<>(ALL.keySet());

    private GlobalFunctions() {}

    private static void add(String name, int fewest, int most, Body body) {
        ALL.put(name, new Function(name, fewest, most, body));
    }

    private static void floating(String name, DoubleUnaryOperator function) {
        add(
                name,
                1,
                1,
                (a, m) -> ExactNumbers.of(function.applyAsDouble(number(a[0]).doubleValue())));
    }

    static @Nullable Function find(String name) {
        return ALL.get(name);
    }

    static String hint(String name) {
        String hint = HINTS.get(name);
        return hint != null ? hint : "; " + Problems.suggestion(name, NAMES);
    }

    private static Number number(Object value) {
        return OperatorMeanings.number(value, "()");
    }

    private static Object size(Object value) {
        if (value instanceof List<?> list) {
            return list.size();
        }
        if (value instanceof Map<?, ?> map) {
            return map.size();
        }
        if (value instanceof String text) {
            return text.length();
        }
        String message = ExpressionValues.kind(value) + " has no length";
        throw value == ExpressionValues.NULL ? EvaluationException.value(message) : EvaluationException.type(message);
    }

    /** What + makes of all; 0 of none. */
    static Object sum(List<Object> values, EvaluationMeter meter) {
        Object sum = values.isEmpty() ? 0 : values.get(0);
        for (Object each : values.isEmpty() ? values : values.subList(1, values.size())) {
            sum = OperatorMeanings.apply(PLUS, sum, each, meter);
        }
        return sum;
    }

    private static Object extreme(Object[] arguments, int sign, EvaluationMeter meter) {
        List<Object> all = arguments.length == 1
                ? MethodTables.elements(arguments[0], meter)
                : new ArrayList<>(List.of(arguments));
        if (all.isEmpty()) {
            throw EvaluationException.value("the list is empty");
        }
        return CountedSort.extreme(all, new Object[0], sign, meter);
    }

    private static Object json(String text, EvaluationMeter meter) {
        meter.make(text.length());
        try {
            return ExpressionValues.of(Json.mapper().readTree(text), meter);
        } catch (JsonProcessingException e) {
            throw EvaluationException.value("the text is not JSON");
        }
    }
}
