package dev.caravan.expression;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
        t.add("get", 1, 2, (p, a, m) -> {
            Object found = p.get(ExpressionValues.key(a[0]));
            return found != null ? found : a.length == 2 ? a[1] : ExpressionValues.NULL;
        });
        t.alias("getOrDefault", "get");
        t.alias("getAt", "get");
        t.add("containsKey", 1, 1, (p, a, m) -> p.containsKey(ExpressionValues.key(a[0])));
        t.add("containsValue", 1, 1, (p, a, m) -> OperatorMeanings.holds(new ArrayList<>(p.values()), a[0], m));
        t.add("keySet", 0, 0, (p, a, m) -> {
            m.make(p.size());
            return new ArrayList<Object>(p.keySet());
        });
        t.alias("keys", "keySet");
        t.add("values", 0, 0, (p, a, m) -> {
            m.make(p.size());
            return new ArrayList<>(p.values());
        });
        t.add("entrySet", 0, 0, (p, a, m) -> MethodTables.elements(p, m));
        t.add("put", 2, 2, (p, a, m) -> {
            m.make(1);
            Object old = p.put(ExpressionValues.key(a[0]), a[1]);
            return old == null ? ExpressionValues.NULL : old;
        });
        t.add("putAll", 1, 1, (p, a, m) -> OperatorMeanings.apply("<<", p, a[0], m));
        t.alias("leftShift", "putAll");
        t.add("remove", 1, 1, (p, a, m) -> {
            Object old = p.remove(ExpressionValues.key(a[0]));
            return old == null ? ExpressionValues.NULL : old;
        });
        t.add("plus", 1, 1, (p, a, m) -> OperatorMeanings.apply("+", p, a[0], m));
        t.add("minus", 1, 1, (p, a, m) -> OperatorMeanings.apply("-", p, a[0], m));
        t.add("subMap", 1, 1, (p, a, m) -> {
            Map<String, Object> part = new LinkedHashMap<>();
            for (Object each : MethodTables.elements(a[0], m)) {
                Object value = p.get(ExpressionValues.key(each));
                if (value != null) {
                    part.put(ExpressionValues.key(each), value);
                }
            }
            return part;
        });
    }

    private static void closures(MethodTables.Table<Map<String, Object>> t) {
        t.add("each", 1, 1, (p, a, m) -> {
            new LinkedHashMap<>(p).forEach((key, value) -> f(a).callEntry(key, value));
            return p;
        });
        t.add("collect", 1, 1, (p, a, m) -> {
            m.make(p.size());
            var all = new ArrayList<Object>();
            p.forEach((key, value) -> all.add(f(a).callEntry(key, value)));
            return all;
        });
        t.add("collectMany", 1, 1, (p, a, m) -> {
            var all = new ArrayList<Object>();
            p.forEach((key, value) -> all.addAll(MethodTables.elements(f(a).callEntry(key, value), m)));
            m.make(all.size());
            return all;
        });
        t.add("collectEntries", 1, 1, (p, a, m) -> {
            Map<String, Object> all = new LinkedHashMap<>();
            m.make(p.size());
            p.forEach((key, value) -> ClosureMethods.entries(f(a).callEntry(key, value), all));
            return all;
        });
        t.add("findAll", 1, 1, (p, a, m) -> {
            Map<String, Object> all = new LinkedHashMap<>();
            m.make(p.size());
            p.forEach((key, value) -> {
                if (f(a).testEntry(key, value)) {
                    all.put(key, value);
                }
            });
            return all;
        });
        t.add("find", 1, 1, (p, a, m) -> {
            for (Map.Entry<String, Object> each : p.entrySet()) {
                if (f(a).testEntry(each.getKey(), each.getValue())) {
                    return MethodTables.entry(each.getKey(), each.getValue());
                }
            }
            return ExpressionValues.NULL;
        });
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
        t.add("sum", 1, 1, (p, a, m) -> {
            var all = new ArrayList<Object>();
            p.forEach((key, value) -> all.add(f(a).callEntry(key, value)));
            return GlobalFunctions.sum(all, m);
        });
        t.add("inject", 2, 2, (p, a, m) -> {
            Object sum = a[0];
            for (Object each : MethodTables.elements(p, m)) {
                sum = f(a).call(sum, each);
            }
            return sum;
        });
        t.add("sort", 0, 1, (p, a, m) -> {
            Object[] by = a;
            List<Object> entries = MethodTables.elements(p, m);
            var sorted = new LinkedHashMap<String, Object>();
            List<Object> ordered = by.length == 0 ? byKey(entries, m) : CountedSort.sorted(entries, by, m);
            ordered.forEach(each -> sorted.put(
                    ExpressionValues.key(java.util.Objects.requireNonNull(
                            ExpressionValues.map(each).get("key"))),
                    java.util.Objects.requireNonNull(ExpressionValues.map(each).get("value"))));
            return sorted;
        });
        t.add("min", 1, 1, (p, a, m) -> CountedSort.extreme(MethodTables.elements(p, m), a, 1, m));
        t.add("max", 1, 1, (p, a, m) -> CountedSort.extreme(MethodTables.elements(p, m), a, -1, m));
    }

    private static List<Object> byKey(List<Object> entries, EvaluationMeter meter) {
        var map = new java.util.TreeMap<String, Object>();
        entries.forEach(each -> map.put(
                ExpressionValues.key(java.util.Objects.requireNonNull(
                        ExpressionValues.map(each).get("key"))),
                each));
        meter.steps(entries.size());
        return new ArrayList<>(map.values());
    }
}
