package dev.caravan.expression;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What operators mean for JSON values. */
final class Operators {
    private static final Set<String> KNOWN = Set.of(
            "+", "-", "*", "/", "%", "**", "<<", ">>", "&", "|", "^", "===", "!==", "==", "!=", "<", ">", "<=", ">=",
            "<=>", "in", "!in", "==~", "=~");

    private Operators() {}

    static boolean known(String operator) {
        return KNOWN.contains(operator);
    }

    static Number number(Object value, String operator) {
        if (value instanceof Number number) {
            return number;
        }
        throw EvaluationException.type("the operator " + operator + " needs a number here, not " + Values.kind(value));
    }

    static Func closure(Object value) {
        if (value instanceof Func func) {
            return func;
        }
        throw EvaluationException.type("a closure is needed, not " + Values.kind(value));
    }

    static Object apply(String operator, Object a, Object b, Meter meter) {
        meter.steps(Numbers.weight(a) + Numbers.weight(b));
        return switch (operator) {
            case "+" -> plus(a, b, meter);
            case "-" -> minus(a, b, meter);
            case "*" -> times(a, b, meter);
            case "/" -> Numbers.dividedBy(number(a, operator), number(b, operator));
            case "%" -> Numbers.remainder(number(a, operator), number(b, operator));
            case "**" -> Numbers.power(number(a, operator), number(b, operator));
            case "<<" -> append(a, b, meter);
            case ">>" -> Numbers.shifted(number(a, operator), Math.negateExact(Numbers.index(b)));
            case "&", "|", "^" -> bits(operator, a, b);
            case "==", "===" -> Values.same(a, b, meter);
            case "!=", "!==" -> !Values.same(a, b, meter);
            case "<" -> ordered(a, b, meter) < 0;
            case ">" -> ordered(a, b, meter) > 0;
            case "<=" -> ordered(a, b, meter) <= 0;
            case ">=" -> ordered(a, b, meter) >= 0;
            case "<=>" -> Values.compare(a, b, meter);
            case "in" -> contains(b, a, meter);
            case "!in" -> !contains(b, a, meter);
            case "==~" -> Regex.of(b).matches(text(a, operator), meter);
            case "=~" -> Regex.of(b).findAll(text(a, operator), meter);
            default -> throw new IllegalStateException("no operator " + operator);
        };
    }

    /** A comparison with null is no answer but a mistake: it would let a missing value pass a rule. */
    private static int ordered(Object a, Object b, Meter meter) {
        if (a == Values.NULL || b == Values.NULL) {
            throw EvaluationException.value("compares null; a field is empty or missing");
        }
        return Values.compare(a, b, meter);
    }

    private static String text(Object value, String operator) {
        if (value instanceof String text) {
            return text;
        }
        throw EvaluationException.type("the operator " + operator + " needs a text, not " + Values.kind(value));
    }

    private static Object plus(Object a, Object b, Meter meter) {
        if (a instanceof Number x && b instanceof Number y) {
            return Numbers.plus(x, y);
        }
        if (a instanceof List<?> list) {
            int more = b instanceof List<?> other ? other.size() : 1;
            meter.make(list.size() + more);
            var all = new ArrayList<Object>(list);
            if (b instanceof List<?> other) {
                all.addAll(other);
            } else {
                all.add(b);
            }
            return all;
        }
        if (a instanceof Map<?, ?> && b instanceof Map<?, ?> other) {
            meter.make(((Map<?, ?>) a).size() + other.size());
            Map<String, Object> all = new LinkedHashMap<>(Values.map(a));
            all.putAll(Values.map(other));
            return all;
        }
        if (a instanceof String || b instanceof String) {
            String left = Values.text(a, meter);
            String right = Values.text(b, meter);
            meter.make((long) left.length() + right.length());
            return left + right;
        }
        throw cannot("add", a, b);
    }

