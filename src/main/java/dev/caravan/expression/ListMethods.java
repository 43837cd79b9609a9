package dev.caravan.expression;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Methods of lists, as Groovy names them. */
final class ListMethods {
    private ListMethods() {}

    static MethodTables.Table<List<Object>> table() {
        var table = new MethodTables.Table<List<Object>>();
        parts(table);
        questions(table);
        ClosureMethods.add(table);
        changes(table);
        shapes(table);
        return table;
    }

    private static void parts(MethodTables.Table<List<Object>> t) {
        t.add("size", 0, 0, (l, a, m) -> l.size());
        t.alias("length", "size");
        t.add("get", 1, 1, (l, a, m) -> OperatorMeanings.at(l, a[0], m));
        t.alias("getAt", "get");
        t.add("first", 0, 0, (l, a, m) -> one(l, 0));
        t.alias("head", "first");
        t.add("last", 0, 0, (l, a, m) -> one(l, l.size() - 1));
        t.add("tail", 0, 0, (l, a, m) -> part(l, 1, l.size(), m));
        t.add("init", 0, 0, (l, a, m) -> part(l, 0, l.size() - 1, m));
        t.add("take", 1, 1, (l, a, m) -> part(l, 0, ExactNumbers.index(a[0]), m));
        t.add("drop", 1, 1, (l, a, m) -> part(l, ExactNumbers.index(a[0]), l.size(), m));
        t.add("takeRight", 1, 1, (l, a, m) -> part(l, l.size() - ExactNumbers.index(a[0]), l.size(), m));
        t.add("dropRight", 1, 1, (l, a, m) -> part(l, 0, l.size() - ExactNumbers.index(a[0]), m));
        t.add("subList", 2, 2, ListMethods::subList);
        t.add("indices", 0, 0, ListMethods::indices);
        t.alias("getIndices", "indices");
    }

    private static Object one(List<Object> list, int at) {
        if (list.isEmpty()) {
            throw EvaluationException.value("the list is empty");
        }
        return list.get(at);
    }

    private static List<Object> part(List<Object> list, int from, int to, EvaluationMeter meter) {
        int low = Math.max(0, Math.min(from, list.size()));
        int high = Math.max(low, Math.min(to, list.size()));
        meter.make(high - low);
        return new ArrayList<>(list.subList(low, high));
    }

    private static void questions(MethodTables.Table<List<Object>> t) {
        t.add("isEmpty", 0, 0, (l, a, m) -> l.isEmpty());
        t.add("contains", 1, 1, (l, a, m) -> OperatorMeanings.holds(l, a[0], m));
        t.add(
                "containsAll",
                1,
                1,
                (l, a, m) ->
                        MethodTables.elements(a[0], m).stream().allMatch(each -> OperatorMeanings.holds(l, each, m)));
        t.add(
                "disjoint",
                1,
                1,
                (l, a, m) ->
                        MethodTables.elements(a[0], m).stream().noneMatch(each -> OperatorMeanings.holds(l, each, m)));
        t.add("indexOf", 1, 1, (l, a, m) -> index(l, a[0], m));
        t.add("lastIndexOf", 1, 1, ListMethods::lastIndexOf);
        t.add(
                "sum",
                0,
                1,
                (l, a, m) -> GlobalFunctions.sum(
                        a.length == 0
                                ? l
                                : l.stream()
                                        .map(each ->
                                                OperatorMeanings.closure(a[0]).call(each))
                                        .toList(),
                        m));
        t.add(
                "average",
                0,
                1,
                (l, a, m) -> l.isEmpty()
                        ? ExpressionValues.NULL
                        : ExactNumbers.dividedBy(
                                OperatorMeanings.number(
                                        GlobalFunctions.sum(
                                                a.length == 0
                                                        ? l
                                                        : l.stream()
                                                                .map(each -> OperatorMeanings.closure(a[0])
                                                                        .call(each))
                                                                .toList(),
                                                m),
                                        "average"),
                                l.size()));
        t.add("min", 0, 1, (l, a, m) -> CountedSort.extreme(l, a, 1, m));
        t.add("max", 0, 1, (l, a, m) -> CountedSort.extreme(l, a, -1, m));
        t.add("join", 0, 1, ListMethods::join);
    }

