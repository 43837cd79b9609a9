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
        t.add("subList", 2, 2, (l, a, m) -> {
            int from = ExactNumbers.index(a[0]);
            int to = ExactNumbers.index(a[1]);
            if (from < 0 || to > l.size() || from > to) {
                throw EvaluationException.value("subList(" + from + ", " + to + ") of " + l.size() + " elements");
            }
            return part(l, from, to, m);
        });
        t.add("indices", 0, 0, (l, a, m) -> {
            m.make(l.size());
            var all = new ArrayList<Object>();
            for (int i = 0; i < l.size(); i++) {
                all.add(i);
            }
            return all;
        });
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
        t.add("lastIndexOf", 1, 1, (l, a, m) -> {
            var reversed = new ArrayList<>(l);
            Collections.reverse(reversed);
            int at = index(reversed, a[0], m);
            return at < 0 ? -1 : l.size() - 1 - at;
        });
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
        t.add("join", 0, 1, (l, a, m) -> {
            String between = a.length == 0 ? "" : MethodTables.text(a[0], "join");
            var out = new StringBuilder();
            for (int i = 0; i < l.size(); i++) {
                String each = ExpressionValues.text(l.get(i), m);
                m.make(between.length() + each.length());
                out.append(i == 0 ? "" : between).append(each);
            }
            return out.toString();
        });
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
        t.add("add", 1, 2, (l, a, m) -> {
            m.make(1);
            if (a.length == 1) {
                l.add(a[0]);
            } else {
                l.add(bounded(ExactNumbers.index(a[0]), l.size()), a[1]);
            }
            return true;
        });
        t.add("push", 1, 1, (l, a, m) -> {
            m.make(1);
            l.add(0, a[0]);
            return true;
        });
        t.add("leftShift", 1, 1, (l, a, m) -> OperatorMeanings.apply("<<", l, a[0], m));
        t.add("addAll", 1, 1, (l, a, m) -> {
            List<Object> more = MethodTables.elements(a[0], m);
            m.make(more.size());
            return l.addAll(more);
        });
        t.add("pop", 0, 0, (l, a, m) -> {
            one(l, 0);
            return l.remove(0);
        });
        t.add("removeLast", 0, 0, (l, a, m) -> {
            one(l, 0);
            return l.remove(l.size() - 1);
        });
        t.add("removeAt", 1, 1, (l, a, m) -> {
            int at = ExactNumbers.index(a[0]);
            if (at < 0 || at >= l.size()) {
                throw EvaluationException.value("the list has " + l.size() + " elements, and no [" + at + "]");
            }
            return l.remove(at);
        });
        t.add("remove", 1, 1, (l, a, m) -> {
            if (a[0] instanceof Number) {
                throw EvaluationException.type("write removeAt(index), or list - [value] to take values away");
            }
            int at = index(l, a[0], m);
            if (at >= 0) {
                l.remove(at);
            }
            return at >= 0;
        });
        t.add("clear", 0, 0, (l, a, m) -> {
            l.clear();
            return ExpressionValues.NULL;
        });
        t.add("sort", 0, 1, (l, a, m) -> {
            List<Object> sorted = CountedSort.sorted(l, a, m);
            l.clear();
            l.addAll(sorted);
            return l;
        });
    }

    private static int bounded(int index, int size) {
        if (index < 0 || index > size) {
            throw EvaluationException.value("cannot insert at " + index + " in " + size + " elements");
        }
        return index;
    }

    private static void shapes(MethodTables.Table<List<Object>> t) {
        t.add("toSorted", 0, 1, CountedSort::sorted);
        t.add("reverse", 0, 0, (l, a, m) -> {
            m.make(l.size());
            var all = new ArrayList<>(l);
            Collections.reverse(all);
            return all;
        });
        t.add("plus", 1, 1, (l, a, m) -> OperatorMeanings.apply("+", l, a[0], m));
        t.add("minus", 1, 1, (l, a, m) -> OperatorMeanings.apply("-", l, a[0], m));
        t.add("multiply", 1, 1, (l, a, m) -> OperatorMeanings.apply("*", l, a[0], m));
        t.add("unique", 0, 1, ListMethods::unique);
        t.alias("toUnique", "unique");
        t.add("toSet", 0, 0, ListMethods::unique);
        t.add("intersect", 1, 1, (l, a, m) -> {
            List<Object> other = MethodTables.elements(a[0], m);
            var both = new ArrayList<Object>();
            for (Object each : l) {
                if (OperatorMeanings.holds(other, each, m) && !OperatorMeanings.holds(both, each, m)) {
                    both.add(each);
                }
            }
            return both;
        });
        t.add("flatten", 0, 0, (l, a, m) -> {
            var all = new ArrayList<Object>();
            flatten(l, all, m, 0);
            return all;
        });
        t.add("withIndex", 0, 1, (l, a, m) -> {
            m.make(2L * l.size());
            int from = a.length == 0 ? 0 : ExactNumbers.index(a[0]);
            var all = new ArrayList<Object>();
            for (int i = 0; i < l.size(); i++) {
                all.add(new ArrayList<>(List.of(l.get(i), from + i)));
            }
            return all;
        });
        t.add("collate", 1, 1, (l, a, m) -> {
            int size = ExactNumbers.index(a[0]);
            if (size < 1) {
                throw EvaluationException.value("collate() needs a size of at least 1");
            }
            m.make(l.size());
            var all = new ArrayList<Object>();
            for (int i = 0; i < l.size(); i += size) {
                all.add(new ArrayList<>(l.subList(i, Math.min(l.size(), i + size))));
            }
            return all;
        });
        t.add("transpose", 0, 0, ListMethods::transpose);
        t.add("combinations", 0, 0, ListMethods::combinations);
        t.add("permutations", 0, 0, (l, a, m) -> {
            var all = new ArrayList<Object>();
            permutations(l, new ArrayList<>(), all, m);
            return all;
        });
        t.add("step", 1, 1, (l, a, m) -> {
            int step = ExactNumbers.index(a[0]);
            if (step < 1) {
                throw EvaluationException.value("step() needs a whole number of at least 1");
            }
            var all = new ArrayList<Object>();
            for (int i = 0; i < l.size(); i += step) {
                all.add(l.get(i));
            }
            m.make(all.size());
            return all;
        });
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
}
