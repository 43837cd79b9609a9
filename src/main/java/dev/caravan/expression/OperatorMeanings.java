package dev.caravan.expression;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What operators mean for JSON values. */
final class OperatorMeanings {
    /** What an operator makes of two values. */
    interface Meaning {
        Object of(Object a, Object b, EvaluationMeter meter);
    }

    private static final Map<String, Meaning> MEANINGS = Map.ofEntries(
            Map.entry("+", OperatorMeanings::plus),
            Map.entry("-", OperatorMeanings::minus),
            Map.entry("*", OperatorMeanings::times),
            Map.entry("/", (a, b, meter) -> ExactNumbers.dividedBy(number(a, "/"), number(b, "/"))),
            Map.entry("%", (a, b, meter) -> ExactNumbers.remainder(number(a, "%"), number(b, "%"))),
            Map.entry("**", (a, b, meter) -> ExactNumbers.power(number(a, "**"), number(b, "**"))),
            Map.entry("<<", OperatorMeanings::append),
            Map.entry(">>", (a, b, meter) -> ExactNumbers.shifted(number(a, ">>"), -(long) ExactNumbers.index(b))),
            Map.entry("&", (a, b, meter) -> bits("&", a, b)),
            Map.entry("|", (a, b, meter) -> bits("|", a, b)),
            Map.entry("^", (a, b, meter) -> bits("^", a, b)),
            Map.entry("==", ExpressionValues::same),
            Map.entry("===", ExpressionValues::same),
            Map.entry("!=", (a, b, meter) -> !ExpressionValues.same(a, b, meter)),
            Map.entry("!==", (a, b, meter) -> !ExpressionValues.same(a, b, meter)),
            Map.entry("<", (a, b, meter) -> ordered(a, b, meter) < 0),
            Map.entry(">", (a, b, meter) -> ordered(a, b, meter) > 0),
            Map.entry("<=", (a, b, meter) -> ordered(a, b, meter) <= 0),
            Map.entry(">=", (a, b, meter) -> ordered(a, b, meter) >= 0),
            Map.entry("<=>", ExpressionValues::compare),
            Map.entry("in", (a, b, meter) -> contains(b, a, meter)),
            Map.entry("!in", (a, b, meter) -> !contains(b, a, meter)),
            Map.entry("==~", (a, b, meter) -> CountedRegex.of(b).matches(text(a, "==~"), meter)),
            Map.entry("=~", (a, b, meter) -> CountedRegex.of(b).findAll(text(a, "=~"), meter)));

    private OperatorMeanings() {}

    static boolean known(String operator) {
        return MEANINGS.containsKey(operator);
    }

    static Meaning of(String operator) {
        Meaning meaning = MEANINGS.get(operator);
        if (meaning == null) {
            throw new IllegalStateException("no operator " + operator);
        }
        return meaning;
    }

    static Number number(Object value, String operator) {
        if (value instanceof Number number) {
            return number;
        }
        throw EvaluationException.type(
                "the operator " + operator + " needs a number here, not " + ExpressionValues.kind(value));
    }

    static ClosureValue closure(Object value) {
        if (value instanceof ClosureValue func) {
            return func;
        }
        throw EvaluationException.type("a closure is needed, not " + ExpressionValues.kind(value));
    }

    static Object apply(String operator, Object a, Object b, EvaluationMeter meter) {
        return apply(of(operator), a, b, meter);
    }

    static Object apply(Meaning meaning, Object a, Object b, EvaluationMeter meter) {
        meter.steps(ExactNumbers.weight(a) + ExactNumbers.weight(b));
        return meaning.of(a, b, meter);
    }

    /** A comparison with null is no answer but a mistake: it would let a missing value pass a rule. */
    private static int ordered(Object a, Object b, EvaluationMeter meter) {
        if (a == ExpressionValues.NULL || b == ExpressionValues.NULL) {
            throw EvaluationException.value("compares null; a field is empty or missing");
        }
        return ExpressionValues.compare(a, b, meter);
    }

    private static String text(Object value, String operator) {
        if (value instanceof String text) {
            return text;
        }
        throw EvaluationException.type(
                "the operator " + operator + " needs a text, not " + ExpressionValues.kind(value));
    }

