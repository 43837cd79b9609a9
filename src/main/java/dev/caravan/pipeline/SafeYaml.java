package dev.caravan.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.base.Problems;
import dev.caravan.base.TextFile;
import dev.caravan.base.UserMistakeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Reads YAML 1.2 that strangers wrote: limited, without duplicate keys, answered with one clear message when wrong. */
public final class SafeYaml {
    private static final int MOST_ALIASES = 50;
    static final int LARGEST_ITEMS = 64 << 20;

    private SafeYaml() {}

    /** A config, or what else a person writes by hand. */
    public static JsonNode read(Path file, String shownAs) {
        return parse(TextFile.read(file, shownAs, TextFile.LARGEST_WRITTEN), shownAs, TextFile.LARGEST_WRITTEN);
    }

    /** As the other, of a text that is no file of its own. */
    public static JsonNode read(String text, String shownAs) {
        return parse(text, shownAs, TextFile.LARGEST_WRITTEN);
    }

    /** A file of items, which may be large. */
    public static JsonNode items(Path file, String shownAs) {
        return YamlItems.parse(TextFile.read(file, shownAs, LARGEST_ITEMS), shownAs, LARGEST_ITEMS, new Problems(""));
    }

    static JsonNode parse(String text, String shownAs, int codePoints) {
        var settings = LoadSettings.builder()
                .setLabel(shownAs)
                .setAllowDuplicateKeys(false)
                .setMaxAliasesForCollections(MOST_ALIASES)
                .setCodePointLimit(codePoints)
                .setTagConstructors(Map.of(Tag.FLOAT, YamlNumbers::decimal))
                .setDefaultMap(size -> new LinkedHashMap<>())
                .build();
        try {
            Object loaded = new Load(settings).loadFromString(text);
            JsonNode tree = Json.mapper().valueToTree(stringKeys(loaded));
            if (Json.isDeeper(tree, Json.DEEPEST)) {
                throw new UserMistakeException(shownAs, "", "is nested more than " + Json.DEEPEST + " levels deep");
            }
            return tree;
        } catch (MarkedYamlEngineException e) {
            String place = e.getProblemMark()
                    .map(mark -> "line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1))
                    .orElse("");
            throw new UserMistakeException(shownAs, place, "is not YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            throw new UserMistakeException(shownAs, "", "is not usable YAML: " + e.getMessage());
        } catch (StackOverflowError e) {
            throw new UserMistakeException(shownAs, "", "is nested too deeply");
        }
    }

    private static Object stringKeys(Object value) {
        if (value instanceof Map<?, ?> map) {
            var copy = new LinkedHashMap<String, Object>();
            map.forEach((key, each) -> copy.put(String.valueOf(key), stringKeys(each)));
            return copy;
        }
        if (value instanceof List<?> list) {
            return list.stream().map(SafeYaml::stringKeys).collect(Collectors.toCollection(ArrayList::new));
        }
        return value;
    }
}
