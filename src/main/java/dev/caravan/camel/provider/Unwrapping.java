package dev.caravan.camel.provider;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Writes the members of a list inside an answer as lines, without holding all of it. A member that is nested too deep
 * to be read is written like the others, so that it is one row's trouble and not that of all.
 */
final class Unwrapping {
    private static final int DEEPEST = 100_000;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNumberLength(DEEPEST)
                    .maxNestingDepth(DEEPEST)
                    .build())
            .streamWriteConstraints(
                    StreamWriteConstraints.builder().maxNestingDepth(DEEPEST).build())
            .build();

    private Unwrapping() {}

    /** @param place names with dots between */
    static void write(InputStream in, String place, OutputStream target) throws IOException {
        String[] names = place.split("[.]", -1);
        try (JsonParser parser = FACTORY.createParser(in);
                OutputStream out = new BufferedOutputStream(target, 1 << 16);
                JsonGenerator lines = FACTORY.createGenerator(out).setRootValueSeparator(null)) {
            int depth = 0;
            parser.nextToken();
            while (depth < names.length && parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                if (name.equals(names[depth])) {
                    depth++;
                } else {
                    parser.skipChildren();
                }
            }
            if (depth == names.length && parser.currentToken() == JsonToken.START_ARRAY) {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    lines.copyCurrentStructure(parser);
                    lines.writeRaw('\n');
                }
            }
        }
    }
}
