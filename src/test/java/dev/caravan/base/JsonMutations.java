package dev.caravan.base;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Mutations.Change;
import dev.caravan.base.Mutations.Changed;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Changes the value, the name or the presence of one member of a JSON document, wherever it lies. */
public final class JsonMutations {
    private static final String MARK = "@mutant@";
    private static final List<String> UNREADABLE = List.of(
            "null",
            "\"\"",
            "\"a text\"",
            "[]",
            "{}",
            "[1,2]",
            "{\"a\":1}",
            "true",
            "false",
            "-1",
            "-9223372036854775808",
            "9223372036854775807",
            "1" + "0".repeat(30),
            "1e999",
            "1.5",
            "\"\\ud83d\"",
            "[".repeat(40) + "]".repeat(40),
            "{\"a\":".repeat(700) + "1" + "}".repeat(700),
            "[".repeat(3000) + "]".repeat(3000));
    private static final List<String> READABLE =
            List.of("0", "1", "7", "1e3", "\"x\"", "\"completed\"", "\"\\u0000\"", "\"" + "long ".repeat(4000) + "\"");

    /** What of a document must not come to say something else that can be believed. */
    public enum Sparing {
        NOTHING,
        /** Numbers of tokens, and what names a call or a job. */
        USAGE_AND_NAMES;

        /** Members with which one call, job or file is told from another. */
        private static final List<String> NAMES =
                List.of("custom_id", "id", "key", "name", "output_file_id", "error_file_id", "input_file_id", "uri");

        boolean spares(List<String> path) {
            return this == USAGE_AND_NAMES
                    && (names(path)
                            || path.stream()
                                    .map(each -> each.toLowerCase(Locale.ROOT))
                                    .anyMatch(each -> each.contains("usage") || each.contains("token")));
        }

        /** Any text would name another one. */
        boolean names(List<String> path) {
            return this == USAGE_AND_NAMES && path.stream().anyMatch(NAMES::contains);
        }
    }

    /** A member of a document. */
    private record Slot(List<String> path, JsonNode parent, String key, int index) {
        JsonNode value() {
            return parent.isObject() ? parent.get(key) : parent.get(index);
        }

        void set(JsonNode value) {
            if (parent instanceof ObjectNode object) {
                object.set(key, value);
            } else {
                ((ArrayNode) parent).set(index, value);
            }
        }

        @Override
        public String toString() {
            return "$." + String.join(".", path);
        }
    }

    private JsonMutations() {}

    /** Changes one member; what is no JSON, or has none, is changed by its bytes. */
    public static Changed of(Mutations mutations, byte[] document, Sparing sparing) {
        JsonNode root = parsed(document);
        var slots = new ArrayList<Slot>();
        if (root != null) {
            collect(root, List.of(), slots);
        }
        return root == null || slots.isEmpty()
                ? mutations.bytes(document)
                : at(mutations, root, mutations.one(slots), sparing);
    }

    /** Changes one member of one line. */
    public static Changed ofLine(Mutations mutations, byte[] whole, Sparing sparing) {
        List<byte[]> lines = Mutations.split(whole);
        if (lines.isEmpty()) {
            return mutations.bytes(whole);
        }
        int at = mutations.random().nextInt(lines.size());
        byte[] line = lines.get(at);
        boolean ends = line[line.length - 1] == '\n';
        Changed changed = of(mutations, ends ? Arrays.copyOf(line, line.length - 1) : line, sparing);
        var out = new ByteArrayOutputStream();
        out.writeBytes(changed.bytes());
        if (ends) {
            out.write('\n');
        }
        lines.set(at, out.toByteArray());
        Change change = changed.change();
        return new Changed(
                Mutations.joined(lines),
                new Change(
                        change.what(),
                        "line " + (at + 1) + " of " + lines.size() + ", " + change.place(),
                        change.before(),
                        change.after()));
    }

    private static Changed at(Mutations mutations, JsonNode root, Slot slot, Sparing sparing) {
        JsonNode value = slot.value();
        boolean spared = sparing.spares(slot.path());
        var values = new ArrayList<>(UNREADABLE);
        if (!spared) {
            values.addAll(READABLE);
        }
        if (value.isNumber()) {
            values.add('"' + value.asText() + '"');
        }
        if (sparing.names(slot.path())) {
            values.removeIf(each -> each.length() > 2 && each.startsWith("\""));
        }
        String raw = mutations.one(values);
        String what;
        boolean named = slot.parent().isObject();
        switch (named ? mutations.random().nextInt(10) : 0) {
            case 7 -> {
                ((ObjectNode) slot.parent()).remove(slot.key());
                return changed(slot, value, "member removed", "nothing", Json.text(root));
            }
            case 8 -> {
                rename((ObjectNode) slot.parent(), slot.key(), slot.key() + "X");
                return changed(slot, value, "member renamed", slot.key() + "X", Json.text(root));
            }
            case 9 -> {
                what = "member doubled";
                raw = Json.text(value) + ",\"" + slot.key() + "\":" + raw;
            }
            default -> what = "value replaced";
        }
        slot.set(Json.mapper().getNodeFactory().textNode(MARK));
        return changed(slot, value, what, raw, Json.text(root).replace('"' + MARK + '"', raw));
    }

    private static Changed changed(Slot slot, JsonNode before, String what, String after, String document) {
        return new Changed(
                document.getBytes(StandardCharsets.UTF_8),
                new Change(
                        what,
                        slot.toString(),
                        Mutations.excerpt(Json.text(before).getBytes(StandardCharsets.UTF_8), 0),
                        Mutations.excerpt(after.getBytes(StandardCharsets.UTF_8), 0)));
    }

    private static void rename(ObjectNode object, String key, String name) {
        var members = new ArrayList<Map.Entry<String, JsonNode>>(object.properties());
        object.removeAll();
        members.forEach(each -> object.set(each.getKey().equals(key) ? name : each.getKey(), each.getValue()));
    }

    private static @Nullable JsonNode parsed(byte[] document) {
        try {
            return Json.mapper().readTree(new String(document, StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private static void collect(JsonNode node, List<String> path, List<Slot> slots) {
        if (node.isObject()) {
            node.properties().forEach(each -> {
                List<String> deeper = plus(path, each.getKey());
                slots.add(new Slot(deeper, node, each.getKey(), -1));
                collect(each.getValue(), deeper, slots);
            });
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                List<String> deeper = plus(path, String.valueOf(i));
                slots.add(new Slot(deeper, node, "", i));
                collect(node.get(i), deeper, slots);
            }
        }
    }

    private static List<String> plus(List<String> path, String last) {
        var longer = new ArrayList<>(path);
        longer.add(last);
        return List.copyOf(longer);
    }
}