    private static int index(List<Object> list, Object value, EvaluationMeter meter) {
        for (int i = 0; i < list.size(); i++) {
            if (ExpressionValues.same(list.get(i), value, meter)) {
                return i;
            }
        }
        return -1;
    }

    private static void changes(MethodTables.Table<List<Object>> t) {
        t.add("add", 1, 2, ListMethods::add);
        t.add("push", 1, 1, ListMethods::push);
        t.add("leftShift", 1, 1, (l, a, m) -> OperatorMeanings.apply("<<", l, a[0], m));
        t.add("addAll", 1, 1, ListMethods::addAll);
        t.add("pop", 0, 0, ListMethods::pop);
        t.add("removeLast", 0, 0, ListMethods::removeLast);
        t.add("removeAt", 1, 1, ListMethods::removeAt);
        t.add("remove", 1, 1, ListMethods::remove);
        t.add("clear", 0, 0, ListMethods::clear);
        t.add("sort", 0, 1, ListMethods::sort);
    }

    private static int bounded(int index, int size) {
        if (index < 0 || index > size) {
            throw EvaluationException.value("cannot insert at " + index + " in " + size + " elements");
        }
        return index;
    }

    private static void shapes(MethodTables.Table<List<Object>> t) {
        t.add("toSorted", 0, 1, CountedSort::sorted);
        t.add("reverse", 0, 0, ListMethods::reverse);
        t.add("plus", 1, 1, (l, a, m) -> OperatorMeanings.apply("+", l, a[0], m));
        t.add("minus", 1, 1, (l, a, m) -> OperatorMeanings.apply("-", l, a[0], m));
        t.add("multiply", 1, 1, (l, a, m) -> OperatorMeanings.apply("*", l, a[0], m));
        t.add("unique", 0, 1, ListMethods::unique);
        t.alias("toUnique", "unique");
        t.add("toSet", 0, 0, ListMethods::unique);
        t.add("intersect", 1, 1, ListMethods::intersect);
        t.add("flatten", 0, 0, ListMethods::flattenOf);
        t.add("withIndex", 0, 1, ListMethods::withIndex);
        t.add("collate", 1, 1, ListMethods::collate);
        t.add("transpose", 0, 0, ListMethods::transpose);
        t.add("combinations", 0, 0, ListMethods::combinations);
        t.add("permutations", 0, 0, ListMethods::permutationsOf);
        t.add("step", 1, 1, ListMethods::step);
        t.add("toList", 0, 0, (l, a, m) -> part(l, 0, l.size(), m));
        t.alias("asList", "toList");
    }

    private static Object unique(List<Object> list, Object[] arguments, EvaluationMeter meter) {
        var seen = new ArrayList<Object>();
        var all = new ArrayList<Object>();
        for (Object each : list) {
            Object key = arguments.length == 0
                    ? each
                    : OperatorMeanings.closure(arguments[0]).call(each);
            if (!OperatorMeanings.holds(seen, key, meter)) {
                seen.add(key);
                all.add(each);
            }
        }
        return all;
    }

    private static void flatten(List<?> list, List<Object> all, EvaluationMeter meter, int depth) {
        if (depth > 100) {
            throw EvaluationException.limit("the list is nested more than 100 levels deep");
        }
        for (Object each : list) {
            if (each instanceof List<?> inner) {
                flatten(inner, all, meter, depth + 1);
            } else {
                meter.make(1);
                all.add(each);
            }
        }
    }