    private static Object minus(Object a, Object b, Meter meter) {
        if (a instanceof Number x && b instanceof Number y) {
            return Numbers.minus(x, y);
        }
        if (a instanceof List<?> list) {
            List<?> away = b instanceof List<?> other ? other : List.of(b);
            var rest = new ArrayList<Object>();
            for (Object each : list) {
                if (!holds(away, each, meter)) {
                    rest.add(each);
                }
            }
            return rest;
        }
        if (a instanceof Map<?, ?>) {
            Map<String, Object> rest = new LinkedHashMap<>(Values.map(a));
            meter.make(rest.size());
            if (b instanceof Map<?, ?> other) {
                other.forEach((key, value) -> {
                    Object mine = rest.get((String) key);
                    if (mine != null && Values.same(mine, value, meter)) {
                        rest.remove((String) key);
                    }
                });
                return rest;
            }
        }
        if (a instanceof String text && b instanceof String away) {
            int at = text.indexOf(away);
            return at < 0 ? text : text.substring(0, at) + text.substring(at + away.length());
        }
        throw cannot("subtract", a, b);
    }

    private static Object times(Object a, Object b, Meter meter) {
        if (a instanceof Number x && b instanceof Number y) {
            return Numbers.times(x, y);
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
        int count = Numbers.index(value);
        if (count < 0) {
            throw EvaluationException.value("cannot repeat " + count + " times");
        }
        return count;
    }

    private static Object bits(String operator, Object a, Object b) {
        if (a instanceof Boolean x && b instanceof Boolean y) {
            return operator.equals("&") ? x && y : operator.equals("|") ? x || y : !x.equals(y);
        }
        return Numbers.bits(operator, number(a, operator), number(b, operator));
    }

    private static Object append(Object a, Object b, Meter meter) {
        if (a instanceof Number number) {
            return Numbers.shifted(number, Numbers.index(b));
        }
        if (a instanceof List<?>) {
            meter.make(1);
            Values.list(a).add(b);
            return a;
        }
        if (a instanceof Map<?, ?> && b instanceof Map<?, ?> other) {
            meter.make(other.size());
            Values.map(a).putAll(Values.map(other));
            return a;
        }
        if (a instanceof String) {
            return plus(a, b, meter);
        }
        throw cannot("append", b, a);
    }

    static boolean contains(Object container, Object value, Meter meter) {
        if (container instanceof List<?> list) {
            return holds(list, value, meter);
        }
        if (container instanceof Map<?, ?> map) {
            return value != Values.NULL && map.containsKey(Values.key(value));
        }
        if (container instanceof String) {
            throw EvaluationException.type("'in' looks into lists and maps; for a text write text.contains(part)");
        }
        throw EvaluationException.type("'in' needs a list or a map, not " + Values.kind(container));
    }

    static boolean holds(List<?> list, Object value, Meter meter) {
        for (Object each : list) {
            if (Values.same(each, value, meter)) {
                return true;
            }
        }
        return false;
    }

    private static EvaluationException cannot(String what, Object a, Object b) {
        String message = "cannot " + what + " " + Values.kind(a) + " and " + Values.kind(b);
        return a == Values.NULL || b == Values.NULL
                ? EvaluationException.value(message)
                : EvaluationException.type(message);
    }

    /** Whether a value is one of those that a range goes over. */
    static boolean within(Object value, Object from, Object to, boolean openLeft, boolean openRight, Meter meter) {
        if (!(from instanceof Number) || !(to instanceof Number)) {
            return holds(range(from, to, openLeft, openRight, meter), value, meter);
        }
        int first = Numbers.index(from);
        int last = Numbers.index(to);
        if (!(value instanceof Number number) || Numbers.signum(Numbers.remainder(number, 1)) != 0) {
            return false;
        }
        boolean up = first <= last;
        int low = Numbers.compare(number, up ? first : last);
        int high = Numbers.compare(number, up ? last : first);
        boolean openLow = up ? openLeft : openRight;
        boolean openHigh = up ? openRight : openLeft;
        return (openLow ? low > 0 : low >= 0) && (openHigh ? high < 0 : high <= 0);
    }

    static List<Object> range(Object from, Object to, boolean openLeft, boolean openRight, Meter meter) {
        if (from instanceof String a && to instanceof String b && a.length() == 1 && b.length() == 1) {
            List<Object> places = range((int) a.charAt(0), (int) b.charAt(0), openLeft, openRight, meter);
            places.replaceAll(each -> String.valueOf((char) Numbers.index(each)));
            return places;
        }
        int first = Numbers.index(from);
        int last = Numbers.index(to);
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
        for (int i = first; step > 0 ? i <= last : i >= last; i += step) {
            all.add(i);
        }
        return all;
    }

    /** {@code a[b]}: an element, an entry, or those at several places. */
    static Object at(Object container, Object key, Meter meter) {
        if (key instanceof List<?> several && !(container instanceof Map)) {
            var found = new ArrayList<Object>();
            several.forEach(each -> found.add(at(container, each, meter)));
            meter.make(found.size());
            return container instanceof String ? join(found) : found;
        }
        if (container instanceof Map<?, ?> map) {
            Object value = map.get(Values.key(key));
            return value == null ? Values.NULL : value;
        }
        if (container instanceof List<?> list) {
            int index = Numbers.index(key);
            int place = index < 0 ? index + list.size() : index;
            if (place < 0) {
                throw EvaluationException.value("the list has " + list.size() + " elements, and no [" + index + "]");
            }
            return place < list.size() ? list.get(place) : Values.NULL;
        }
        if (container instanceof String text) {
            int index = Numbers.index(key);
            int place = index < 0 ? index + text.length() : index;
            if (place < 0 || place >= text.length()) {
                throw EvaluationException.value(
                        "the text has " + text.length() + " characters, and no [" + index + "]");
            }
            return text.substring(place, place + 1);
        }
        String message = Values.kind(container) + " has no elements to pick with [ ]";
        throw container == Values.NULL ? EvaluationException.value(message) : EvaluationException.type(message);
    }

    private static String join(List<Object> parts) {
        var all = new StringBuilder();
        parts.forEach(all::append);
        return all.toString();
    }

    static Object slice(Object container, Object from, Object to, boolean openRight, Meter meter) {
        if (!(container instanceof List) && !(container instanceof String)) {
            return at(container, range(from, to, false, openRight, meter), meter);
        }
        int size = container instanceof List<?> list ? list.size() : ((String) container).length();
        int first = place(Numbers.index(from), size);
        int last = place(Numbers.index(to), size);
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
            throw EvaluationException.value("[" + Numbers.index(from) + ".." + (openRight ? "<" : "")
                    + Numbers.index(to) + "] lies outside of its " + size + " elements");
        }
        meter.make(high - low + 1L);
        if (container instanceof String text) {
            String part = text.substring(low, high + 1);
            return backwards ? new StringBuilder(part).reverse().toString() : part;
        }
        var part = new ArrayList<Object>(((List<?>) container).subList(low, high + 1));
        if (backwards) {
            java.util.Collections.reverse(part);
        }
        return part;
    }

