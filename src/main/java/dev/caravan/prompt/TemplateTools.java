package dev.caravan.prompt;

import dev.caravan.base.Json;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** What templates may call: {@code $json}, {@code $text}, {@code $number}. */
final class TemplateTools {
    /** Functions of texts, each with the number of its arguments. */
    private static final Map<String, Integer> TEXT = Map.ofEntries(
            Map.entry("trim", 1),
            Map.entry("upper", 1),
            Map.entry("lower", 1),
            Map.entry("truncate", 2),
            Map.entry("join", 2),
            Map.entry("default", 2),
            Map.entry("replace", 3));

    static final Map<String, Tool> ALL = Map.of(
            "json", new Tool("json", Map.of("write", 1, "pretty", 1)),
            "text", new Tool("text", TEXT),
            "number", new Tool("number", Map.of("format", 2)));

    private TemplateTools() {}

    /** A named set of functions without state. Numbers are formatted alike on every machine. */
    record Tool(String name, Map<String, Integer> functions) {
        boolean has(String function, int count) {
            return Integer.valueOf(count).equals(functions.get(function));
        }

        Object call(String function, @Nullable Object[] arguments) {
            Object value = arguments[0] == null ? "" : arguments[0];
            return switch (name + "." + function) {
                case "json.write" -> Json.text(JsonValues.unwrap(value));
                case "json.pretty" -> JsonValues.unwrap(value).toPrettyString();
                case "text.trim" -> value.toString().strip();
                case "text.upper" -> value.toString().toUpperCase(Locale.ROOT);
                case "text.lower" -> value.toString().toLowerCase(Locale.ROOT);
                case "text.truncate" -> truncate(value.toString(), whole(arguments[1]));
                case "text.replace" ->
                    value.toString().replace(String.valueOf(arguments[1]), String.valueOf(arguments[2]));
                case "text.join" -> join(value, String.valueOf(arguments[1]));
                case "text.default" ->
                    value.toString().isEmpty() || value instanceof JsonValues.JsonNull
                            ? String.valueOf(arguments[1])
                            : value;
                case "number.format" -> format(value, whole(arguments[1]));
                default -> throw new UnrenderableException("$" + name + " has no " + function);
            };
        }

        private static int whole(@Nullable Object value) {
            if (value instanceof Integer number) {
                return number;
            }
            throw new UnrenderableException("a whole number is needed, not " + value);
        }

        private static String truncate(String text, int length) {
            if (text.codePointCount(0, text.length()) <= length) {
                return text;
            }
            return text.substring(0, text.offsetByCodePoints(0, Math.max(0, length)));
        }

        private static String join(Object value, String between) {
            if (value instanceof JsonValues.JsonArray array) {
                return StreamSupport.stream(array.node().spliterator(), false)
                        .map(each -> each.isNull()
                                ? RenderBudget.nothing()
                                : each.isValueNode() ? each.asText() : Json.text(each))
                        .collect(Collectors.joining(between));
            }
            throw new UnrenderableException("$text.join needs a list");
        }

        private static String format(Object value, int decimals) {
            if (value instanceof Number number) {
                return new BigDecimal(number.toString())
                        .setScale(decimals, RoundingMode.HALF_UP)
                        .toPlainString();
            }
            throw new UnrenderableException("$number.format needs a number, not " + value);
        }
    }
}
