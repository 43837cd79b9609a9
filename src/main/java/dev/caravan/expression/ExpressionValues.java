package dev.caravan.expression;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The values of expressions, and their way from and to JSON: {@link #NULL}, Boolean, whole numbers (Integer, Long,
 * BigInteger, the smallest that holds), BigDecimal, String, List, Map with text keys in the order of their arrival, and
 * closures, which alone have no JSON form.
 */
final class ExpressionValues {
    /** JSON's null, kept apart from Java's so that no method can stumble over it. */
    static final Object NULL = new Object() {
        @Override
        public String toString() {
            return "null";
        }
    };

    private static final JsonNodeFactory NODES = Json.mapper().getNodeFactory();
    private static final int DEEPEST = 100;
    private static final int LONGEST_KEY = 10_000;

    private ExpressionValues() {}

    static Object of(JsonNode node, EvaluationMeter meter) {
        return of(node, meter, 0);
    }

    private static Object of(JsonNode node, EvaluationMeter meter, int depth) {
        if (depth > DEEPEST) {
            throw EvaluationException.limit("the record is nested more than " + DEEPEST + " levels deep");
        }
        if (node instanceof ArrayNode array) {
            meter.make(array.size());
            var list = new ArrayList<Object>(array.size());
            array.forEach(each -> list.add(of(each, meter, depth + 1)));
            return list;
        }
        if (node instanceof ObjectNode object) {
            meter.make(object.size());
            Map<String, Object> map = new LinkedHashMap<>();
            object.properties().forEach(each -> map.put(each.getKey(), of(each.getValue(), meter, depth + 1)));
            return map;
        }
        if (node.isTextual()) {
            return node.textValue();
        }
        if (node.isIntegralNumber()) {
            return node.canConvertToLong()
                    ? ExactNumbers.whole(node.longValue())
                    : ExactNumbers.whole(node.bigIntegerValue());
        }
        if (node.isNumber()) {
            return ExactNumbers.decimal(node.decimalValue());
        }
        return node.isBoolean() ? (Object) node.booleanValue() : NULL;
    }

    /** @throws EvaluationException for what JSON cannot hold: a closure, or a list that holds itself */
    static JsonNode json(Object value, EvaluationMeter meter) {
        return json(value, meter, 0);
    }

    private static JsonNode json(Object value, EvaluationMeter meter, int depth) {
        if (depth > DEEPEST) {
            throw EvaluationException.limit("the result is nested more than " + DEEPEST + " levels deep");
        }
        meter.step();
        // What has no parts comes first: to ask whether it is a List or a Map, interfaces both, takes far longer.
        if (value instanceof Number number) {
            return json(number);
        }
        if (value instanceof String text) {
            return NODES.textNode(text);
        }
        if (value instanceof Boolean truth) {
            return NODES.booleanNode(truth);
        }
        if (value instanceof List<?> list) {
            ArrayNode array = NODES.arrayNode(list.size());
            list.forEach(each -> array.add(json(each, meter, depth + 1)));
            return array;
        }
        if (value instanceof Map<?, ?> map) {
            ObjectNode object = NODES.objectNode();
            map.forEach((key, each) -> object.set((String) key, json(each, meter, depth + 1)));
            return object;
        }
        if (value == NULL) {
            return NODES.nullNode();
        }
        throw EvaluationException.type("the result is " + kind(value) + ", which has no JSON form");
    }

    /** Numbers are of four kinds; see {@link ExactNumbers}. */
    private static JsonNode json(Number value) {
        if (value instanceof Integer number) {
            return NODES.numberNode(number.intValue());
        }
        if (value instanceof Long number) {
            return NODES.numberNode(number.longValue());
        }
        return value instanceof BigInteger number ? NODES.numberNode(number) : NODES.numberNode((BigDecimal) value);
    }

    /** What a person would call a value. */
    static String kind(Object value) {
        if (value == NULL) {
            return "null";
        }
        if (value instanceof Boolean) {
            return "a truth value";
        }
        if (value instanceof Number) {
            return "a number";
        }
        if (value instanceof String) {
            return "a text";
        }
        if (value instanceof List) {
            return "a list";
        }
        return value instanceof Map ? "a map" : "a closure";
    }

    /** Groovy's truth: false are null, false, zero, and what is empty. */
    static boolean truth(Object value) {
        if (value instanceof Boolean truth) {
            return truth;
        }
        if (value instanceof String text) {
            return !text.isEmpty();
        }
        if (value instanceof Number number) {
            return ExactNumbers.signum(number) != 0;
        }
        if (value instanceof List<?> list) {
            return !list.isEmpty();
        }
        if (value instanceof Map<?, ?> map) {
            return !map.isEmpty();
        }
        return value != NULL;
    }

    static boolean same(Object a, Object b, EvaluationMeter meter) {
        return same(a, b, meter, 0);
    }