    private static int place(int index, int size) {
        return index < 0 ? index + size : index;
    }

    static Object put(Object container, Object key, Object value, Meter meter) {
        meter.make(1);
        if (container instanceof Map<?, ?>) {
            Values.map(container).put(Values.key(key), value);
            return value;
        }
        if (container instanceof List<?> list) {
            int place = place(Numbers.index(key), list.size());
            if (place < 0) {
                throw EvaluationException.value("the list has no [" + key + "]");
            }
            meter.make(Math.max(0, place - list.size()));
            List<Object> all = Values.list(container);
            while (all.size() <= place) {
                all.add(Values.NULL);
            }
            all.set(place, value);
            return value;
        }
        throw EvaluationException.type(Values.kind(container) + " has no elements to assign");
    }

    /** {@code a.name}: an entry of a map, or those of every map in a list. */
    static Object property(Object value, String name, Meter meter) {
        if (value instanceof Map<?, ?> map) {
            Object found = map.get(name);
            return found == null ? Values.NULL : found;
        }
        if (value instanceof List<?> list && !list.isEmpty() && list.stream().allMatch(each -> each instanceof Map)) {
            meter.make(list.size());
            var all = new ArrayList<Object>();
            list.forEach(each -> all.add(property(each, name, meter)));
            return all;
        }
        if (value instanceof List<?> list && list.isEmpty() && !Methods.known(name)) {
            return new ArrayList<>();
        }
        String message = Values.kind(value) + " has no '" + name + "'"
                + (Methods.known(name) ? "; did you mean " + name + "()?" : "");
        throw value == Values.NULL ? EvaluationException.value(message) : EvaluationException.type(message);
    }
}
