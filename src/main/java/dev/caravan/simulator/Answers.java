package dev.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.simulator.Faults.Kind;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes up answers. A pure function of seed, request body and call key, so that a killed run equals an undisturbed one:
 * the content depends on the key without its try, so that a repeat after a lost call brings the same answer in any mode.
 */
final class Answers {
    private static final Pattern KEY = Pattern.compile("(.*)-([0-9]+(?:f[0-9]+)*)-([0-9]+)(?:-t[0-9]+)?");
    private static final List<String> WORDS = List.of(
            "the",
            "answer",
            "looks",
            "right",
            "because",
            "customer",
            "asks",
            "about",
            "an",
            "open",
            "order",
            "and",
            "wants",
            "clear",
            "help",
            "today",
            "with",
            "short",
            "friendly",
            "reply");
    private static final int CHARACTERS_A_TOKEN = 4;

    private final long seed;
    private final Map<String, MadeAnswer> blocks = new ConcurrentHashMap<>();

    Answers(long seed) {
        this.seed = seed;
    }

    /** How a step is answered; see {@link MadeAnswer}. */
    void block(String step, JsonNode block) {
        blocks.put(step, new MadeAnswer(block));
    }

    /**
     * A made-up answer.
     *
     * @param finish {@code stop}, {@code length} or {@code content_filter}
     * @param refusal text of a refusal, or null
     */
    record Made(String content, String finish, @Nullable String refusal, long input, long output) {}

    /** The key without its try. */
    static String attemptOf(String key) {
        Matcher matcher = KEY.matcher(key);
        return matcher.matches() ? matcher.group(1) + "-" + matcher.group(2) + "-" + matcher.group(3) : key;
    }

    private static String stepOf(String key) {
        Matcher matcher = KEY.matcher(key);
        return matcher.matches() ? matcher.group(1) : "";
    }

    Made answer(JsonNode body, String bodyText, String key, Faults faults) {
        String attempt = attemptOf(key);
        var dice = new Dice(seed, bodyText, attempt);
        long input = tokens(body.path("messages"));
        double fate = dice.share();
        double last = 1 - faults.share(Kind.WRONG_VALUE);
        String content = content(body, stepOf(key), fate >= last, dice);
        double edge = faults.share(Kind.BROKEN_JSON);
        if (fate < edge) {
            return made(broken(content, dice), "stop", input);
        }
        if (fate < (edge += faults.share(Kind.WRONG_SCHEMA))) {
            return made("{\"unexpected\":" + dice.below(100) + "}", "stop", input);
        }
        if (fate < (edge += faults.share(Kind.REFUSAL))) {
            return new Made("", "stop", "I can't help with that.", input, 7);
        }
        if (fate < edge + faults.share(Kind.TRUNCATION)) {
            return made(content.substring(0, content.length() / 2), "length", input);
        }
        return made(content, "stop", input);
    }

    private static Made made(String content, String finish, long input) {
        return new Made(content, finish, null, input, 1 + content.length() / CHARACTERS_A_TOKEN);
    }

    static long tokens(JsonNode messages) {
        long characters = 0;
        for (JsonNode each : messages) {
            JsonNode content = each.path("content");
            characters += content.isTextual()
                    ? content.textValue().length()
                    : content.toString().length();
        }
        return 3 + characters / CHARACTERS_A_TOKEN;
    }

    private static String broken(String content, Dice dice) {
        return switch (dice.below(3)) {
            case 0 -> content.substring(0, Math.max(1, content.length() * 2 / 3));
            case 1 -> "I think the right answer is the first one.";
            default -> "{not json: " + content;
        };
    }

    private static String prompt(JsonNode body) {
        JsonNode messages = body.path("messages");
        JsonNode content = messages.path(messages.size() - 1).path("content");
        return content.isTextual()
                ? content.textValue()
                : content.path(0).path("text").asText();
    }

    private String content(JsonNode body, String step, boolean wrong, Dice dice) {
        MadeAnswer block = blocks.get(step);
        JsonNode schema = body.path("response_format").path("json_schema").path("schema");
        if (block == null && schema.isMissingNode()) {
            return sentence(dice);
        }
        JsonNode made = block == null ? instance(schema, schema, dice, 0) : block.make(prompt(body), dice);
        if (wrong && made instanceof ObjectNode object) {
            WrongValue.spoil(object, schema, dice);
        }
        return Json.text(made);
    }

