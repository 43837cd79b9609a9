package dev.caravan.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.Problems;
import dev.caravan.base.UserMistakeException;
import java.math.BigInteger;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * YAML as people write lists of items: true, false and null in all spellings of YAML 1.2, merge keys, and aliases as
 * long as they do not make a small file large. Numbers are those of JSON; what only looks like one (007, 0x1F, 1_000) stays
 * the text it is.
 */
final class YamlItems {
    private static final Map<String, JsonNode> WORDS = Map.of(
            "True", JsonNodeFactory.instance.booleanNode(true),
            "TRUE", JsonNodeFactory.instance.booleanNode(true),
            "False", JsonNodeFactory.instance.booleanNode(false),
            "FALSE", JsonNodeFactory.instance.booleanNode(false),
            "Null", JsonNodeFactory.instance.nullNode(),
            "NULL", JsonNodeFactory.instance.nullNode(),
            "~", JsonNodeFactory.instance.nullNode());

    /** Truth values of YAML 1.1, which are texts since. */
    private static final Set<String> OLD_WORDS = Set.of("yes", "no", "on", "off");

    private static final String MERGE = "<<";
    /** Quotes, commas and brackets around a value. */
    private static final int SIGNS = 4;

    /** What an alias stands for, and how many characters that is, aliases in it included. */
    private record Known(JsonNode value, long size) {}

