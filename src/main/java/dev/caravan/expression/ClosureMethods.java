package dev.caravan.expression;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Methods of lists that take a closure. */
final class ClosureMethods {
    private ClosureMethods() {}

    private static ClosureValue f(Object[] arguments) {
        return OperatorMeanings.closure(arguments[arguments.length - 1]);
    }

    static void add(MethodTables.Table<List<Object>> t) {
        each(t);
        t.add("collect", 1, 1, (l, a, m) -> collect(l, f(a), m));
        t.add("collectMany", 1, 1, ClosureMethods::collectMany);
        t.add("collectEntries", 0, 1, ClosureMethods::collectEntries);
        t.add("find", 0, 1, ClosureMethods::find);
        t.add("findResult", 1, 1, ClosureMethods::findResult);
        t.add("findAll", 0, 1, (l, a, m) -> filter(l, a, true, m));
        t.add("findResults", 1, 1, (l, a, m) -> filter(collect(l, f(a), m), each -> each != ExpressionValues.NULL));
        t.add("grep", 0, 1, (l, a, m) -> filter(l, a, true, m));
        t.add(
                "split",
                1,
                1,
                (l, a, m) -> new ArrayList<Object>(List.of(filter(l, a, true, m), filter(l, a, false, m))));
        t.add("findIndexOf", 1, 1, ClosureMethods::findIndexOf);
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
        t.add("count", 0, 1, ClosureMethods::count);
        t.add("countBy", 1, 1, ClosureMethods::countBy);
        t.add("groupBy", 1, 1, (l, a, m) -> ListMethods.grouped(l, f(a), m));
        t.add("inject", 1, 2, ClosureMethods::inject);
        t.add("takeWhile", 1, 1, (l, a, m) -> new ArrayList<>(l.subList(0, prefix(l, f(a)))));
        t.add("dropWhile", 1, 1, (l, a, m) -> withoutPrefix(l, f(a)));
    }

    private static void each(MethodTables.Table<List<Object>> t) {
        t.add("each", 1, 1, ClosureMethods::eachOf);
        t.add("eachWithIndex", 1, 1, ClosureMethods::eachWithIndex);
    }

    private static int prefix(List<Object> list, ClosureValue test) {
        int at = 0;
        while (at < list.size() && test.test(list.get(at))) {
            at++;
        }
        return Math.min(at, list.size());
    }

    private static List<Object> withoutPrefix(List<Object> list, ClosureValue test) {
        int at = prefix(list, test);
        return new ArrayList<>(list.subList(at, list.size()));
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

    private static List<Object> filter(List<Object> list, Predicate<Object> test) {
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

    private static Object collectMany(List<Object> list, Object[] arguments, EvaluationMeter meter) {
        var all = new ArrayList<Object>();
        for (Object each : list) {
            List<Object> more = MethodTables.elements(f(arguments).call(each), meter);
            meter.make(more.size());
            all.addAll(more);
        }
        return all;
    }

    private static Object collectEntries(List<Object> list, Object[] arguments, EvaluationMeter meter) {
        Map<String, Object> all = new LinkedHashMap<>();
        for (Object each : list) {
            meter.make(1);
            entries(arguments.length == 0 ? each : f(arguments).call(each), all);
        }
        return all;
    }

    private static Object find(List<Object> list, Object[] arguments, EvaluationMeter meter) {
        for (Object each : list) {
            meter.step();
            if (arguments.length == 0
                    ? ExpressionValues.truth(each)
                    : f(arguments).test(each)) {
                return each;
            }
        }
        return ExpressionValues.NULL;
    }

    private static Object findResult(List<Object> list, Object[] arguments, EvaluationMeter meter) {
        for (Object each : list) {
            Object found = f(arguments).call(each);
            if (found != ExpressionValues.NULL) {
                return found;
            }
        }
        return ExpressionValues.NULL;
    }

    private static Object findIndexOf(List<Object> list, Object[] arguments, EvaluationMeter meter) {
        for (int i = 0; i < list.size(); i++) {
            if (f(arguments).test(list.get(i))) {
                return i;
            }
        }
        return -1;
    }

    private static Object count(List<Object> list, Object[] arguments, EvaluationMeter meter) {
        if (arguments.length == 0) {
            return list.size();
        }
        return ExactNumbers.whole(list.stream()
                .filter(each -> arguments[0] instanceof ClosureValue func
                        ? func.test(each)
                        : ExpressionValues.same(each, arguments[0], meter))
                .count());
    }

    private static Object countBy(List<Object> list, Object[] arguments, EvaluationMeter meter) {
        Map<String, Object> counts = new LinkedHashMap<>();
        ListMethods.grouped(list, f(arguments), meter)
                .forEach((key, group) ->
                        counts.put(key, ExpressionValues.list(group).size()));
        return counts;
    }

    private static Object inject(List<Object> list, Object[] arguments, EvaluationMeter meter) {
        if (arguments.length == 1 && list.isEmpty()) {
            throw EvaluationException.value("inject() of an empty list needs arguments first value");
        }
        Object sum = arguments.length == 1 ? list.get(0) : arguments[0];
        for (Object each : arguments.length == 1 ? list.subList(1, list.size()) : list) {
            sum = f(arguments).call(sum, each);
        }
        return sum;
    }

    private static Object eachOf(List<Object> list, Object[] arguments, EvaluationMeter meter) {
        for (Object each : new ArrayList<>(list)) {
            f(arguments).call(each);
        }
        return list;
    }

    private static Object eachWithIndex(List<Object> list, Object[] arguments, EvaluationMeter meter) {
        int at = 0;
        for (Object each : new ArrayList<>(list)) {
            f(arguments).call(each, at++);
        }
        return list;
    }
}