    private static Object plus(Object a, Object b, EvaluationMeter meter) {
        if (a instanceof Number x && b instanceof Number y) {
            return ExactNumbers.plus(x, y);
        }
        if (a instanceof List<?> list) {
            int more = b instanceof List<?> other ? other.size() : 1;
            meter.make(list.size() + more);
            var all = new ArrayList<Object>(list.size() + more);
            all.addAll(list);
            if (b instanceof List<?> other) {
                all.addAll(other);
            } else {
                all.add(b);
            }
            return all;
        }
        if (a instanceof Map<?, ?> && b instanceof Map<?, ?> other) {
            meter.make(((Map<?, ?>) a).size() + other.size());
            Map<String, Object> all = new LinkedHashMap<>(ExpressionValues.map(a));
            all.putAll(ExpressionValues.map(other));
            return all;
        }
        if (a instanceof String || b instanceof String) {
            String left = ExpressionValues.text(a, meter);
            String right = ExpressionValues.text(b, meter);
            meter.make((long) left.length() + right.length());
            return left + right;
        }
        throw cannot("add", a, b);
    }

    private static Object minus(Object a, Object b, EvaluationMeter meter) {
        if (a instanceof Number x && b instanceof Number y) {
            return ExactNumbers.minus(x, y);
        }
        if (a instanceof List<?> list) {
            return without(list, b instanceof List<?> other ? other : List.of(b), meter);
        }
        if (a instanceof Map<?, ?> map) {
            meter.make(map.size());
            if (b instanceof Map<?, ?> other) {
                return without(ExpressionValues.map(a), other, meter);
            }
        }
        if (a instanceof String text && b instanceof String away) {
            int at = text.indexOf(away);
            return at < 0 ? text : text.substring(0, at) + text.substring(at + away.length());
        }
        throw cannot("subtract", a, b);
    }

    private static List<Object> without(List<?> list, List<?> away, EvaluationMeter meter) {
        var rest = new ArrayList<Object>();
        for (Object each : list) {
            if (!holds(away, each, meter)) {
                rest.add(each);
            }
        }
        return rest;
    }

    private static Map<String, Object> without(Map<String, Object> map, Map<?, ?> away, EvaluationMeter meter) {
        Map<String, Object> rest = new LinkedHashMap<>(map);
        away.forEach((key, value) -> {
            Object mine = rest.get((String) key);
            if (mine != null && ExpressionValues.same(mine, value, meter)) {
                rest.remove((String) key);
            }
        });
        return rest;
    }

    private static Object times(Object a, Object b, EvaluationMeter meter) {
        if (a instanceof Number x && b instanceof Number y) {
            return ExactNumbers.times(x, y);
        }
        if (a instanceof String text) {
            int count = count(b);
            meter.make((long) text.length() * count);
            return text.repeat(count);
        }
        if (a instanceof List<?> list) {
            int count = count(b);
            meter.make((long) list.size() * count);
            var all = new ArrayList<Object>();
            for (int i = 0; i < count; i++) {
                all.addAll(list);
            }
            return all;
        }
        throw cannot("multiply", a, b);
    }

    private static int count(Object value) {
        int count = ExactNumbers.index(value);
        if (count < 0) {
            throw EvaluationException.value("cannot repeat " + count + " times");
        }
        return count;
    }

    private static Object bits(String operator, Object a, Object b) {
        if (a instanceof Boolean x && b instanceof Boolean y) {
            return operator.equals("&") ? x && y : operator.equals("|") ? x || y : !x.equals(y);
        }
        return ExactNumbers.bits(operator, number(a, operator), number(b, operator));
    }

    private static Object append(Object a, Object b, EvaluationMeter meter) {
        if (a instanceof Number number) {
            return ExactNumbers.shifted(number, ExactNumbers.index(b));
        }
        if (a instanceof List<?>) {
            meter.make(1);
            ExpressionValues.list(a).add(b);
            return a;
        }
        if (a instanceof Map<?, ?> && b instanceof Map<?, ?> other) {
            meter.make(other.size());
            ExpressionValues.map(a).putAll(ExpressionValues.map(other));
            return a;
        }
        if (a instanceof String) {
            return plus(a, b, meter);
        }
        throw cannot("append", b, a);
    }

