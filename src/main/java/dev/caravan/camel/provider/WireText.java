package dev.caravan.camel.provider;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The text of an answer, and where it stood if that was not its place. Some servers put a structured answer into the
 * thoughts, or into a call of a tool that nobody offered. Where all of that is one JSON object it is the answer: it was
 * paid for, and the judge looks at it like at any other. Thoughts in prose are never an answer.
 *
 * @param note for the operator; empty when the text stood in its place
 */
record WireText(String text, String note) {

    /** @param reply as {@code complete-reply.jslt} makes it: {@code text}, and {@code elsewhere} with place and text */
    static WireText of(JsonNode reply) {
        String text = reply.path("text").asText("");
        if (!text.isBlank()) {
            return new WireText(text, "");
        }
        String note = "";
        for (JsonNode each : reply.path("elsewhere")) {
            String place = each.path("place").asText();
            String there = each.path("text").asText("");
            if (HttpCalls.json(there) != null) {
                return new WireText(there, "the answer stood in " + place + ", its own place was empty");
            }
            if (note.isEmpty() && !there.isBlank()) {
                note = "the answer is empty; " + there.length() + " characters stand in " + place;
            }
        }
        return new WireText(text, note);
    }

    /** An object, also where it is written as a text; null where it is neither. */
    static @Nullable JsonNode object(JsonNode node) {
        if (node.isObject()) {
            return node;
        }
        return node.isTextual() ? HttpCalls.json(node.textValue()) : null;
    }

    /** What a body is that is no answer, without telling what it says. */
    static String described(String text) {
        String plain = text.strip();
        if (plain.isEmpty()) {
            return "nothing";
        }
        String begin = plain.substring(0, Math.min(plain.length(), 20)).toLowerCase(Locale.ROOT);
        boolean page = begin.startsWith("<!doctype") || begin.startsWith("<html");
        return (page ? "a web page" : begin.startsWith("[") ? "a list" : "a text that is no JSON object") + " of "
                + text.length() + " characters";
    }

    static String described(JsonNode node) {
        return switch (node.getNodeType()) {
            case MISSING, NULL -> "nothing";
            case STRING -> described(node.textValue());
            case ARRAY -> "a list";
            default -> "a " + node.getNodeType().name().toLowerCase(Locale.ROOT);
        };
    }
}
