package dev.caravan.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.caravan.base.Json;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a single value plainly means where schemas want another type, or another form of it. */
final class ValueMending {
    private static final Pattern INTEGER = Pattern.compile("\\s*[+-]?[0-9]{1,1000}\\s*");
    private static final int MOST_DIGITS = 1_000;

    /** @param what the type that was wanted, {@code enum} or {@code const} */
    record Mended(JsonNode value, String what) {}

    private ValueMending() {}

    /** What a value means under schemas that all hold for it; null to leave it. */
    static @Nullable Mended of(JsonNode value, List<JsonNode> schemas) {
        Set<String> types = SchemaTypes.of(schemas);
        if (value.isTextual() && (types.isEmpty() || types.contains("string"))) {
            return said(value.textValue(), schemas, types);
        }
        if (types.isEmpty() || SchemaTypes.isOf(value, types)) {
            return null;
        }
        Mended only = null;
        for (String type : types) {
            JsonNode mended = mended(value, type, schemas);
            if (mended != null && only != null) {
                return null;
            }
            only = mended == null ? only : new Mended(mended, type);
        }
        return only;
    }

    private static @Nullable Mended said(String text, List<JsonNode> schemas, Set<String> types) {
        for (JsonNode schema : schemas) {
            JsonNode member = member(text, schema.path("enum"));
            if (member != null) {
                return new Mended(member, types.contains("string") ? "string" : "enum");
            }
            JsonNode constant = schema.get("const");
            if (constant != null) {
                JsonNode mended = constant(text, constant);
                return mended == null ? null : new Mended(mended, "const");
            }
        }
        return null;
    }

    private static @Nullable JsonNode constant(String text, JsonNode constant) {
        if (constant.isTextual()) {
            return member(text, Json.mapper().createArrayNode().add(constant));
        }
        JsonNode meant = constant.isBoolean() ? truth(text) : constant.isNumber() ? number(text.strip()) : null;
        boolean same = meant != null
                && (meant.isNumber()
                        ? meant.decimalValue().compareTo(constant.decimalValue()) == 0
                        : meant.equals(constant));
        return same ? constant : null;
    }

    private static @Nullable JsonNode mended(JsonNode value, String type, List<JsonNode> schemas) {
        if (!value.isTextual()) {
            return type.equals("integer") && value.isBigDecimal() ? whole(value.decimalValue()) : null;
        }
        String text = value.textValue();
        return switch (type) {
            case "integer" -> INTEGER.matcher(text).matches() ? integer(text.strip()) : null;
            case "number" -> number(text.strip());
            case "boolean" -> truth(text);
            case "array" -> array(text, schemas);
            default -> null;
        };
    }

    private static @Nullable JsonNode whole(BigDecimal number) {
        if ((long) number.precision() - number.scale() > MOST_DIGITS) {
            return null;
        }
        try {
            return integer(number.toBigIntegerExact().toString());
        } catch (ArithmeticException e) {
            return null;
        }
    }

    private static JsonNode integer(String digits) {
        return Json.parse(new BigInteger(digits.startsWith("+") ? digits.substring(1) : digits).toString());
    }

    private static @Nullable JsonNode number(String text) {
        if (text.length() > MOST_DIGITS) {
            return null;
        }
        try {
            var number = new BigDecimal(text);
            // Read as it will be read when it was stored: a whole number is one.
            return ReplyParser.beyond(number) ? null : Json.parse(number.toString());
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static @Nullable JsonNode truth(String text) {
        if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
            return Json.mapper().getNodeFactory().booleanNode(text.equalsIgnoreCase("true"));
        }
        return null;
    }

    private static @Nullable JsonNode member(String text, JsonNode members) {
        if (!members.isArray()) {
            return null;
        }
        String plain = text.toLowerCase(Locale.ROOT);
        plain = plain.startsWith("shadow ") ? plain.substring(7) : plain;
        int bar = plain.indexOf(" | ");
        plain = (bar < 0 ? plain : plain.substring(0, bar)).strip();
        JsonNode found = null;
        for (JsonNode each : members) {
            if (each.isTextual() && each.textValue().equals(text)) {
                return null;
            }
            if (found == null && each.isTextual() && each.textValue().equalsIgnoreCase(plain)) {
                found = each;
            }
        }
        return found;
    }

    private static JsonNode array(String text, List<JsonNode> schemas) {
        JsonNode list = text.stripLeading().startsWith("[") ? ReplyScan.json(text) : null;
        if (list != null && list.isArray()) {
            return list;
        }
        ArrayNode array = Json.mapper().createArrayNode();
        boolean tags = schemas.stream()
                .anyMatch(each -> each.path("items").path("properties").has("tag"));
        if (tags) {
            array.addObject().put("tag", text);
        } else {
            array.add(text);
        }
        return array;
    }
}