    private static Object transpose(List<Object> rows, Object[] arguments, EvaluationMeter meter) {
        int width = rows.stream()
                .mapToInt(each -> MethodTables.elements(each, meter).size())
                .min()
                .orElse(0);
        meter.make((long) width * rows.size());
        var columns = new ArrayList<Object>();
        for (int i = 0; i < width; i++) {
            var column = new ArrayList<Object>();
            for (Object row : rows) {
                column.add(MethodTables.elements(row, meter).get(i));
            }
            columns.add(column);
        }
        return columns;
    }

    private static Object combinations(List<Object> groups, Object[] arguments, EvaluationMeter meter) {
        List<List<Object>> all = new ArrayList<>();
        all.add(new ArrayList<>());
        for (Object group : groups) {
            List<List<Object>> longer = new ArrayList<>();
            for (Object each : group instanceof List<?> list ? list : List.of(group)) {
                for (List<Object> start : all) {
                    meter.make(start.size() + 1L);
                    var one = new ArrayList<>(start);
                    one.add(each);
                    longer.add(one);
                }
            }
            all = longer;
        }
        return new ArrayList<Object>(all);
    }

    private static void permutations(List<Object> rest, List<Object> chosen, List<Object> all, EvaluationMeter meter) {
        if (rest.isEmpty()) {
            meter.make(chosen.size() + 1L);
            all.add(new ArrayList<>(chosen));
        }
        meter.steps(rest.size());
        for (int i = 0; i < rest.size(); i++) {
            var fewer = new ArrayList<>(rest);
            chosen.add(fewer.remove(i));
            permutations(fewer, chosen, all, meter);
            chosen.remove(chosen.size() - 1);
        }
    }

    /** Groups by a key in the order of first arrival. */
    static Map<String, Object> grouped(List<Object> list, ClosureValue by, EvaluationMeter meter) {
        Map<String, Object> groups = new LinkedHashMap<>();
        for (Object each : list) {
            meter.make(1);
            ExpressionValues.list(
                            groups.computeIfAbsent(ExpressionValues.key(by.call(each)), key -> new ArrayList<Object>()))
                    .add(each);
        }
        return groups;
    }

    private static Object subList(List<Object> list, Object[] arguments, EvaluationMeter meter) {
        int from = ExactNumbers.index(arguments[0]);
        int to = ExactNumbers.index(arguments[1]);
        if (from < 0 || to > list.size() || from > to) {
            throw EvaluationException.value("subList(" + from + ", " + to + ") of " + list.size() + " elements");
        }
        return part(list, from, to, meter);
    }

    private static Object indices(List<Object> list, Object[] arguments, EvaluationMeter meter) {
        meter.make(list.size());
        var all = new ArrayList<Object>();
        for (int i = 0; i < list.size(); i++) {
            all.add(i);
        }
        return all;
    }

    private static Object lastIndexOf(List<Object> list, Object[] arguments, EvaluationMeter meter) {
        var reversed = new ArrayList<>(list);
        Collections.reverse(reversed);
        int at = index(reversed, arguments[0], meter);
        return at < 0 ? -1 : list.size() - 1 - at;
    }

    private static Object join(List<Object> list, Object[] arguments, EvaluationMeter meter) {
        String between = arguments.length == 0 ? "" : MethodTables.text(arguments[0], "join");
        var out = new StringBuilder();
        for (int i = 0; i < list.size(); i++) {
            String each = ExpressionValues.text(list.get(i), meter);
            meter.make(between.length() + each.length());
            out.append(i == 0 ? "" : between).append(each);
        }
        return out.toString();
    }

    private static Object add(List<Object> list, Object[] arguments, EvaluationMeter meter) {
        meter.make(1);
        if (arguments.length == 1) {
            list.add(arguments[0]);
        } else {
            list.add(bounded(ExactNumbers.index(arguments[0]), list.size()), arguments[1]);
        }
        return true;
    }

    private static Object push(List<Object> list, Object[] arguments, EvaluationMeter meter) {
        meter.make(1);
        list.add(0, arguments[0]);
        return true;
    }

