package dev.caravan.pipeline;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.Problems;
import dev.caravan.base.TextFile;
import dev.caravan.base.UserMistakeException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Streams the items of a pipeline, from YAML, JSON, JSONL or CSV. Only YAML is read as a whole. */
final class ItemReader {
    private static final List<String> FORMATS = List.of("yaml", "yml", "json", "jsonl", "csv", "tsv");
    private static final int LONGEST_LINE = 16 << 20;
    private static final ObjectReader STRICT =
            Json.mapper().reader().with(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
    /** Takes what the strict one takes, at less cost: a key that stands twice shows where it would replace the first. */
    private static final ObjectReader QUICK =
            Json.mapper().reader().with(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

    /** Takes one item. */
    interface Sink {
        /** @param place of the item in its file, for messages */
        void take(ObjectNode item, String place);
    }

    /** Thrown by a sink that has enough. */
    static final class Enough extends RuntimeException {
        Enough() {
            super(null, null, false, false);
        }
    }

    private final String shownAs;
    private final Path file;
    private final String key;
    private final char delimiter;
    private final Problems hints;

    private ItemReader(Path file, String shownAs, String key, char delimiter, Problems hints) {
        this.delimiter = delimiter;
        this.hints = hints;
        this.file = file;
        this.shownAs = shownAs;
        this.key = key;
    }

    static String format(String source, String file, Problems problems) {
        String ending = format(source);
        if (!FORMATS.contains(ending)) {
            problems.at(
                    file,
                    "processing.items.source",
                    "'" + source + "' must end in one of: " + String.join(", ", FORMATS));
        }
        return ending;
    }

    static void read(Pipeline pipeline, Sink sink) {
        read(pipeline, sink, new Problems(""));
    }

    /** Whether the file is read strictly, so that nothing in it is left to be told. */
    static boolean isJson(Pipeline pipeline) {
        return format(pipeline.items().file()).startsWith("json");
    }

    /** Whether a file holds rows with cells, which a delimiter divides. */
    static boolean isTable(String source) {
        return format(source).equals("csv") || format(source).equals("tsv");
    }

    /** What divides the cells of a file where nobody says it. */
    static char delimiter(String source) {
        return format(source).equals("tsv") ? '\t' : ',';
    }

    private static String format(String source) {
        return source.substring(source.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    private static ItemReader items(Pipeline pipeline, String key, Problems hints) {
        String source = pipeline.items().file();
        return new ItemReader(
                pipeline.folder().resolve(source), source, key, pipeline.items().delimiter(), hints);
    }

    /** @param hints takes what may surprise in the items, of which no item tells */
    static void read(Pipeline pipeline, Sink sink, Problems hints) {
        ItemReader items = items(pipeline, pipeline.items().key(), hints);
        try {
            switch (format(pipeline.items().file())) {
                case "csv", "tsv" -> items.csv(sink);
                case "jsonl" -> items.jsonl(sink);
                case "json" -> items.json(sink);
                default -> items.yaml(sink);
            }
        } catch (JsonProcessingException e) {
            throw items.wrong(Json.place(e), "is not JSON: " + Json.reason(e));
        } catch (IOException e) {
            throw items.wrong("", TextFile.trouble(e));
        }
    }

    private UserMistakeException wrong(String place, String message) {
        return new UserMistakeException(shownAs, place, message);
    }

    private BufferedReader reader() throws IOException {
        return TextFile.reader(file);
    }

    private void csv(Sink sink) throws IOException {
        try (BufferedReader reader = reader()) {
            var rows = new CsvRows(reader, shownAs, delimiter, this::otherDelimiter);
            for (List<String> cells = rows.next(); cells != null; cells = rows.next()) {
                ObjectNode item = Json.object();
                for (int i = 0; i < cells.size(); i++) {
                    if (!rows.names().get(i).isEmpty()) {
                        item.put(rows.names().get(i), cells.get(i));
                    }
                }
                sink.take(item, "line " + rows.line());
            }
            if (rows.empty() > 0) {
                hints.hint(
                        shownAs,
                        "line " + rows.firstEmpty(),
                        rows.empty() == 1
                                ? "this row has empty cells only; it is no unit"
                                : rows.empty() + " rows from here on have empty cells only; they are no units");
            }
        }
    }

    private String otherDelimiter(String found) {
        return found.charAt(0) == delimiter(shownAs)
                ? "remove processing.items.delimiter, for " + (found.equals(",") ? "the comma is" : "tabs are")
                        + " usual"
                : "set processing.items.delimiter: " + (found.equals("\t") ? "tab" : '"' + found + '"')
                        + " in config.yaml, or save the file with commas between the cells";
    }

    private void jsonl(Sink sink) throws IOException {
        try (BufferedReader reader = reader()) {
            var lines = new ItemLines(reader, shownAs, LONGEST_LINE);
            while (lines.next()) {
                if (!lines.isBlank()) {
                    sink.take(object(lines), "line " + lines.number());
                }
            }
        }
    }

    private ObjectNode object(ItemLines lines) {
        String place = "line " + lines.number();
        try {
            if (tree(lines) instanceof ObjectNode object) {
                return object;
            }
            throw wrong(place, "must hold one JSON object");
        } catch (JsonProcessingException e) {
            throw wrong(place, "is not JSON: " + Json.reason(e));
        } catch (IOException e) {
            throw new IllegalStateException("a line that is at hand cannot be read", e);
        }
    }

    /** What the quick reading does not take is read again by the strict one, whose words a person understands. */
    private static JsonNode tree(ItemLines lines) throws IOException {
        try {
            return tree(QUICK, lines);
        } catch (JsonProcessingException e) {
            return tree(STRICT, lines);
        }
    }

    private static JsonNode tree(ObjectReader reader, ItemLines lines) throws IOException {
        try (JsonParser parser = reader.createParser(lines.chars(), lines.from(), lines.length())) {
            return reader.readTree(parser);
        }
    }

    private void json(Sink sink) throws IOException {
        try (BufferedReader in = reader();
                JsonParser parser = Json.mapper().createParser(in)) {
            try {
                json(parser, sink);
            } catch (JsonProcessingException e) {
                throw Json.placed(e, parser);
            }
        }
    }

    private void json(JsonParser parser, Sink sink) throws IOException {
        parser.enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
        JsonToken first = parser.nextToken();
        if (key.isEmpty() ? first != JsonToken.START_ARRAY : first != JsonToken.START_OBJECT) {
            throw wrong("", key.isEmpty() ? "must be a list of items" : "must be an object with the key '" + key + "'");
        }
        if (!key.isEmpty() && !enter(parser)) {
            throw wrong("", "has no list under the key '" + key + "'");
        }
        int number = 0;
        while (parser.nextToken() == JsonToken.START_OBJECT) {
            number++;
            sink.take((ObjectNode) Json.value(parser), "item " + number);
        }
        if (parser.currentToken() != JsonToken.END_ARRAY) {
            throw wrong("item " + (number + 1), "must be an object");
        }
        leave(parser);
    }

    /** Reads on to the end of the file: what follows the list must not be lost without a word. */
    private void leave(JsonParser parser) throws IOException {
        if (!key.isEmpty()) {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                parser.nextToken();
                parser.skipChildren();
            }
        }
        if (parser.nextToken() != null) {
            throw wrong(
                    "line " + parser.currentTokenLocation().getLineNr(),
                    "something follows the " + (key.isEmpty() ? "list" : "object") + ", which must be all of the file");
        }
    }

    private boolean enter(JsonParser parser) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean wanted = parser.currentName().equals(key);
            JsonToken value = parser.nextToken();
            if (wanted) {
                return value == JsonToken.START_ARRAY;
            }
            parser.skipChildren();
        }
        return false;
    }

    /** The whole document, for strategies that take items from several lists. YAML or JSON only. */
    static JsonNode document(Pipeline pipeline) {
        return document(pipeline, new Problems(""));
    }

    /** As the other, telling what may surprise in it. */
    static JsonNode document(Pipeline pipeline, Problems hints) {
        ItemReader items = items(pipeline, "", hints);
        return switch (format(pipeline.items().file())) {
            case "yaml", "yml", "json" -> items.root();
            default ->
                throw items.wrong(
                        "", "holds one list; cross_product needs a YAML or JSON file with a list for each position");
        };
    }

    /** YAML contains JSON. */
    private JsonNode root() {
        String text = TextFile.read(file, shownAs, SafeYaml.LARGEST_ITEMS);
        return YamlItems.parse(text, shownAs, SafeYaml.LARGEST_ITEMS, hints);
    }

    private void yaml(Sink sink) {
        JsonNode root = root();
        JsonNode list = key.isEmpty() ? root : root.path(key);
        if (!list.isArray()) {
            throw wrong(key, key.isEmpty() ? "must be a list of items" : "there is no list under this key");
        }
        int number = 0;
        for (JsonNode each : list) {
            number++;
            if (!(each instanceof ObjectNode item)) {
                throw wrong("item " + number, "must be a map");
            }
            sink.take(item, "item " + number);
        }
    }

    /** Wraps trouble of the writing side. */
    static UncheckedIOException broken(IOException e) {
        return new UncheckedIOException(e);
    }
}
