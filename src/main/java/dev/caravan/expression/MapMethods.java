package dev.caravan.expression;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Methods of maps, as Groovy names them. A closure of two parameters gets key and value, one of one gets both in a map. */
final class MapMethods {
    private MapMethods() {}

    private static ClosureValue f(Object[] arguments) {
        return OperatorMeanings.closure(arguments[arguments.length - 1]);
    }

    static MethodTables.Table<Map<String, Object>> table() {
        var t = new MethodTables.Table<Map<String, Object>>();
        plain(t);
        closures(t);
        return t;
    }

    private static void plain(MethodTables.Table<Map<String, Object>> t) {
        t.add("size", 0, 0, (p, a, m) -> p.size());
        t.add("isEmpty", 0, 0, (p, a, m) -> p.isEmpty());
        t.add("get", 1, 2, MapMethods::get);
        t.alias("getOrDefault", "get");
        t.alias("getAt", "get");
        t.add("containsKey", 1, 1, (p, a, m) -> p.containsKey(ExpressionValues.key(a[0])));
        t.add("containsValue", 1, 1, (p, a, m) -> OperatorMeanings.holds(new ArrayList<>(p.values()), a[0], m));
        t.add("keySet", 0, 0, MapMethods::keySet);
        t.alias("keys", "keySet");
        t.add("values", 0, 0, MapMethods::values);
        t.add("entrySet", 0, 0, (p, a, m) -> MethodTables.elements(p, m));
        t.add("put", 2, 2, MapMethods::put);
        t.add("putAll", 1, 1, (p, a, m) -> OperatorMeanings.apply("<<", p, a[0], m));
        t.alias("leftShift", "putAll");
        t.add("remove", 1, 1, MapMethods::remove);
        t.add("plus", 1, 1, (p, a, m) -> OperatorMeanings.apply("+", p, a[0], m));
        t.add("minus", 1, 1, (p, a, m) -> OperatorMeanings.apply("-", p, a[0], m));
        t.add("subMap", 1, 1, MapMethods::subMap);
    }

    private static void closures(MethodTables.Table<Map<String, Object>> t) {
        t.add("each", 1, 1, MapMethods::each);
        t.add("collect", 1, 1, MapMethods::collect);
        t.add("collectMany", 1, 1, MapMethods::collectMany);
        t.add("collectEntries", 1, 1, MapMethods::collectEntries);
        t.add("findAll", 1, 1, MapMethods::findAll);
        t.add("find", 1, 1, MapMethods::find);
        t.add(
                "any",
                1,
                1,
                (p, a, m) -> p.entrySet().stream().anyMatch(each -> f(a).testEntry(each.getKey(), each.getValue())));
        t.add(
                "every",
                1,
                1,
                (p, a, m) -> p.entrySet().stream().allMatch(each -> f(a).testEntry(each.getKey(), each.getValue())));
        t.add(
                "count",
                1,
                1,
                (p, a, m) -> ExactNumbers.whole(p.entrySet().stream()
                        .filter(each -> f(a).testEntry(each.getKey(), each.getValue()))
                        .count()));
        t.add("sum", 1, 1, MapMethods::sum);
        t.add("inject", 2, 2, MapMethods::inject);
        t.add("sort", 0, 1, MapMethods::sort);
        t.add("min", 1, 1, (p, a, m) -> CountedSort.extreme(MethodTables.elements(p, m), a, 1, m));
        t.add("max", 1, 1, (p, a, m) -> CountedSort.extreme(MethodTables.elements(p, m), a, -1, m));
    }

    private static List<Object> byKey(List<Object> entries, EvaluationMeter meter) {
        var map = new TreeMap<String, Object>();
        entries.forEach(each -> map.put(
                ExpressionValues.key(
                        Objects.requireNonNull(ExpressionValues.map(each).get("key"))),
                each));
        meter.steps(entries.size());
        return new ArrayList<>(map.values());
    }

    private static Object get(Map<String, Object> map, Object[] arguments, EvaluationMeter meter) {
        Object found = map.get(ExpressionValues.key(arguments[0]));
        return found != null ? found : arguments.length == 2 ? arguments[1] : ExpressionValues.NULL;
    }

