package dev.caravan.base;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * Blots keys out of a whole JSON value: of its texts, of its names, and of texts that follow each other and make up a
 * key together only.
 */
final class SecretTree {
    private static final Pattern HEADER = Pattern.compile("(?i)(?:proxy-)?authorization|(?:x-)?(?:goog-)?api[-_]key");

    private final Collection<SecretForms> secrets;
    private final UnaryOperator<String> blot;
    private final boolean headers;
    private final List<Place> places = new ArrayList<>();

    /** A text, and how to put another one in its place. */
    private record Place(String text, Consumer<String> change) {}

    /**
     * For one value.
     *
     * @param blot what is done to each text by itself
     * @param headers whether what stands under the name of a header of keys is a key, whoever's it is
     */
    SecretTree(Collection<SecretForms> secrets, UnaryOperator<String> blot, boolean headers) {
        this.secrets = secrets;
        this.blot = blot;
        this.headers = headers;
    }

    /** @return the value, changed in place where it is no text itself */
    JsonNode blotted(JsonNode value) {
        if (value.isTextual()) {
            return TextNode.valueOf(blot.apply(value.textValue()));
        }
        walk(value);
        blotSplit();
        return value;
    }

    private void walk(JsonNode node) {
        if (node instanceof ObjectNode object) {
            for (String name : names(object)) {
                String clean = blot.apply(name);
                JsonNode value = object.get(name);
                if (!clean.equals(name)) {
                    object.remove(name);
                    object.set(clean, value);
                }
                boolean carries = headers && HEADER.matcher(name).matches();
                visit(carries ? hidden(value) : value, changed -> object.put(clean, changed));
            }
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                int place = i;
                visit(array.get(i), changed -> array.set(place, changed));
            }
        }
    }

    private static List<String> names(ObjectNode object) {
        var names = new ArrayList<String>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** What a header of a key is said to hold. */
    private static JsonNode hidden(JsonNode value) {
        if (value instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, SecretForms.BLOT);
            }
        }
        return value.isTextual() ? TextNode.valueOf("Bearer " + SecretForms.BLOT) : value;
    }

    private void visit(JsonNode value, Consumer<String> change) {
        if (!value.isTextual()) {
            walk(value);
            return;
        }
        String clean = blot.apply(value.textValue());
        change.accept(clean);
        places.add(new Place(clean, change));
    }

    private void blotSplit() {
        if (places.size() < 2) {
            return;
        }
        var joined = new StringBuilder();
        places.forEach(each -> joined.append(each.text()));
        String all = joined.toString();
        for (SecretForms each : secrets) {
            for (int at = all.indexOf(each.value()); at >= 0; at = all.indexOf(each.value(), at + 1)) {
                blotSplit(at, at + each.value().length());
            }
        }
    }

    /** Takes out of each text what lies between two places of all texts, one behind the other. */
    private void blotSplit(int from, int to) {
        int begin = 0;
        for (int i = 0; i < places.size(); i++) {
            String text = places.get(i).text();
            int first = Math.max(0, from - begin);
            int last = Math.min(text.length(), to - begin);
            if (first < last) {
                places.get(i).change().accept(text.substring(0, first) + SecretForms.BLOT + text.substring(last));
            }
            begin += text.length();
        }
    }
}
