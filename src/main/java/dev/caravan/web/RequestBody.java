package dev.caravan.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Problems;
import dev.caravan.cost.MoneyText;
import dev.caravan.operator.OperatorCommands;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The members of a request's body: each is checked when it is read, and {@link #end} complains of those nobody read. */
final class RequestBody {
    private final ObjectNode node;
    private final Set<String> known = new TreeSet<>();

    RequestBody(WebRequest request) {
        node = request.object();
    }

    String text(String name, String otherwise) {
        JsonNode value = value(name);
        if (value == null) {
            return otherwise;
        }
        if (!value.isTextual()) {
            throw wrong(name, "must be a text");
        }
        return value.asText();
    }

    boolean flag(String name) {
        JsonNode value = value(name);
        if (value != null && !value.isBoolean()) {
            throw wrong(name, "must be true or false");
        }
        return value != null && value.asBoolean();
    }

    /** Texts by the names of steps. */
    SortedMap<String, String> bySteps(String name) {
        var texts = new TreeMap<String, String>();
        JsonNode value = value(name);
        if (value != null && !value.isObject()) {
            throw wrong(name, "must be an object of steps and names, such as {\"judge\": \"gpt-6-luna\"}");
        }
        if (value != null) {
            value.properties().forEach(each -> {
                if (!each.getValue().isTextual() || each.getValue().asText().isBlank()) {
                    throw wrong(name + "." + each.getKey(), "must be a text");
                }
                texts.put(each.getKey(), each.getValue().asText());
            });
        }
        return texts;
    }

    @Nullable Long number(String name, long least, long most) {
        JsonNode value = value(name);
        if (value == null) {
            return null;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < least || value.asLong() > most) {
            throw wrong(name, "must be a whole number from " + least + " to " + most);
        }
        return value.asLong();
    }

    /** Pico-dollars; -1 where nothing is said. */
    long picos(String name) {
        JsonNode value = value(name);
        if (value == null) {
            return -1;
        }
        var picos = value.isNumber() || value.isTextual() ? MoneyText.picos(value.asText()) : OptionalLong.empty();
        if (picos.isPresent() && picos.getAsLong() > 0) {
            return picos.getAsLong();
        }
        throw wrong(name, "must be dollars above 0 and up to 1000000, such as \"2.50\"");
    }

    /** Who asks, for the journal. */
    String actor() {
        return OperatorCommands.actor("actor", "", text("actor", "api"));
    }

    /** Why, or empty. */
    String reason() {
        String reason = text("reason", "");
        return reason.isEmpty() ? "" : OperatorCommands.reason("reason", "", reason);
    }

    void end() {
        node.fieldNames().forEachRemaining(each -> {
            if (!known.contains(each)) {
                throw wrong(each, "is not known; " + Problems.suggestion(each, known));
            }
        });
    }

    private @Nullable JsonNode value(String name) {
        known.add(name);
        JsonNode value = node.get(name);
        return value == null || value.isNull() ? null : value;
    }

    static WebException wrong(String name, String what) {
        return new WebException(422, name + ": " + what);
    }
}