    static boolean contains(Object container, Object value, EvaluationMeter meter) {
        if (container instanceof List<?> list) {
            return holds(list, value, meter);
        }
        if (container instanceof Map<?, ?> map) {
            return value != ExpressionValues.NULL && map.containsKey(ExpressionValues.key(value));
        }
        if (container instanceof String) {
            throw EvaluationException.type("'in' looks into lists and maps; for a text write text.contains(part)");
        }
        throw EvaluationException.type("'in' needs a list or a map, not " + ExpressionValues.kind(container));
    }

    static boolean holds(List<?> list, Object value, EvaluationMeter meter) {
        for (Object each : list) {
            if (ExpressionValues.same(each, value, meter)) {
                return true;
            }
        }
        return false;
    }

    private static EvaluationException cannot(String what, Object a, Object b) {
        String message = "cannot " + what + " " + ExpressionValues.kind(a) + " and " + ExpressionValues.kind(b);
        return a == ExpressionValues.NULL || b == ExpressionValues.NULL
                ? EvaluationException.value(message)
                : EvaluationException.type(message);
    }

    /** Whether a value is one of those that a range goes over. */
    static boolean within(
            Object value, Object from, Object to, boolean openLeft, boolean openRight, EvaluationMeter meter) {
        if (!(from instanceof Number) || !(to instanceof Number)) {
            return holds(range(from, to, openLeft, openRight, meter), value, meter);
        }
        int first = ExactNumbers.index(from);
        int last = ExactNumbers.index(to);
        if (!(value instanceof Number number) || ExactNumbers.signum(ExactNumbers.remainder(number, 1)) != 0) {
            return false;
        }
        return first <= last
                ? isBetween(number, first, openLeft, last, openRight)
                : isBetween(number, last, openRight, first, openLeft);
    }

    private static boolean isBetween(Number number, int low, boolean openLow, int high, boolean openHigh) {
        int above = ExactNumbers.compare(number, low);
        int below = ExactNumbers.compare(number, high);
        return (openLow ? above > 0 : above >= 0) && (openHigh ? below < 0 : below <= 0);
    }

    static List<Object> range(Object from, Object to, boolean openLeft, boolean openRight, EvaluationMeter meter) {
        if (isCharacter(from) && isCharacter(to)) {
            List<Object> places = range(code(from), code(to), openLeft, openRight, meter);
            places.replaceAll(each -> String.valueOf((char) ExactNumbers.index(each)));
            return places;
        }
        int first = ExactNumbers.index(from);
        int last = ExactNumbers.index(to);
        int step = first <= last ? 1 : -1;
        if (openLeft && first != last) {
            first += step;
        }
        if (openRight) {
            if (first == last) {
                return new ArrayList<>();
            }
            last -= step;
        }
        meter.make(Math.abs((long) last - first) + 1);
        var all = new ArrayList<Object>();
        // A range may end at the last whole number that an int holds.
        for (long i = first; step > 0 ? i <= last : i >= last; i += step) {
            all.add((int) i);
        }
        return all;
    }

    private static boolean isCharacter(Object value) {
        return value instanceof String text && text.length() == 1;
    }

    private static int code(Object character) {
        return ((String) character).charAt(0);
    }

    /** {@code a[b]}: an element, an entry, or those at several places. */
    static Object at(Object container, Object key, EvaluationMeter meter) {
        if (key instanceof Integer index && container instanceof List<?> list) {
            return element(list, index);
        }
        if (container instanceof Map<?, ?> map) {
            Object value = map.get(ExpressionValues.key(key));
            return value == null ? ExpressionValues.NULL : value;
        }
        if (key instanceof List<?> several) {
            return atEach(container, several, meter);
        }
        if (container instanceof List<?> list) {
            return element(list, ExactNumbers.index(key));
        }
        if (container instanceof String text) {
            return character(text, ExactNumbers.index(key));
        }
        String message = ExpressionValues.kind(container) + " has no elements to pick with [ ]";
        throw container == ExpressionValues.NULL
                ? EvaluationException.value(message)
                : EvaluationException.type(message);
    }