    private final String shownAs;
    private final int largest;
    private final Problems hints;
    private final IdentityHashMap<Node, Known> known = new IdentityHashMap<>();
    private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());
    private long size;
    private long expanded;

    private YamlItems(String shownAs, int largest, Problems hints) {
        this.shownAs = shownAs;
        this.largest = largest;
        this.hints = hints;
    }

    /**
     * @param largest characters that the text may have, and what its aliases may add to it
     * @param hints takes what may surprise
     */
    static JsonNode parse(String text, String shownAs, int largest, Problems hints) {
        var settings = LoadSettings.builder()
                .setLabel(shownAs)
                .setMaxAliasesForCollections(Integer.MAX_VALUE)
                .setCodePointLimit(largest)
                .setAllowNonScalarKeys(true)
                .build();
        try {
            var reading = new YamlItems(shownAs, largest, hints);
            return new Compose(settings)
                    .composeString(text)
                    .map(reading::value)
                    .orElseGet(() -> Json.mapper().nullNode());
        } catch (MarkedYamlEngineException e) {
            throw new UserMistakeException(
                    shownAs,
                    e.getProblemMark()
                            .map(mark -> "line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1))
                            .orElse(""),
                    "is not YAML: " + (e.getContext() == null ? "" : e.getContext() + ", ") + e.getProblem());
        } catch (YamlEngineException e) {
            throw new UserMistakeException(shownAs, "", "is not usable YAML: " + e.getMessage());
        } catch (StackOverflowError e) {
            throw new UserMistakeException(shownAs, "", "is nested too deeply");
        }
    }

    private JsonNode value(Node node) {
        Known alias = known.get(node);
        if (alias != null) {
            expanded += alias.size();
            size += alias.size();
            if (expanded > largest) {
                throw wrong(
                        node,
                        "what the aliases (*name) of this file stand for comes to more than " + (largest >> 20)
                                + " MB, which is the most; say it once, in prompts.global_context or in a template");
            }
            return alias.value();
        }
        long before = size;
        JsonNode value;
        if (node instanceof MappingNode map) {
            value = inside(map, () -> map(map));
        } else if (node instanceof SequenceNode list) {
            value = inside(list, () -> list(list));
        } else {
            value = scalar((ScalarNode) node);
        }
        size += SIGNS;
        if (node.getAnchor().isPresent()) {
            known.put(node, new Known(value, size - before));
        }
        return value;
    }

    private JsonNode inside(Node node, Supplier<JsonNode> body) {
        if (!open.add(node)) {
            throw wrong(node, "an alias (*name) leads back into what it stands for");
        }
        JsonNode value = body.get();
        open.remove(node);
        return value;
    }

    private ArrayNode list(SequenceNode node) {
        expect(node, Tag.SEQ);
        ArrayNode list = Json.mapper().createArrayNode();
        node.getValue().forEach(each -> list.add(value(each)));
        return list;
    }

    /** Its own keys win over merged ones, and of those the first. */
    private ObjectNode map(MappingNode node) {
        expect(node, Tag.MAP);
        ObjectNode map = Json.object();
        ObjectNode merged = Json.object();
        for (NodeTuple each : node.getValue()) {
            if (!(each.getKeyNode() instanceof ScalarNode key)) {
                throw wrong(each.getKeyNode(), "a key must be a text");
            }
            if (isMerge(key)) {
                merge(each.getValueNode(), merged);
            } else if (map.has(key.getValue())) {
                throw wrong(key, "the key '" + key.getValue() + "' stands twice in one map");
            } else {
                size += SIGNS + key.getValue().length();
                map.set(key.getValue(), value(each.getValueNode()));
            }
        }
        merged.properties().forEach(each -> map.putIfAbsent(each.getKey(), each.getValue()));
        return map;
    }

    private static boolean isMerge(ScalarNode key) {
        return key.getScalarStyle() == ScalarStyle.PLAIN && key.getValue().equals(MERGE);
    }

    private void merge(Node node, ObjectNode into) {
        List<Node> sources = node instanceof SequenceNode list ? list.getValue() : List.of(node);
        for (Node each : sources) {
            if (!(each instanceof MappingNode)) {
                throw wrong(
                        each, "<< merges a map, or a list of maps, into this one; for a key of that name write \"<<\"");
            }
            JsonNode source = value(each);
            source.properties().forEach(field -> into.putIfAbsent(field.getKey(), field.getValue()));
        }
    }

    private JsonNode scalar(ScalarNode node) {
        String text = node.getValue();
        size += text.length();
        Tag tag = node.getTag();
        boolean plain = node.getScalarStyle() == ScalarStyle.PLAIN;
        if (tag.equals(Tag.STR)) {
            JsonNode word = plain ? WORDS.get(text) : null;
            hint(node, plain ? text : "");
            return word == null ? JsonNodeFactory.instance.textNode(text) : word;
        }
        if (tag.equals(Tag.NULL)) {
            return JsonNodeFactory.instance.nullNode();
        }
        if (tag.equals(Tag.BOOL)) {
            return JsonNodeFactory.instance.booleanNode(Boolean.parseBoolean(text));
        }
        if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
            return number(node);
        }
        throw wrong(node, "the tag " + tag.getValue() + " means nothing here; write the value without it");
    }

    private JsonNode number(ScalarNode node) {
        String text = node.getValue();
        if (node.getTag().equals(Tag.FLOAT)) {
            return Json.mapper().getNodeFactory().numberNode(YamlNumbers.decimal(node));
        }
        if (text.length() > YamlNumbers.MOST_DIGITS) {
            throw wrong(node, "is a number of more than " + YamlNumbers.MOST_DIGITS + " digits; write it in quotes");
        }
        try {
            var whole = new BigInteger(text);
            return whole.bitLength() < Integer.SIZE
                    ? JsonNodeFactory.instance.numberNode(whole.intValue())
                    : whole.bitLength() < Long.SIZE
                            ? JsonNodeFactory.instance.numberNode(whole.longValue())
                            : JsonNodeFactory.instance.numberNode(whole);
        } catch (NumberFormatException e) {
            throw wrong(node, "'" + text + "' is no number");
        }
    }

    private void hint(ScalarNode node, String text) {
        if (hints.hints().isEmpty() && OLD_WORDS.contains(text.toLowerCase(Locale.ROOT))) {
            hints.hint(
                    shownAs,
                    place(node),
                    text + " is a text in YAML 1.2, and a text counts as true; write true or false, or \"" + text
                            + "\" where the word is meant");
        }
    }

    private void expect(Node node, Tag tag) {
        if (!node.getTag().equals(tag)) {
            throw wrong(
                    node, "the tag " + node.getTag().getValue() + " means nothing here; write the value without it");
        }
    }

    private static String place(Node node) {
        return node.getStartMark().map(mark -> "line " + (mark.getLine() + 1)).orElse("");
    }

    private UserMistakeException wrong(Node node, String message) {
        return new UserMistakeException(shownAs, place(node), message);
    }
}
