package dev.caravan.expression;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Stable merge sort of our own: every comparison counts, and a comparator that contradicts itself cannot break it. */
final class CountedSort {
    private CountedSort() {}

    static List<Object> sorted(List<Object> list, Object[] arguments, EvaluationMeter meter) {
        meter.make(list.size());
        if (arguments.length == 0) {
            return sorted(list, (a, b) -> ExpressionValues.compare(a, b, meter));
        }
        ClosureValue by = OperatorMeanings.closure(arguments[0]);
        if (by.arity() == 2) {
            return sorted(list, (a, b) -> ExactNumbers.signum(OperatorMeanings.number(by.call(a, b), "<=>")));
        }
        record Keyed(Object key, Object value) {}
        var keyed = new ArrayList<Object>();
        list.forEach(each -> keyed.add(new Keyed(by.call(each), each)));
        var sorted = sorted(keyed, (a, b) -> ExpressionValues.compare(((Keyed) a).key(), ((Keyed) b).key(), meter));
        sorted.replaceAll(each -> ((Keyed) each).value());
        return sorted;
    }

    private static List<Object> sorted(List<Object> list, Comparator<Object> order) {
        if (list.size() < 2) {
            return new ArrayList<>(list);
        }
        int middle = list.size() / 2;
        List<Object> left = sorted(list.subList(0, middle), order);
        List<Object> right = sorted(list.subList(middle, list.size()), order);
        var merged = new ArrayList<Object>(list.size());
        int i = 0;
        int j = 0;
        while (i < left.size() && j < right.size()) {
            merged.add(order.compare(left.get(i), right.get(j)) <= 0 ? left.get(i++) : right.get(j++));
        }
        merged.addAll(left.subList(i, left.size()));
        merged.addAll(right.subList(j, right.size()));
        return merged;
    }

    /** The least element, or the greatest; null of an empty list. */
    static Object extreme(List<Object> list, Object[] arguments, int sign, EvaluationMeter meter) {
        Object best = ExpressionValues.NULL;
        Object bestKey = ExpressionValues.NULL;
        boolean first = true;
        for (Object each : list) {
            Object key = arguments.length == 0
                    ? each
                    : OperatorMeanings.closure(arguments[0]).call(each);
            if (key == ExpressionValues.NULL) {
                continue;
            }
            if (first || ExpressionValues.compare(key, bestKey, meter) * sign < 0) {
                best = each;
                bestKey = key;
                first = false;
            }
        }
        return best;
    }
}