    static JsonNode field(JsonNode how, Dice dice) {
        String kind = how.fieldNames().next();
        JsonNode value = how.get(kind);
        return switch (kind) {
            case "choice" -> value.get(dice.below(value.size()));
            case "integer" -> whole(value.get(0).longValue(), value.get(1).longValue(), dice);
            case "number" -> decimal(value.get(0).decimalValue(), value.get(1).decimalValue(), dice);
            default -> value;
        };
    }

    private static JsonNode whole(long low, long high, Dice dice) {
        return Json.mapper().getNodeFactory().numberNode(low + Math.floorMod(dice.next(), high - low + 1));
    }

    private static JsonNode decimal(BigDecimal low, BigDecimal high, Dice dice) {
        BigDecimal span = high.subtract(low);
        BigDecimal made = low.add(span.multiply(BigDecimal.valueOf(dice.below(1001), 3)));
        return Json.mapper().getNodeFactory().numberNode(made.setScale(2, RoundingMode.HALF_EVEN));
    }

    private static String sentence(Dice dice) {
        var words = new ArrayList<String>();
        int count = 6 + dice.below(8);
        for (int i = 0; i < count; i++) {
            words.add(dice.of(WORDS));
        }
        return String.join(" ", words) + ".";
    }

    private JsonNode instance(JsonNode schema, JsonNode root, Dice dice, int depth) {
        if (schema.has("$ref")) {
            String ref = schema.path("$ref").asText();
            return depth > 12 ? Json.mapper().nullNode() : instance(root.at(ref.substring(1)), root, dice, depth + 1);
        }
        if (schema.has("const")) {
            return schema.get("const");
        }
        if (schema.has("enum")) {
            return schema.get("enum").get(dice.below(schema.get("enum").size()));
        }
        for (String each : List.of("anyOf", "oneOf")) {
            if (schema.has(each)) {
                return instance(schema.get(each).get(0), root, dice, depth + 1);
            }
        }
        JsonNode type = schema.path("type");
        return switch (type.isArray() ? type.get(0).asText() : type.asText("object")) {
            case "string" -> text(schema, dice);
            case "integer" ->
                whole(bound(schema, "minimum", 0), bound(schema, "maximum", bound(schema, "minimum", 0) + 100), dice);
            case "number" ->
                decimal(
                        schema.path("minimum").isNumber()
                                ? schema.get("minimum").decimalValue()
                                : BigDecimal.ZERO,
                        schema.path("maximum").isNumber()
                                ? schema.get("maximum").decimalValue()
                                : BigDecimal.valueOf(100),
                        dice);
            case "boolean" -> Json.mapper().getNodeFactory().booleanNode(dice.below(2) == 0);
            case "null" -> Json.mapper().nullNode();
            case "array" -> list(schema, root, dice, depth);
            default -> object(schema, root, dice, depth);
        };
    }

    private static long bound(JsonNode schema, String key, long otherwise) {
        return schema.path(key).isNumber() ? schema.get(key).longValue() : otherwise;
    }

    private static JsonNode text(JsonNode schema, Dice dice) {
        var text = new StringBuilder(sentence(dice));
        while (text.length() < bound(schema, "minLength", 0)) {
            text.append(' ').append(sentence(dice));
        }
        int most = (int) bound(schema, "maxLength", text.length());
        return Json.mapper().getNodeFactory().textNode(text.substring(0, Math.min(text.length(), most)));
    }

    private ArrayNode list(JsonNode schema, JsonNode root, Dice dice, int depth) {
        ArrayNode array = Json.mapper().createArrayNode();
        long least = bound(schema, "minItems", 1);
        long most = bound(schema, "maxItems", Math.max(least, 3));
        long count = least + Math.floorMod(dice.next(), most - least + 1);
        for (long i = 0; i < count && depth < 12; i++) {
            array.add(instance(schema.path("items"), root, dice, depth + 1));
        }
        return array;
    }

    private ObjectNode object(JsonNode schema, JsonNode root, Dice dice, int depth) {
        ObjectNode object = Json.object();
        schema.path("properties")
                .properties()
                .forEach(each -> object.set(each.getKey(), instance(each.getValue(), root, dice, depth + 1)));
        return object;
    }
}
