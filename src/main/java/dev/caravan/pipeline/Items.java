package dev.caravan.pipeline;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import dev.caravan.base.InvalidFileException;
import dev.caravan.base.Json;
import dev.caravan.base.Problems;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Streams the items of a pipeline, from YAML, JSON, JSONL or CSV. Only YAML is read as a whole. */
final class Items {
    private static final List<String> FORMATS = List.of("yaml", "yml", "json", "jsonl", "csv");
    private static final int LONGEST_LINE = 16 << 20;

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

    private Items(Path file, String shownAs, String key) {
        this.file = file;
        this.shownAs = shownAs;
        this.key = key;
    }

    static String format(String source, String file, Problems problems) {
        String ending = source.substring(source.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        if (!FORMATS.contains(ending)) {
            problems.at(
                    file,
                    "processing.items.source",
                    "'" + source + "' must end in one of: " + String.join(", ", FORMATS));
        }
        return ending;
    }

    static void read(Pipeline pipeline, Sink sink) {
        String source = pipeline.items().file();
        var items = new Items(
                pipeline.folder().resolve(source), source, pipeline.items().key());
        try {
            switch (source.substring(source.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT)) {
                case "csv" -> items.csv(sink);
                case "jsonl" -> items.jsonl(sink);
                case "json" -> items.json(sink);
                default -> items.yaml(sink);
            }
        } catch (MalformedInputException e) {
            throw items.wrong("", "is not UTF-8 text; save it as UTF-8");
        } catch (JsonProcessingException e) {
            throw items.wrong("line " + e.getLocation().getLineNr(), Json.reason(e));
        } catch (IOException e) {
            throw items.wrong("", "cannot be read: " + e.getMessage());
        }
    }

    private InvalidFileException wrong(String place, String message) {
        return new InvalidFileException(shownAs, place, message);
    }

    private BufferedReader reader() throws IOException {
        var decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        var reader = new BufferedReader(new InputStreamReader(Files.newInputStream(file), decoder), 1 << 16);
        reader.mark(1);
        if (reader.read() != '\uFEFF') {
            reader.reset();
        }
        return reader;
    }

    private void csv(Sink sink) throws IOException {
        CsvMapper mapper = CsvMapper.builder()
                .enable(CsvParser.Feature.FAIL_ON_MISSING_COLUMNS)
                .build();
        int row = 1;
        try (BufferedReader reader = reader();
                MappingIterator<Map<String, String>> rows = mapper.readerForMapOf(String.class)
                        .with(CsvSchema.emptySchema().withHeader())
                        .readValues(reader)) {
            while (rows.hasNextValue()) {
                row++;
                ObjectNode item = Json.object();
                rows.nextValue().forEach(item::put);
                sink.take(item, "row " + row);
            }
        } catch (JsonProcessingException e) {
            throw wrong("row " + (row + 1), Json.reason(e));
        }
    }

    private void jsonl(Sink sink) throws IOException {
        try (BufferedReader reader = reader()) {
            int number = 0;
            for (String line = line(reader, 1); line != null; line = line(reader, number + 1)) {
                number++;
                if (!line.isBlank()) {
                    sink.take(object(line, number), "line " + number);
                }
            }
        }
    }

    /** The next line, read only as far as a line may be long; null at the end. */
    private @Nullable String line(BufferedReader reader, int number) throws IOException {
        var line = new StringBuilder();
        for (int c = reader.read(); c != -1; c = reader.read()) {
            if (c == '\n') {
                return line.toString();
            }
            if (line.length() >= LONGEST_LINE) {
                throw wrong("line " + number, "is longer than " + (LONGEST_LINE >> 20) + " MB");
            }
            line.append((char) c);
        }
        return line.isEmpty() ? null : line.toString();
    }

    private ObjectNode object(String line, int number) {
        try {
            if (Json.mapper().readTree(line) instanceof ObjectNode object) {
                return object;
            }
            throw wrong("line " + number, "must hold one JSON object");
        } catch (JsonProcessingException e) {
            throw wrong("line " + number, "is not JSON: " + Json.reason(e));
        }
    }

    private void json(Sink sink) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file));
                JsonParser parser = Json.mapper().createParser(in)) {
            JsonToken first = parser.nextToken();
            if (key.isEmpty() ? first != JsonToken.START_ARRAY : first != JsonToken.START_OBJECT) {
                throw wrong(
                        "", key.isEmpty() ? "must be a list of items" : "must be an object with the key '" + key + "'");
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
        String source = pipeline.items().file();
        var items = new Items(pipeline.folder().resolve(source), source, "");
        return switch (source.substring(source.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT)) {
            case "yaml", "yml", "json" -> items.root();
            default ->
                throw items.wrong(
                        "", "holds one list; cross_product needs a YAML or JSON file with a list for each position");
        };
    }

    /** YAML contains JSON. */
    private JsonNode root() {
        return SafeYaml.parse(SafeYaml.text(file, shownAs, SafeYaml.LARGEST_ITEMS), shownAs, SafeYaml.LARGEST_ITEMS);
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
