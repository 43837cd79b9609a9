package dev.caravan.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import dev.caravan.base.Json;
import java.util.function.BiConsumer;

/**
 * Lists of words in which some are none: YAML takes {@code true}, {@code null} and {@code 1.0} without quotes for what
 * they look like, and an answer with the word does not hold then.
 */
public final class MixedMembers {
    private MixedMembers() {}

    /**
     * @param nullable whether null may stand among texts, as in a schema's enum
     * @param odd takes the place in the list of each member that is no text where others are, and what to say of it
     */
    public static void of(JsonNode list, boolean nullable, BiConsumer<Integer, String> odd) {
        boolean texts = false;
        for (JsonNode each : list) {
            texts |= each.isTextual();
        }
        for (int i = 0; texts && list.isArray() && i < list.size(); i++) {
            JsonNode each = list.get(i);
            if (each.isValueNode() && !each.isTextual() && !(nullable && each.isNull())) {
                odd.accept(
                        i,
                        Json.text(each) + " is " + kind(each.getNodeType())
                                + " here, and others in the list are texts; if the word is meant, put it into quotes: \""
                                + each.asText() + "\"");
            }
        }
    }

    private static String kind(JsonNodeType type) {
        return switch (type) {
            case BOOLEAN -> "a truth value";
            case NUMBER -> "a number";
            default -> "nothing";
        };
    }
}
