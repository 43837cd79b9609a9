package dev.caravan.octobatch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Writes a config as a person would: short maps and lists on one line, long ones on several. Keys that begin with
 * {@code #} are comments.
 */
final class YamlText {
    private static final int WIDTH = 110;
    private static final int SHORT_LIST = 100;
    private static final BitSet UNPRINTABLE = unprintable();
    /** What may stand without quotes … */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_./$(][^\\p{Cntrl}]*");
    /** … unless YAML sees a truth, a number, a key or a comment in it. */
    private static final Pattern MEANS_MORE = Pattern.compile("(?i:true|false|null|yes|no|on|off|y|n|~)"
            + "|(?s:.*(?:: | #).*|.*[: ])"
            + "|\\.?[0-9].*|\\.(?:inf|nan|Inf|NaN|INF)");

    private final StringBuilder out = new StringBuilder();

    static String of(ObjectNode config) {
        var text = new YamlText();
        text.map(config, 0);
        return text.out.toString();
    }

    static void comment(ObjectNode node, String text) {
        int number = 1;
        while (node.has("#" + number)) {
            number++;
        }
        node.put("#" + number, text);
    }

    private void map(ObjectNode map, int indent) {
        for (Map.Entry<String, JsonNode> each : map.properties()) {
            out.append(" ".repeat(indent));
            entry(each.getKey(), each.getValue(), indent);
        }
    }

    private void entry(String key, JsonNode value, int indent) {
        if (key.startsWith("#")) {
            comment(value.asText(), indent);
            return;
        }
        String start = scalar(key, false) + ":";
        String inline = inline(value);
        if (value.isValueNode() && value.asText().contains("\n") && isBlock(value.textValue())) {
            block(start, value.textValue(), indent);
        } else if (value.isValueNode()) {
            out.append(start).append(' ').append(scalar(value, false)).append('\n');
        } else if (fits(value, inline, indent + start.length())) {
            out.append(start).append(' ').append(inline).append('\n');
        } else if (value instanceof ObjectNode map) {
            out.append(start).append('\n');
            map(map, indent + 2);
        } else {
            out.append(start).append('\n');
            list((ArrayNode) value, indent + 2);
        }
    }

    private void list(ArrayNode list, int indent) {
        for (JsonNode each : list) {
            out.append(" ".repeat(indent));
            String inline = inline(each);
            if (each instanceof ObjectNode only && only.size() == 1 && only.has("#")) {
                comment(only.get("#").asText(), indent);
            } else if (each.isValueNode() || fits(each, inline, indent + 2)) {
                out.append("- ").append(inline).append('\n');
            } else if (each instanceof ObjectNode map) {
                out.append("- ");
                Iterator<Map.Entry<String, JsonNode>> entries =
                        ordered(map).properties().iterator();
                Map.Entry<String, JsonNode> first = entries.next();
                entry(first.getKey(), first.getValue(), indent + 2);
                entries.forEachRemaining(next -> {
                    out.append(" ".repeat(indent + 2));
                    entry(next.getKey(), next.getValue(), indent + 2);
                });
            } else {
                out.append("- ").append(inline).append('\n');
            }
        }
    }

    /** A comment cannot stand first behind a dash. */
    private static ObjectNode ordered(ObjectNode map) {
        ObjectNode ordered = Json.object();
        map.properties().stream()
                .filter(each -> !each.getKey().startsWith("#"))
                .limit(1)
                .forEach(each -> ordered.set(each.getKey(), each.getValue()));
        map.properties().forEach(each -> ordered.set(each.getKey(), each.getValue()));
        return ordered;
    }

    private void comment(String text, int indent) {
        String margin = "\n" + " ".repeat(indent) + "# ";
        out.append("# ").append(text.strip().replaceAll("\\R", margin)).append('\n');
    }

    private static boolean fits(JsonNode value, String inline, int used) {
        boolean deep = false;
        for (JsonNode each : value) {
            for (JsonNode inner : each) {
                deep |= inner.isContainerNode() && !inner.isEmpty();
            }
        }
        return !comments(value) && !deep && inline.length() + used < WIDTH && inline.length() < SHORT_LIST;
    }

    private static boolean comments(JsonNode value) {
        boolean found = false;
        Iterator<String> names = value.fieldNames();
        while (names.hasNext()) {
            found |= names.next().startsWith("#");
        }
        for (JsonNode each : value) {
            found |= comments(each);
        }
        return found;
    }

    private static boolean isBlock(String text) {
        return !text.startsWith(" ")
                && !text.startsWith("\n")
                && text.chars().noneMatch(c -> c != '\n' && c < ' ')
                && text.lines().noneMatch(each -> each.endsWith(" "));
    }

    private void block(String start, String text, int indent) {
        boolean ends = text.endsWith("\n");
        out.append(start).append(ends ? " |\n" : " |-\n");
        text.stripTrailing()
                .lines()
                .forEach(each -> out.append(each.isEmpty() ? "" : " ".repeat(indent + 2) + each)
                        .append('\n'));
    }

    private static String inline(JsonNode value) {
        var parts = new ArrayList<String>();
        if (value instanceof ObjectNode map) {
            map.properties().forEach(each -> parts.add(scalar(each.getKey(), true) + ": " + inline(each.getValue())));
            return "{" + String.join(", ", parts) + "}";
        }
        if (value instanceof ArrayNode list) {
            list.forEach(each -> parts.add(inline(each)));
            return "[" + String.join(", ", parts) + "]";
        }
        return scalar(value, true);
    }

    private static String scalar(JsonNode value, boolean inside) {
        return value.isTextual()
                ? scalar(value.textValue(), inside)
                : value.isNumber() ? value.asText() : Json.text(value);
    }

    /** As plain text where YAML reads it back as it is, else in quotes. */
    private static String scalar(String text, boolean inside) {
        boolean plain = PLAIN.matcher(text).matches()
                && !MEANS_MORE.matcher(text).matches()
                && text.chars().allMatch(c -> c >= ' ' && c < 0xd800)
                && !(inside && text.matches(".*[,\\[\\]{}\"'#:].*"));
        return plain ? text : quoted(text);
    }

    private static String quoted(String text) {
        if (text.contains("\"") && !text.contains("'") && text.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
            return "'" + text + "'";
        }
        return text.codePoints().mapToObj(YamlText::escaped).collect(Collectors.joining("", "\"", "\""));
    }

    private static String escaped(int c) {
        return switch (c) {
            case '"' -> "\\\"";
            case '\\' -> "\\\\";
            case '\n' -> "\\n";
            case '\t' -> "\\t";
            case '\r' -> "\\r";
            default -> UNPRINTABLE.get(c) ? "\\u%04x".formatted(c) : Character.toString(c);
        };
    }

    private static BitSet unprintable() {
        var all = new BitSet();
        all.set(0, ' ');
        all.set(0x7f, 0xa0);
        all.set(0x2028, 0x202a);
        all.set(0xd800, 0xe000);
        all.set(0xfeff);
        return all;
    }
}
