package dev.caravan.expression;

import dev.caravan.base.Problems;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The methods of JSON values: those that stand in these tables, and no others. */
final class MethodTables {

    /** Carries out a method of one type. */
    interface Body<T> {
        Object call(T self, Object[] arguments, EvaluationMeter meter);
    }

    /** A method with how many arguments it takes. */
    private record Method<T>(String name, int fewest, int most, Body<T> body) {

        Object call(T self, Object[] arguments, EvaluationMeter meter) {
            if (arguments.length < fewest || arguments.length > most) {
                throw EvaluationException.type(name + "() takes "
                        + (fewest == most ? fewest : fewest + " to " + most)
                        + " arguments, not " + arguments.length);
            }
            return body.call(self, arguments, meter);
        }
    }

    /** The methods of one type. */
    static final class Table<T> {
        private final Map<String, Method<T>> methods = new LinkedHashMap<>();

        void add(String name, int fewest, int most, Body<T> body) {
            methods.put(name, new Method<>(name, fewest, most, body));
        }

        Set<String> names() {
            return methods.keySet();
        }

        /** Another name of a method. */
        void alias(String name, String known) {
            Method<T> method = Objects.requireNonNull(methods.get(known));
            add(name, method.fewest(), method.most(), method.body());
        }

        /** The method of a name; one that says what there is where it is not there. */
        Method<T> find(String name) {
            return methods.getOrDefault(name, new Method<>(name, 0, Integer.MAX_VALUE, (self, arguments, meter) -> {
                throw EvaluationException.type(ExpressionValues.kind(Objects.requireNonNull(self)) + " has no method '"
                        + name + "'; it has " + String.join(", ", new TreeSet<>(methods.keySet())));
            }));
        }
    }

    /** What one name stands for, by the kind of value that it is called on: found once for each place in the text. */
    static final class Named {
        private final String name;
        private final Method<List<Object>> ofLists;
        private final Method<Map<String, Object>> ofMaps;
        private final Method<String> ofTexts;
        private final Method<Number> ofNumbers;
        private final boolean isOfAny;

        Named(String name) {
            this.name = name;
            ofLists = LISTS.find(name);
            ofMaps = MAPS.find(name);
            ofTexts = TEXTS.find(name);
            ofNumbers = NUMBERS.find(name);
            isOfAny = OF_ANY.contains(name);
        }

        Object call(Object self, Object[] arguments, EvaluationMeter meter) {
            if (isOfAny) {
                Object ofAny = ofAny(self, name, arguments, meter);
                if (ofAny != null) {
                    return ofAny;
                }
            }
            if (self instanceof String text) {
                return ofTexts.call(text, arguments, meter);
            }
            if (self instanceof Number number) {
                return ofNumbers.call(number, arguments, meter);
            }
            if (self instanceof List<?>) {
                return ofLists.call(ExpressionValues.list(self), arguments, meter);
            }
            if (self instanceof Map<?, ?> map) {
                return map.get(name) instanceof ClosureValue func
                        ? func.callWith(arguments)
                        : ofMaps.call(ExpressionValues.map(self), arguments, meter);
            }
            if (self instanceof ClosureValue func && name.equals("call")) {
                return func.callWith(arguments);
            }
            String message = ExpressionValues.kind(self) + " has no method '" + name + "'";
            throw self == ExpressionValues.NULL
                    ? EvaluationException.value(message + "; a field is empty or missing, write ?. to allow for it")
                    : EvaluationException.type(message);
        }
    }

    private static final Table<List<Object>> LISTS = ListMethods.table();
    private static final Table<Map<String, Object>> MAPS = MapMethods.table();
    private static final Table<String> TEXTS = TextMethods.table();
    private static final Table<Number> NUMBERS = NumberMethods.table();
    /** What is asked of every value. */
    private static final Set<String> OF_ANY = Set.of("toString", "equals", "compareTo");

    private static final Set<String> NAMES = names();
    private static final Map<String, String> HINTS = Map.of(
            "shuffle", "; a shuffle must be repeatable: random.shuffle(list)",
            "shuffled", "; a shuffle must be repeatable: random.shuffle(list)",
            "format", "; write round(n), padLeft(n) or \"${value}\"",
            "append", "; write list + [value]",
            "lower", "; write toLowerCase()",
            "upper", "; write toUpperCase()",
            "items", "; write map.each { key, value -> … }");

    private MethodTables() {}

    private static Set<String> names() {
        var all = new TreeSet<String>(Set.of("toString", "equals", "compareTo", "call", "is"));
        all.addAll(LISTS.methods.keySet());
        all.addAll(MAPS.methods.keySet());
        all.addAll(TEXTS.methods.keySet());
        all.addAll(NUMBERS.methods.keySet());
        return all;
    }

    static boolean known(String name) {
        return NAMES.contains(name);
    }

    static String hint(String name) {
        String hint = HINTS.get(name);
        return hint != null
                ? hint
                : Problems.nearest(name, NAMES)
                        .map(each -> "; did you mean '" + each + "'?")
                        .orElse("");
    }

    /** Calls a method of lists. */
    static Object call(List<Object> self, String name, Object[] arguments, EvaluationMeter meter) {
        return LISTS.find(name).call(self, arguments, meter);
    }

    /** A method that every value has; null where this is none. */
    private static @Nullable Object ofAny(Object self, String name, Object[] arguments, EvaluationMeter meter) {
        return switch (arguments.length) {
            case 0 -> name.equals("toString") ? ExpressionValues.text(self, meter) : null;
            case 1 -> compared(self, name, arguments[0], meter);
            default -> null;
        };
    }

    private static @Nullable Object compared(Object self, String name, Object other, EvaluationMeter meter) {
        if (name.equals("equals")) {
            return ExpressionValues.same(self, other, meter);
        }
        return name.equals("compareTo") ? (Object) ExpressionValues.compare(self, other, meter) : null;
    }

    /** What a loop goes over: elements, entries as maps with key and value, or characters. */
    static List<Object> elements(Object value, EvaluationMeter meter) {
        if (value instanceof List<?> list) {
            return new ArrayList<>(list);
        }
        if (value instanceof Map<?, ?> map) {
            meter.make(map.size());
            var entries = new ArrayList<Object>();
            map.forEach((key, each) -> entries.add(entry((String) key, each)));
            return entries;
        }
        if (value instanceof String text) {
            meter.make(text.length());
            var characters = new ArrayList<Object>();
            text.codePoints().forEach(c -> characters.add(new String(Character.toChars(c))));
            return characters;
        }
        String message = "cannot go over " + ExpressionValues.kind(value);
        throw value == ExpressionValues.NULL ? EvaluationException.value(message) : EvaluationException.type(message);
    }

    static Map<String, Object> entry(String key, Object value) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("key", key);
        entry.put("value", value);
        return entry;
    }

    static String text(Object argument, String method) {
        if (argument instanceof String text) {
            return text;
        }
        throw EvaluationException.type(method + "() needs a text, not " + ExpressionValues.kind(argument));
    }
}