    private static Object keySet(Map<String, Object> map, Object[] arguments, EvaluationMeter meter) {
        meter.make(map.size());
        return new ArrayList<Object>(map.keySet());
    }

    private static Object values(Map<String, Object> map, Object[] arguments, EvaluationMeter meter) {
        meter.make(map.size());
        return new ArrayList<>(map.values());
    }

    private static Object put(Map<String, Object> map, Object[] arguments, EvaluationMeter meter) {
        meter.make(1);
        Object old = map.put(ExpressionValues.key(arguments[0]), arguments[1]);
        return old == null ? ExpressionValues.NULL : old;
    }

    private static Object remove(Map<String, Object> map, Object[] arguments, EvaluationMeter meter) {
        Object old = map.remove(ExpressionValues.key(arguments[0]));
        return old == null ? ExpressionValues.NULL : old;
    }

    private static Object subMap(Map<String, Object> map, Object[] arguments, EvaluationMeter meter) {
        Map<String, Object> part = new LinkedHashMap<>();
        for (Object each : MethodTables.elements(arguments[0], meter)) {
            Object value = map.get(ExpressionValues.key(each));
            if (value != null) {
                part.put(ExpressionValues.key(each), value);
            }
        }
        return part;
    }

    private static Object each(Map<String, Object> map, Object[] arguments, EvaluationMeter meter) {
        new LinkedHashMap<>(map).forEach((key, value) -> f(arguments).callEntry(key, value));
        return map;
    }

    private static Object collect(Map<String, Object> map, Object[] arguments, EvaluationMeter meter) {
        meter.make(map.size());
        var all = new ArrayList<Object>();
        map.forEach((key, value) -> all.add(f(arguments).callEntry(key, value)));
        return all;
    }

    private static Object collectMany(Map<String, Object> map, Object[] arguments, EvaluationMeter meter) {
        var all = new ArrayList<Object>();
        map.forEach(
                (key, value) -> all.addAll(MethodTables.elements(f(arguments).callEntry(key, value), meter)));
        meter.make(all.size());
        return all;
    }

    private static Object collectEntries(Map<String, Object> map, Object[] arguments, EvaluationMeter meter) {
        Map<String, Object> all = new LinkedHashMap<>();
        meter.make(map.size());
        map.forEach((key, value) -> ClosureMethods.entries(f(arguments).callEntry(key, value), all));
        return all;
    }

    private static Object findAll(Map<String, Object> map, Object[] arguments, EvaluationMeter meter) {
        Map<String, Object> all = new LinkedHashMap<>();
        meter.make(map.size());
        map.forEach((key, value) -> {
            if (f(arguments).testEntry(key, value)) {
                all.put(key, value);
            }
        });
        return all;
    }

    private static Object find(Map<String, Object> map, Object[] arguments, EvaluationMeter meter) {
        for (Map.Entry<String, Object> each : map.entrySet()) {
            if (f(arguments).testEntry(each.getKey(), each.getValue())) {
                return MethodTables.entry(each.getKey(), each.getValue());
            }
        }
        return ExpressionValues.NULL;
    }

    private static Object sum(Map<String, Object> map, Object[] arguments, EvaluationMeter meter) {
        var all = new ArrayList<Object>();
        map.forEach((key, value) -> all.add(f(arguments).callEntry(key, value)));
        return GlobalFunctions.sum(all, meter);
    }

    private static Object inject(Map<String, Object> map, Object[] arguments, EvaluationMeter meter) {
        Object sum = arguments[0];
        for (Object each : MethodTables.elements(map, meter)) {
            sum = f(arguments).call(sum, each);
        }
        return sum;
    }

    private static Object sort(Map<String, Object> map, Object[] arguments, EvaluationMeter meter) {
        Object[] by = arguments;
        List<Object> entries = MethodTables.elements(map, meter);
        var sorted = new LinkedHashMap<String, Object>();
        List<Object> ordered = by.length == 0 ? byKey(entries, meter) : CountedSort.sorted(entries, by, meter);
        ordered.forEach(each -> sorted.put(
                ExpressionValues.key(
                        Objects.requireNonNull(ExpressionValues.map(each).get("key"))),
                Objects.requireNonNull(ExpressionValues.map(each).get("value"))));
        return sorted;
    }
}
