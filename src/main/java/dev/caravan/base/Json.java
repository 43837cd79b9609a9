package dev.caravan.base;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The one way this house reads and writes JSON: numbers keep their form (1.10 stays 1.10), key order is kept. */
public final class Json {
    /** Levels of a document that we read. */
    public static final int DEEPEST = 500;

    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(100_000_000)
                            .maxNestingDepth(DEEPEST)
                            .build())
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private static final ObjectReader INNER = MAPPER.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private Json() {}

    /** Shared; never reconfigure it. */
    public static ObjectMapper mapper() {
        return MAPPER;
    }

    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** Reads text that we know to be JSON because we wrote it. Text of strangers goes through the mapper and its exception. */
    public static JsonNode parse(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@link #parse(String)}, from UTF-8 bytes. */
    public static JsonNode parse(byte[] utf8) {
        try {
            return MAPPER.readTree(utf8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The value a parser stands at, inside of others. */
    public static JsonNode value(JsonParser parser) throws IOException {
        return INNER.readTree(parser);
    }

    /** A whole text of JSON that a person wrote; a missing node where there is none. */
    public static JsonNode written(String text) throws JsonProcessingException {
        try (JsonParser parser = MAPPER.createParser(text)) {
            try {
                @Nullable JsonNode read = MAPPER.readTree(parser);
                return read == null ? MissingNode.getInstance() : read;
            } catch (JsonProcessingException e) {
                throw placed(e, parser);
            }
        } catch (JsonProcessingException e) {
            throw e;
        } catch (IOException e) {
            throw new IllegalStateException("a text that is at hand cannot be read", e);
        }
    }

    /** The same trouble with its place, which the parser does not tell of what exceeds a limit. */
    public static JsonProcessingException placed(JsonProcessingException e, JsonParser parser) {
        return e.getLocation() == null
                ? new StreamConstraintsException(e.getOriginalMessage(), parser.currentLocation())
                : e;
    }

    /** Whether values lie in each other more levels deep: what is too deep cannot be read back. */
    public static boolean isDeeper(JsonNode node, int levels) {
        if (node.isContainerNode() && levels == 0) {
            return true;
        }
        for (JsonNode each : node) {
            if (isDeeper(each, levels - 1)) {
                return true;
            }
        }
        return false;
    }

    /** The line in which a person's JSON is wrong; empty where nobody knows. */
    public static String place(JsonProcessingException e) {
        JsonLocation location = e.getLocation();
        return location == null ? "" : "line " + location.getLineNr();
    }

    /** What is wrong with a stranger's JSON, in words that name no source and no setting of the parser. */
    public static String reason(JsonProcessingException e) {
        String reason = String.valueOf(e.getOriginalMessage())
                .replaceAll(" ?\\(start marker at \\[Source:[^\\]]*\\]\\)", "")
                .replaceAll(", from `[^`]*`", "");
        if (reason.startsWith("Duplicate field ")) {
            return "the key " + reason.substring("Duplicate field ".length()) + " stands twice in one object";
        }
        if (reason.startsWith("Non-standard token ")) {
            return reason.substring("Non-standard token ".length()).split(":", 2)[0]
                    + " is no value of JSON; write null, a number or a text";
        }
        return reason.contains("ALLOW_COMMENTS") || reason.startsWith("Unexpected character ('#'")
                ? "a comment is no JSON; remove it"
                : reason;
    }

    /** Compact, on one line, without a line break. Half of a surrogate pair stands as its escape, for UTF-8 has no form of it. */
    public static String text(JsonNode node) {
        try {
            return LoneSurrogates.escaped(MAPPER.writeValueAsString(node));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A value as text over many lines, for people. */
    public static String pretty(JsonNode node) {
        return LoneSurrogates.escaped(node.toPrettyString());
    }

    /** One line of JSONL in UTF-8, line break included. */
    public static byte[] line(JsonNode node) {
        byte[] utf8 = utf8(node);
        byte[] line = Arrays.copyOf(utf8, utf8.length + 1);
        line[utf8.length] = '\n';
        return line;
    }

    /** As {@link #text}, in UTF-8. */
    static byte[] utf8(JsonNode node) {
        try {
            byte[] bytes = MAPPER.writeValueAsBytes(node);
            // There every surrogate stands as an escape, those of whole pairs too.
            return hasSurrogate(bytes) ? text(node).getBytes(StandardCharsets.UTF_8) : bytes;
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean hasSurrogate(byte[] json) {
        for (int i = 0; i + 2 < json.length; i++) {
            if (json[i] == '\\' && json[i + 1] == 'u' && json[i + 2] == 'D') {
                return true;
            }
        }
        return false;
    }
}