    private static Object atEach(Object container, List<?> places, EvaluationMeter meter) {
        var found = new ArrayList<Object>();
        places.forEach(each -> found.add(at(container, each, meter)));
        meter.make(found.size());
        return container instanceof String ? join(found) : found;
    }

    private static Object element(List<?> list, int index) {
        int place = place(index, list.size());
        if (place < 0) {
            throw EvaluationException.value("the list has " + list.size() + " elements, and no [" + index + "]");
        }
        return place < list.size() ? list.get(place) : ExpressionValues.NULL;
    }

    private static String character(String text, int index) {
        int place = place(index, text.length());
        if (place < 0 || place >= text.length()) {
            throw EvaluationException.value("the text has " + text.length() + " characters, and no [" + index + "]");
        }
        return text.substring(place, place + 1);
    }

    private static String join(List<Object> parts) {
        var all = new StringBuilder();
        parts.forEach(all::append);
        return all.toString();
    }

    static Object slice(Object container, Object from, Object to, boolean openRight, EvaluationMeter meter) {
        if (!(container instanceof List) && !(container instanceof String)) {
            return at(container, range(from, to, false, openRight, meter), meter);
        }
        int size = container instanceof List<?> list ? list.size() : ((String) container).length();
        int first = place(ExactNumbers.index(from), size);
        int last = place(ExactNumbers.index(to), size);
        boolean backwards = first > last;
        if (openRight) {
            if (first == last) {
                return container instanceof String ? "" : new ArrayList<>();
            }
            last += backwards ? 1 : -1;
        }
        int low = Math.min(first, last);
        int high = Math.max(first, last);
        if (low < 0 || high >= size) {
            throw EvaluationException.value("[" + ExactNumbers.index(from) + ".." + (openRight ? "<" : "")
                    + ExactNumbers.index(to) + "] lies outside of its " + size + " elements");
        }
        meter.make(high - low + 1L);
        return container instanceof String text
                ? part(text, low, high + 1, backwards)
                : part((List<?>) container, low, high + 1, backwards);
    }

    private static String part(String text, int from, int to, boolean backwards) {
        String part = text.substring(from, to);
        return backwards ? new StringBuilder(part).reverse().toString() : part;
    }

    private static List<Object> part(List<?> list, int from, int to, boolean backwards) {
        var part = new ArrayList<Object>(list.subList(from, to));
        if (backwards) {
            Collections.reverse(part);
        }
        return part;
    }

    private static int place(int index, int size) {
        return index < 0 ? index + size : index;
    }

    static Object put(Object container, Object key, Object value, EvaluationMeter meter) {
        meter.make(1);
        if (container instanceof Map<?, ?>) {
            ExpressionValues.map(container).put(ExpressionValues.key(key), value);
            return value;
        }
        if (container instanceof List<?> list) {
            int place = place(ExactNumbers.index(key), list.size());
            if (place < 0) {
                throw EvaluationException.value("the list has no [" + key + "]");
            }
            meter.make(Math.max(0, place - list.size()));
            List<Object> all = ExpressionValues.list(container);
            while (all.size() <= place) {
                all.add(ExpressionValues.NULL);
            }
            all.set(place, value);
            return value;
        }
        throw EvaluationException.type(ExpressionValues.kind(container) + " has no elements to assign");
    }

    /** {@code a.name}: an entry of a map, or those of every map in a list. */
    static Object property(Object value, String name, EvaluationMeter meter) {
        if (value instanceof Map<?, ?> map) {
            Object found = map.get(name);
            return found == null ? ExpressionValues.NULL : found;
        }
        boolean method = MethodTables.known(name);
        if (value instanceof List<?> list && (list.isEmpty() ? !method : isOfMaps(list))) {
            meter.make(list.size());
            var all = new ArrayList<Object>();
            list.forEach(each -> all.add(property(each, name, meter)));
            return all;
        }
        String message = ExpressionValues.kind(value) + " has no '" + name + "'"
                + (method ? "; did you mean " + name + "()?" : "");
        throw value == ExpressionValues.NULL ? EvaluationException.value(message) : EvaluationException.type(message);
    }

    private static boolean isOfMaps(List<?> list) {
        return list.stream().allMatch(each -> each instanceof Map);
    }
}
