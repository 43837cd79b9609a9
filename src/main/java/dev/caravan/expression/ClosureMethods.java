package dev.caravan.expression;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Methods of lists that take a closure. */
final class ClosureMethods {
    private ClosureMethods() {}

    private static ClosureValue f(Object[] arguments) {
        return OperatorMeanings.closure(arguments[arguments.length - 1]);
    }

    static void add(MethodTables.Table<List<Object>> t) {
        each(t);
        t.add("collect", 1, 1, (l, a, m) -> collect(l, f(a), m));
        t.add("collectMany", 1, 1, (l, a, m) -> {
            var all = new ArrayList<Object>();
            for (Object each : l) {
                List<Object> more = MethodTables.elements(f(a).call(each), m);
                m.make(more.size());
                all.addAll(more);
            }
            return all;
        });
        t.add("collectEntries", 0, 1, (l, a, m) -> {
            Map<String, Object> all = new LinkedHashMap<>();
            for (Object each : l) {
                m.make(1);
                entries(a.length == 0 ? each : f(a).call(each), all);
            }
            return all;
        });
        t.add("find", 0, 1, (l, a, m) -> {
            for (Object each : l) {
                m.step();
                if (a.length == 0 ? ExpressionValues.truth(each) : f(a).test(each)) {
                    return each;
                }
            }
            return ExpressionValues.NULL;
        });
        t.add("findResult", 1, 1, (l, a, m) -> {
            for (Object each : l) {
                Object found = f(a).call(each);
                if (found != ExpressionValues.NULL) {
                    return found;
                }
            }
            return ExpressionValues.NULL;
        });
        t.add("findAll", 0, 1, (l, a, m) -> filter(l, a, true, m));
        t.add("findResults", 1, 1, (l, a, m) -> filter(collect(l, f(a), m), each -> each != ExpressionValues.NULL));
        t.add("grep", 0, 1, (l, a, m) -> filter(l, a, true, m));
        t.add(
                "split",
                1,
                1,
                (l, a, m) -> new ArrayList<Object>(List.of(filter(l, a, true, m), filter(l, a, false, m))));
        t.add("findIndexOf", 1, 1, (l, a, m) -> {
            for (int i = 0; i < l.size(); i++) {
                if (f(a).test(l.get(i))) {
                    return i;
                }
            }
            return -1;
        });
        t.add(
                "any",
                0,
                1,
                (l, a, m) ->
                        l.stream().anyMatch(each -> a.length == 0 ? ExpressionValues.truth(each) : f(a).test(each)));
        t.add(
                "every",
                0,
                1,
                (l, a, m) ->
                        l.stream().allMatch(each -> a.length == 0 ? ExpressionValues.truth(each) : f(a).test(each)));
        t.add("count", 0, 1, (l, a, m) -> {
            if (a.length == 0) {
                return l.size();
            }
            return ExactNumbers.whole(l.stream()
                    .filter(each ->
                            a[0] instanceof ClosureValue func ? func.test(each) : ExpressionValues.same(each, a[0], m))
                    .count());
        });
        t.add("countBy", 1, 1, (l, a, m) -> {
            Map<String, Object> counts = new LinkedHashMap<>();
            ListMethods.grouped(l, f(a), m)
                    .forEach((key, group) ->
                            counts.put(key, ExpressionValues.list(group).size()));
            return counts;
        });
        t.add("groupBy", 1, 1, (l, a, m) -> ListMethods.grouped(l, f(a), m));
        t.add("inject", 1, 2, (l, a, m) -> {
            if (a.length == 1 && l.isEmpty()) {
                throw EvaluationException.value("inject() of an empty list needs a first value");
            }
            Object sum = a.length == 1 ? l.get(0) : a[0];
            for (Object each : a.length == 1 ? l.subList(1, l.size()) : l) {
                sum = f(a).call(sum, each);
            }
            return sum;
        });
        t.add("takeWhile", 1, 1, (l, a, m) -> new ArrayList<>(l.subList(0, prefix(l, f(a)))));
        t.add("dropWhile", 1, 1, (l, a, m) -> new ArrayList<>(l.subList(prefix(l, f(a)), l.size())));
    }

    private static void each(MethodTables.Table<List<Object>> t) {
        t.add("each", 1, 1, (l, a, m) -> {
            for (Object each : new ArrayList<>(l)) {
                f(a).call(each);
            }
            return l;
        });
        t.add("eachWithIndex", 1, 1, (l, a, m) -> {
            int at = 0;
            for (Object each : new ArrayList<>(l)) {
                f(a).call(each, at++);
            }
            return l;
        });
    }

    private static int prefix(List<Object> list, ClosureValue test) {
        int at = 0;
        while (at < list.size() && test.test(list.get(at))) {
            at++;
        }
        return at;
    }

    static List<Object> collect(List<Object> list, ClosureValue by, EvaluationMeter meter) {
        meter.make(list.size());
        var all = new ArrayList<Object>(list.size());
        for (Object each : new ArrayList<>(list)) {
            all.add(by.call(each));
        }
        return all;
    }

    private static List<Object> filter(List<Object> list, Object[] arguments, boolean wanted, EvaluationMeter meter) {
        meter.make(list.size());
        return filter(
                list,
                each -> (arguments.length == 0
                                ? ExpressionValues.truth(each)
                                : f(arguments).test(each))
                        == wanted);
    }

    private static List<Object> filter(List<Object> list, java.util.function.Predicate<Object> test) {
        var all = new ArrayList<Object>();
        for (Object each : list) {
            if (test.test(each)) {
                all.add(each);
            }
        }
        return all;
    }

    /** Adds what a closure gave for an entry: a pair, or a map. */
    static void entries(Object made, Map<String, Object> all) {
        if (made instanceof List<?> pair && pair.size() == 2) {
            all.put(ExpressionValues.key(pair.get(0)), pair.get(1));
        } else if (made instanceof Map<?, ?>) {
            all.putAll(ExpressionValues.map(made));
        } else {
            throw EvaluationException.type(
                    "collectEntries() needs [key, value] or a map, not " + ExpressionValues.kind(made));
        }
    }
}
