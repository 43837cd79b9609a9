package dev.caravan.validation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Frozen, as it was in the first rule ({@link ReadingRule#FIRST}), by which stored runs are judged: never mend it.
 *
 * <p>Mends values whose meaning is plain but whose type is not what the schema wants: {@code "7"} for an integer, {@code
 * "High"} for an enum's {@code "high"}, one value for a list, a reply wrapped in {@code response}. The mended object is
 * the one that is judged and stored.
 */
final class FirstCoercion {
    private static final Pattern INTEGER = Pattern.compile("\\s*[+-]?[0-9]{1,1000}\\s*");
    private static final int DEEPEST = 64;

    private final JsonNode root;
    private final List<Finding> findings;

    FirstCoercion(JsonNode root, List<Finding> findings) {
        this.root = root;
        this.findings = findings;
    }

    void mend(ObjectNode object) {
        unwrap(object);
        object(object, root, "$", 0);
    }

    private void unwrap(ObjectNode object) {
        JsonNode response = object.get("response");
        if (response == null || !response.isTextual()) {
            return;
        }
        var missing = new ArrayList<String>();
        root.path("required").forEach(each -> {
            if (!object.has(each.asText())) {
                missing.add(each.asText());
            }
        });
        ObjectNode inner = missing.isEmpty()
                ? null
                : FirstReplyParser.parse(response.textValue()).object();
        if (inner == null || missing.stream().noneMatch(inner::has)) {
            return;
        }
        inner.properties().forEach(each -> {
            if (!object.has(each.getKey())) {
                object.set(each.getKey(), each.getValue());
            }
        });
        object.remove("response");
        findings.add(Finding.warning("coerced_wrapped", "$.response", "the reply was wrapped in 'response'"));
    }

    private void object(ObjectNode object, JsonNode schema, String place, int depth) {
        JsonNode known = resolved(schema);
        JsonNode properties = known.path("properties");
        JsonNode others = known.path("additionalProperties");
        for (Map.Entry<String, JsonNode> each : List.copyOf(object.properties())) {
            JsonNode wanted = properties.path(each.getKey());
            wanted = wanted.isMissingNode() ? others : wanted;
            if (wanted.isObject() && depth < DEEPEST) {
                JsonNode mended = value(each.getValue(), wanted, place + "." + each.getKey(), depth + 1);
                if (mended != null) {
                    object.set(each.getKey(), mended);
                }
            }
        }
    }

    /** The value to put in place of this one, or null to leave it. */
    private @Nullable JsonNode value(JsonNode value, JsonNode schema, String place, int depth) {
        JsonNode wanted = resolved(schema);
        String type = wanted.path("type").isTextual() ? wanted.path("type").textValue() : "";
        if (value instanceof ObjectNode object) {
            object(object, wanted, place, depth);
            return null;
        }
        if (value instanceof ArrayNode array) {
            items(array, wanted.path("items"), place, depth);
            return null;
        }
        JsonNode mended = scalar(value, wanted, type);
        if (mended != null) {
            findings.add(
                    Finding.warning("coerced_" + (type.isEmpty() ? "enum" : type), place, "mended to fit the schema"));
            if (mended instanceof ArrayNode array) {
                items(array, wanted.path("items"), place, depth);
            }
        }
        return mended;
    }

    private void items(ArrayNode array, JsonNode items, String place, int depth) {
        if (!items.isObject() || depth >= DEEPEST) {
            return;
        }
        for (int i = 0; i < array.size(); i++) {
            JsonNode mended = value(array.get(i), items, place + "[" + i + "]", depth + 1);
            if (mended != null) {
                array.set(i, mended);
            }
        }
    }

    private static @Nullable JsonNode scalar(JsonNode value, JsonNode wanted, String type) {
        if (!value.isTextual()) {
            return type.equals("integer") && value.isBigDecimal() ? whole(value.decimalValue()) : null;
        }
        String text = value.textValue();
        return switch (type) {
            case "integer" -> INTEGER.matcher(text).matches() ? integer(text.strip()) : null;
            case "number" -> number(text.strip());
            case "boolean" -> truth(text);
            case "array" -> array(text, wanted.path("items"));
            default -> member(text, wanted.path("enum"));
        };
    }

    private static @Nullable JsonNode whole(BigDecimal number) {
        // More digits than the house reads: no answer was ever settled with them, for the judge failed on them.
        if ((long) number.precision() - number.scale() > 1_000) {
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
        try {
            return Json.mapper().getNodeFactory().numberNode(new BigDecimal(text));
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

    private static JsonNode array(String text, JsonNode items) {
        JsonNode list = list(text);
        if (list != null) {
            return list;
        }
        ArrayNode array = Json.mapper().createArrayNode();
        if (items.path("properties").has("tag")) {
            array.addObject().put("tag", text);
        } else {
            array.add(text);
        }
        return array;
    }

    private static @Nullable JsonNode list(String text) {
        if (!text.stripLeading().startsWith("[")) {
            return null;
        }
        try {
            JsonNode node = Json.mapper().readTree(text);
            return node.isArray() ? node : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private JsonNode resolved(JsonNode schema) {
        String ref = schema.path("$ref").asText();
        return ref.startsWith("#/$defs/") ? root.path("$defs").path(ref.substring(8)) : schema;
    }
}
