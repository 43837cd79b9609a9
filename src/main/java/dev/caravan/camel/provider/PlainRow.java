package dev.caravan.camel.provider;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.base.NotReadyException;
import dev.caravan.base.SecretBlotter;
import dev.caravan.execution.RowMapping;
import dev.caravan.provider.Answer;
import dev.caravan.provider.UsageReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The form that nearly all rows of a provider's result files have, as its {@code plain-row.json} tells it: rows of this
 * form are read in one go, without a tree and without the mappings, and come to the same. A row with anything else in
 * it, in another place, twice, or of another type has not this form, and is read by the mappings.
 *
 * <p>In the file's {@code row} stands for each member that a row may have its value, which must be there, or a mark:
 * {@code $key}, {@code $text} (both must be there), {@code $model}, {@code $usage}, {@code $null} or {@code $any}. A list
 * has exactly the values that are in it.
 */
final class PlainRow {
    private static final String FILE = "plain-row.json";

    /** What a member is to the row. */
    private enum Role {
        KEY,
        TEXT,
        MODEL,
        USAGE,
        NULL,
        ANY,
        OBJECT,
        LIST,
        CONSTANT
    }

    /** Sorted, for messages list them. */
    private static final Map<String, Role> MARKS = new TreeMap<>(Map.of(
            "$key", Role.KEY,
            "$text", Role.TEXT,
            "$model", Role.MODEL,
            "$usage", Role.USAGE,
            "$null", Role.NULL,
            "$any", Role.ANY));

    /** A place of the form; those of a form are numbered. */
    private static final class Place {
        final Role role;
        final int number;
        final Map<String, Place> members = new HashMap<>();

        @Nullable Place element;

        @Nullable JsonNode constant;

        Place(Role role, int number) {
            this.role = role;
            this.number = number;
        }

        boolean isNeeded() {
            return role == Role.KEY || role == Role.TEXT || role == Role.CONSTANT;
        }
    }

    private final String source;
    private final Place root;
    private final UsageReader.Style style;
    private int places;
    private int needed;

    private PlainRow(String source, JsonNode written) {
        this.source = source;
        root = place(written.path("row"));
        style = new UsageReader.Style(
                written.path("cacheBeside").booleanValue(),
                written.path("reasoningBeside").booleanValue());
        if (root.role != Role.OBJECT || places > Long.SIZE) {
            throw new NotReadyException(source, "row", "must be an object of at most " + Long.SIZE + " values");
        }
    }

    /** The form that a provider's folder tells; null where it tells none. */
    static @Nullable PlainRow in(Path folder, @Nullable JsonNode written) {
        return written == null ? null : new PlainRow(folder.resolve(FILE).toString(), written);
    }

    static Path file(Path folder) {
        return folder.resolve(FILE);
    }

    private Place place(JsonNode form) {
        String word = form.asText("");
        if (form.isTextual() && word.startsWith("$") && !MARKS.containsKey(word)) {
            throw new NotReadyException(
                    source, "row", "'" + word + "' is no mark; known: " + String.join(", ", MARKS.keySet()));
        }
        Role role =
                form.isObject() ? Role.OBJECT : form.isArray() ? Role.LIST : MARKS.getOrDefault(word, Role.CONSTANT);
        var place = new Place(role, places++);
        needed += place.isNeeded() ? 1 : 0;
        form.properties().forEach(each -> place.members.put(each.getKey(), place(each.getValue())));
        if (role == Role.LIST) {
            if (form.size() != 1) {
                throw new NotReadyException(source, "row", "a list must have one value");
            }
            place.element = place(form.get(0));
        }
        place.constant = role == Role.CONSTANT ? form : null;
        return place;
    }

    /** A row of this form; null where a row has another one, or is none. */
    RowMapping.@Nullable Row read(byte[] bytes, int length) {
        try (JsonParser parser = Json.mapper().getFactory().createParser(bytes, 0, length)) {
            var reading = new Reading(parser);
            return parser.nextToken() == JsonToken.START_OBJECT && reading.value(root) && parser.nextToken() == null
                    ? reading.row()
                    : null;
        } catch (IOException e) {
            // What is wrong with it is said when it is read as a tree.
            return null;
        }
    }

    /** One row while it is read. */
    private final class Reading {
        private final JsonParser parser;
        /** All texts, one behind the other: a key may be spread over them. */
        private final StringBuilder texts = new StringBuilder();

        private long seen;
        private int found;
        private String key = "";
        private String text = "";
        private @Nullable String model;
        private @Nullable JsonNode usage;

        Reading(JsonParser parser) {
            this.parser = parser;
        }

        /** Reads the value the parser stands at; false where the place allows no such value. */
        boolean value(Place place) throws IOException {
            long bit = 1L << place.number;
            if ((seen & bit) != 0) {
                return false;
            }
            seen |= bit;
            found += place.isNeeded() ? 1 : 0;
            JsonToken token = parser.currentToken();
            if (token == JsonToken.VALUE_STRING) {
                texts.append(parser.getText());
            }
            return switch (place.role) {
                case OBJECT -> token == JsonToken.START_OBJECT && members(place);
                case LIST -> token == JsonToken.START_ARRAY && element(place);
                case KEY -> {
                    key = parser.getText();
                    yield token == JsonToken.VALUE_STRING;
                }
                case TEXT -> {
                    text = parser.getText();
                    yield token == JsonToken.VALUE_STRING && !text.isBlank();
                }
                case MODEL -> {
                    model = token == JsonToken.VALUE_STRING ? parser.getText() : null;
                    yield token == JsonToken.VALUE_STRING || token == JsonToken.VALUE_NULL;
                }
                case USAGE -> {
                    usage = token == JsonToken.START_OBJECT ? Json.value(parser) : null;
                    note(usage);
                    yield usage != null;
                }
                case NULL -> token == JsonToken.VALUE_NULL;
                case ANY -> {
                    if (!token.isScalarValue()) {
                        note(Json.value(parser));
                    }
                    yield true;
                }
                case CONSTANT -> token.isScalarValue() && Json.value(parser).equals(place.constant);
            };
        }

        private void note(@Nullable JsonNode told) {
            if (told != null && told.isTextual()) {
                texts.append(told.textValue());
            } else if (told != null) {
                told.forEach(this::note);
            }
        }

        private boolean members(Place place) throws IOException {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                Place member = place.members.get(parser.currentName());
                parser.nextToken();
                if (member == null || !value(member)) {
                    return false;
                }
            }
            return true;
        }

        private boolean element(Place place) throws IOException {
            Place only = place.element;
            return only != null
                    && parser.nextToken() != JsonToken.END_ARRAY
                    && value(only)
                    && parser.nextToken() == JsonToken.END_ARRAY;
        }

        RowMapping.@Nullable Row row() {
            String all = texts.toString();
            if (found != needed || usage == null || !SecretBlotter.known(all).equals(all)) {
                return null;
            }
            return new RowMapping.Row(key, new Answer.Completed(text, model, UsageReader.read(usage, style, true), ""));
        }
    }
}
