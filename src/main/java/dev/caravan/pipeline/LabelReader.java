package dev.caravan.pipeline;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.Problems;
import dev.caravan.base.TextFile;
import dev.caravan.base.UserMistakeException;
import dev.caravan.validation.MixedMembers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Reads {@code labels:}, lists of words that prompts show and schemas hold to: written in the config, or taken from a
 * file of JSON, YAML or CSV, {@code labels.csv#column}.
 */
final class LabelReader {

    /** A word and where it stands. */
    private record Label(JsonNode value, String place) {}

    private final Path folder;
    private final String config;
    private final FieldReader fields;
    private final Problems problems;
    private final boolean stored;
    private final List<String> files = new ArrayList<>();

    LabelReader(Path folder, String config, FieldReader fields, Problems problems, boolean stored) {
        this.folder = folder;
        this.config = config;
        this.fields = fields;
        this.problems = problems;
        this.stored = stored;
    }

    /** That lists were read from. */
    List<String> files() {
        return files;
    }

    ObjectNode read(ObjectNode root) {
        ObjectNode lists = Json.object();
        fields.map(root, "labels", false).properties().forEach(each -> {
            String name = each.getKey();
            String at = "labels." + name;
            if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
                problems.at(
                        config, at, "'" + name + "' is no name that a template can write: letters, digits and _ only");
                return;
            }
            try {
                list(each.getValue(), at, lists.putArray(name));
            } catch (UserMistakeException e) {
                problems.addAll(e.problems());
            }
        });
        return lists;
    }

    private void list(JsonNode given, String at, ArrayNode list) {
        var labels = new ArrayList<Label>();
        String shownAs = config;
        if (given.isArray()) {
            for (int i = 0; i < given.size(); i++) {
                labels.add(new Label(given.get(i), at + "[" + i + "]"));
            }
        } else if (given.isTextual() && !given.asText().isBlank()) {
            String[] parts = given.asText().split("#", 2);
            shownAs = parts[0];
            if (!SharedFiles.isThere(folder, shownAs, at, config, fields, problems)) {
                return;
            }
            files.add(shownAs);
            labels.addAll(fromFile(shownAs, parts.length == 2 ? parts[1] : "", at));
        } else {
            problems.at(
                    config,
                    at,
                    "must be a list of words, or the name of a file with one, such as labels.csv#column or"
                            + " labels.yaml#key, not " + Json.text(given));
            return;
        }
        if (labels.isEmpty()) {
            problems.at(shownAs, shownAs.equals(config) ? at : "", "holds no labels");
        }
        labels.forEach(each -> list.add(each.value()));
        if (!stored) {
            check(labels, shownAs, list);
        }
    }

    private void check(List<Label> labels, String shownAs, ArrayNode list) {
        Map<String, String> exact = new HashMap<>();
        Map<String, String> folded = new HashMap<>();
        for (Label each : labels) {
            String text = each.value().asText();
            String folds = text.toLowerCase(Locale.ROOT);
            if (!each.value().isValueNode() || each.value().isNull()) {
                problems.at(shownAs, each.place(), "must be a word or a number, not " + Json.text(each.value()));
            } else if (text.isBlank()) {
                problems.at(shownAs, each.place(), "is blank; remove it");
            } else if (!text.strip().equals(text)) {
                problems.at(shownAs, each.place(), "'" + text + "' begins or ends with a blank; remove it");
            } else if (exact.containsKey(text)) {
                problems.at(shownAs, each.place(), "'" + text + "' is there twice, first at " + exact.get(text));
            } else if (folded.containsKey(folds)) {
                problems.hint(
                        shownAs,
                        each.place(),
                        "'" + text + "' differs by capital letters only from the one at " + folded.get(folds)
                                + "; an answer may be taken for either");
            }
            exact.putIfAbsent(text, each.place());
            folded.putIfAbsent(folds, each.place());
        }
        MixedMembers.of(
                list,
                false,
                (at, message) -> problems.hint(shownAs, labels.get(at).place(), message));
    }

    private List<Label> fromFile(String path, String key, String at) {
        Path file = folder.resolve(path);
        String ending = path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        try {
            return switch (ending) {
                case "csv" -> column(file, path, key, at);
                case "json" -> json(file, path, key);
                case "yaml", "yml" -> yaml(file, path, key);
                default -> throw new UserMistakeException(config, at, "'" + path + "' must end in json, yaml or csv");
            };
        } catch (IOException e) {
            throw new UserMistakeException(path, "", TextFile.trouble(e));
        }
    }

    private List<Label> column(Path file, String path, String column, String at) throws IOException {
        try (var reader = TextFile.reader(file)) {
            var rows = new CsvRows(reader, path, ',', found -> "save the file with commas between the cells");
            List<String> names = rows.names();
            int index = column.isEmpty() && names.size() == 1 ? 0 : names.indexOf(column);
            if (index < 0) {
                throw new UserMistakeException(
                        config,
                        at,
                        column.isEmpty()
                                ? path + " has the columns " + String.join(", ", names) + "; say which, such as " + path
                                        + "#" + (names.isEmpty() ? "column" : names.get(0))
                                : path + " has no column '" + column + "'; " + Problems.suggestion(column, names));
            }
            var labels = new ArrayList<Label>();
            for (List<String> cells = rows.next(); cells != null; cells = rows.next()) {
                labels.add(new Label(Json.mapper().getNodeFactory().textNode(cells.get(index)), "line " + rows.line()));
            }
            if (rows.empty() > 0) {
                problems.hint(path, "line " + rows.firstEmpty(), "is an empty row, and no label");
            }
            return labels;
        }
    }

    private static UserMistakeException noList(String path, String key) {
        return new UserMistakeException(
                path,
                key,
                key.isEmpty()
                        ? "must be a list of labels; where it lies under a key, say which behind a #"
                        : "there is no list of labels under this key");
    }

    private static List<Label> json(Path file, String path, String key) throws IOException {
        SharedFiles.json(file, path);
        var labels = new ArrayList<Label>();
        try (JsonParser parser = Json.mapper().createParser(TextFile.read(file, path, TextFile.LARGEST_WRITTEN))) {
            JsonToken at = parser.nextToken();
            while (!key.isEmpty() && at != null && at != JsonToken.START_ARRAY) {
                at = parser.nextToken();
                if (at == JsonToken.FIELD_NAME && !parser.currentName().equals(key)) {
                    parser.nextToken();
                    parser.skipChildren();
                } else if (at == JsonToken.FIELD_NAME) {
                    at = parser.nextToken();
                    break;
                }
            }
            if (at != JsonToken.START_ARRAY) {
                throw noList(path, key);
            }
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                int line = parser.currentTokenLocation().getLineNr();
                labels.add(new Label(Json.value(parser), "line " + line));
            }
        }
        return labels;
    }

    private static List<Label> yaml(Path file, String path, String key) {
        JsonNode root = SafeYaml.read(file, path);
        JsonNode list = key.isEmpty() ? root : root.path(key);
        if (!list.isArray()) {
            throw noList(path, key);
        }
        List<Integer> lines = lines(TextFile.read(file, path, TextFile.LARGEST_WRITTEN), key);
        var labels = new ArrayList<Label>();
        for (int i = 0; i < list.size(); i++) {
            labels.add(new Label(list.get(i), i < lines.size() ? "line " + lines.get(i) : "[" + i + "]"));
        }
        return labels;
    }

    /** The lines of a list's elements, in YAML that could be read. */
    private static List<Integer> lines(String text, String key) {
        var lines = new ArrayList<Integer>();
        var settings = LoadSettings.builder()
                .setCodePointLimit(TextFile.LARGEST_WRITTEN)
                .build();
        Node node = new Compose(settings).composeString(text).orElse(null);
        if (!key.isEmpty() && node instanceof MappingNode map) {
            node = null;
            for (NodeTuple each : map.getValue()) {
                if (each.getKeyNode() instanceof ScalarNode name
                        && name.getValue().equals(key)) {
                    node = each.getValueNode();
                }
            }
        }
        if (node instanceof SequenceNode list) {
            for (Node each : list.getValue()) {
                lines.add(each.getStartMark().map(mark -> mark.getLine() + 1).orElse(0));
            }
        }
        return lines;
    }
}
