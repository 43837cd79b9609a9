package dev.caravan.camel.provider;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.base.BlottingStream;
import dev.caravan.base.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the members of a list inside an answer as lines, without holding all of it. */
final class Unwrapping {
    private Unwrapping() {}

    /** @param place names with dots between */
    static void write(InputStream in, String place, Path target) throws IOException {
        String[] names = place.split("[.]", -1);
        try (JsonParser parser = Json.mapper().createParser(in);
                OutputStream out = BlottingStream.known(Files.newOutputStream(target))) {
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
                    out.write(Json.line(Json.value(parser)));
                }
            }
        }
    }
}