    private static Object addAll(List<Object> list, Object[] arguments, EvaluationMeter meter) {
        List<Object> more = MethodTables.elements(arguments[0], meter);
        meter.make(more.size());
        return list.addAll(more);
    }

    private static Object pop(List<Object> list, Object[] arguments, EvaluationMeter meter) {
        one(list, 0);
        return list.remove(0);
    }

    private static Object removeLast(List<Object> list, Object[] arguments, EvaluationMeter meter) {
        one(list, 0);
        return list.remove(list.size() - 1);
    }

    private static Object removeAt(List<Object> list, Object[] arguments, EvaluationMeter meter) {
        int at = ExactNumbers.index(arguments[0]);
        if (at < 0 || at >= list.size()) {
            throw EvaluationException.value("the list has " + list.size() + " elements, and no [" + at + "]");
        }
        return list.remove(at);
    }

    private static Object remove(List<Object> list, Object[] arguments, EvaluationMeter meter) {
        if (arguments[0] instanceof Number) {
            throw EvaluationException.type("write removeAt(index), or list - [value] to take values away");
        }
        int at = index(list, arguments[0], meter);
        if (at >= 0) {
            list.remove(at);
        }
        return at >= 0;
    }

    private static Object clear(List<Object> list, Object[] arguments, EvaluationMeter meter) {
        list.clear();
        return ExpressionValues.NULL;
    }

    private static Object sort(List<Object> list, Object[] arguments, EvaluationMeter meter) {
        List<Object> sorted = CountedSort.sorted(list, arguments, meter);
        list.clear();
        list.addAll(sorted);
        return list;
    }

    private static Object reverse(List<Object> list, Object[] arguments, EvaluationMeter meter) {
        meter.make(list.size());
        var all = new ArrayList<>(list);
        Collections.reverse(all);
        return all;
    }

    private static Object intersect(List<Object> list, Object[] arguments, EvaluationMeter meter) {
        List<Object> other = MethodTables.elements(arguments[0], meter);
        var both = new ArrayList<Object>();
        for (Object each : list) {
            if (OperatorMeanings.holds(other, each, meter) && !OperatorMeanings.holds(both, each, meter)) {
                both.add(each);
            }
        }
        return both;
    }

    private static Object flattenOf(List<Object> list, Object[] arguments, EvaluationMeter meter) {
        var all = new ArrayList<Object>();
        flatten(list, all, meter, 0);
        return all;
    }

    private static Object withIndex(List<Object> list, Object[] arguments, EvaluationMeter meter) {
        meter.make(2L * list.size());
        int from = arguments.length == 0 ? 0 : ExactNumbers.index(arguments[0]);
        var all = new ArrayList<Object>();
        for (int i = 0; i < list.size(); i++) {
            all.add(new ArrayList<>(List.of(list.get(i), from + i)));
        }
        return all;
    }

    private static Object collate(List<Object> list, Object[] arguments, EvaluationMeter meter) {
        int size = ExactNumbers.index(arguments[0]);
        if (size < 1) {
            throw EvaluationException.value("collate() needs arguments size of at least 1");
        }
        meter.make(list.size());
        var all = new ArrayList<Object>();
        for (int i = 0; i < list.size(); i += size) {
            all.add(new ArrayList<>(list.subList(i, Math.min(list.size(), i + size))));
        }
        return all;
    }

    private static Object permutationsOf(List<Object> list, Object[] arguments, EvaluationMeter meter) {
        var all = new ArrayList<Object>();
        permutations(list, new ArrayList<>(), all, meter);
        return all;
    }

    private static Object step(List<Object> list, Object[] arguments, EvaluationMeter meter) {
        int step = ExactNumbers.index(arguments[0]);
        if (step < 1) {
            throw EvaluationException.value("step() needs arguments whole number of at least 1");
        }
        var all = new ArrayList<Object>();
        for (int i = 0; i < list.size(); i += step) {
            all.add(list.get(i));
        }
        meter.make(all.size());
        return all;
    }
}
