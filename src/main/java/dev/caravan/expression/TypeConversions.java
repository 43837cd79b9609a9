package dev.caravan.expression;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Conversions between JSON types, and questions after them. Names are names here, never classes. */
final class TypeConversions {
    private static final Map<String, String> TARGETS = Map.ofEntries(
            Map.entry("int", "whole"),
            Map.entry("long", "whole"),
            Map.entry("Integer", "whole"),
            Map.entry("Long", "whole"),
            Map.entry("BigInteger", "whole"),
            Map.entry("double", "decimal"),
            Map.entry("float", "decimal"),
            Map.entry("Double", "decimal"),
            Map.entry("BigDecimal", "decimal"),
            Map.entry("Number", "number"),
            Map.entry("String", "text"),
            Map.entry("boolean", "truth"),
            Map.entry("Boolean", "truth"),
            Map.entry("List", "list"),
            Map.entry("Map", "map"));

    static final Set<String> NAMES = new TreeSet<>(TARGETS.keySet());
    static final Set<String> TYPES =
            new TreeSet<>(Set.of("String", "Number", "Integer", "Long", "BigDecimal", "Boolean", "List", "Map"));

    private TypeConversions() {}

    private static String plain(String type) {
        return type.replaceFirst("^java\\.(lang|util|math)\\.", "");
    }

    static boolean known(String type) {
        return TARGETS.containsKey(plain(type));
    }

    static boolean isType(String type) {
        return TYPES.contains(plain(type));
    }

    static boolean is(Object value, String type) {
        return switch (plain(type)) {
            case "String" -> value instanceof String;
            case "Number" -> value instanceof Number;
            case "Integer", "Long" -> value instanceof Number && !(value instanceof BigDecimal);
            case "BigDecimal" -> value instanceof BigDecimal;
            case "Boolean" -> value instanceof Boolean;
            case "List" -> value instanceof List;
            default -> value instanceof Map;
        };
    }

    static Object cast(Object value, String type, EvaluationMeter meter) {
        if (value == ExpressionValues.NULL) {
            return value;
        }
        return switch (String.valueOf(TARGETS.get(plain(type)))) {
            case "whole" -> whole(value);
            case "decimal" -> ExactNumbers.decimal(ExactNumbers.exact(number(value)));
            case "number" -> number(value);
            case "text" -> ExpressionValues.text(value, meter);
            case "truth" -> ExpressionValues.truth(value);
            case "list" -> MethodTables.elements(value, meter);
            default -> {
                if (value instanceof Map) {
                    yield value;
                }
                throw EvaluationException.type(ExpressionValues.kind(value) + " cannot become a map");
            }
        };
    }

    /** Decimals are cut, as in Groovy and Python. */
    static Number whole(Object value) {
        return ExactNumbers.rounded(number(value), RoundingMode.DOWN);
    }

    static Number number(Object value) {
        if (value instanceof Number number) {
            return number;
        }
        if (value instanceof String text) {
            return ExactNumbers.parse(text);
        }
        throw EvaluationException.type(ExpressionValues.kind(value) + " cannot become a number");
    }
}