    private static boolean same(Object a, Object b, EvaluationMeter meter, int depth) {
        if (depth > DEEPEST) {
            throw EvaluationException.limit("compares values nested more than " + DEEPEST + " levels deep");
        }
        meter.step();
        if (a instanceof Number x && b instanceof Number y) {
            return ExactNumbers.compare(x, y) == 0;
        }
        if (a instanceof String x && b instanceof String y) {
            meter.steps(x.length() == y.length() ? x.length() / 16 : 0);
            return x.equals(y);
        }
        if (a instanceof List<?> x && b instanceof List<?> y) {
            return x.size() == y.size() && sameElements(x, y, meter, depth);
        }
        if (a instanceof Map<?, ?> x && b instanceof Map<?, ?> y) {
            return x.size() == y.size() && sameEntries(x, y, meter, depth);
        }
        return a instanceof Boolean ? a.equals(b) : a == b;
    }

    private static boolean sameElements(List<?> a, List<?> b, EvaluationMeter meter, int depth) {
        for (int i = 0; i < a.size(); i++) {
            if (!same(a.get(i), b.get(i), meter, depth + 1)) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameEntries(Map<?, ?> a, Map<?, ?> b, EvaluationMeter meter, int depth) {
        for (Map.Entry<?, ?> each : a.entrySet()) {
            Object other = b.get(each.getKey());
            if (other == null || !same(each.getValue(), other, meter, depth + 1)) {
                return false;
            }
        }
        return true;
    }

    /** Order of two values of one kind. Null comes before everything, as in Groovy. */
    static int compare(Object a, Object b, EvaluationMeter meter) {
        meter.step();
        if (a == NULL || b == NULL) {
            return Boolean.compare(a != NULL, b != NULL);
        }
        if (a instanceof Number x && b instanceof Number y) {
            return ExactNumbers.compare(x, y);
        }
        if (a instanceof String x && b instanceof String y) {
            meter.steps(Math.min(x.length(), y.length()) / 16);
            return Integer.signum(x.compareTo(y));
        }
        if (a instanceof Boolean x && b instanceof Boolean y) {
            return Boolean.compare(x, y);
        }
        throw EvaluationException.type("cannot compare " + kind(a) + " with " + kind(b));
    }

    /** A value as text, as in {@code "${value}"}; lists and maps as Groovy shows them. */
    static String text(Object value, EvaluationMeter meter) {
        if (value instanceof String text) {
            return text;
        }
        if (value instanceof Integer number) {
            String digits = number.toString();
            meter.step();
            meter.make(digits.length());
            return digits;
        }
        var out = new StringBuilder();
        show(value, out, meter, 0);
        meter.make(out.length());
        return out.toString();
    }

    private static void show(Object value, StringBuilder out, EvaluationMeter meter, int depth) {
        meter.step();
        if (depth > DEEPEST || out.length() > 1_000_000) {
            throw EvaluationException.limit("the text of a value grows too long");
        }
        if (value instanceof List<?> list) {
            showList(list, out, meter, depth);
        } else if (value instanceof Map<?, ?> map) {
            showMap(map, out, meter, depth);
        } else if (value instanceof BigDecimal number) {
            out.append(number.toPlainString());
        } else if (value instanceof ClosureValue) {
            throw EvaluationException.type("a closure has no text");
        } else {
            out.append(value);
        }
    }

    private static void showList(List<?> list, StringBuilder out, EvaluationMeter meter, int depth) {
        out.append('[');
        for (int i = 0; i < list.size(); i++) {
            out.append(i == 0 ? "" : ", ");
            show(list.get(i), out, meter, depth + 1);
        }
        out.append(']');
    }

    private static void showMap(Map<?, ?> map, StringBuilder out, EvaluationMeter meter, int depth) {
        out.append('[');
        boolean first = true;
        for (Map.Entry<?, ?> each : map.entrySet()) {
            out.append(first ? "" : ", ").append(each.getKey()).append(':');
            show(each.getValue(), out, meter, depth + 1);
            first = false;
        }
        out.append(first ? ":]" : "]");
    }

    /** A map's key: text, or a number or truth value as text. */
    static String key(Object value) {
        if (value instanceof String text) {
            if (text.length() > LONGEST_KEY) {
                throw EvaluationException.limit("the key of a map has at most " + LONGEST_KEY + " characters");
            }
            return text;
        }
        if (value instanceof BigDecimal number) {
            return number.toPlainString();
        }
        if (value instanceof Number || value instanceof Boolean) {
            return value.toString();
        }
        throw EvaluationException.type(kind(value) + " cannot be the key of a map; use a text");
    }

    @SuppressWarnings("unchecked")
    static List<Object> list(Object value) {
        return (List<Object>) value;
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }
}
