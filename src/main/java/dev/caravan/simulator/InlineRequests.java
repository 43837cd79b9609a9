package dev.caravan.simulator;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/** Reads a create call whose requests stand in its body, without ever holding all of them. */
final class InlineRequests implements Closeable {
    private final JsonParser parser;

    InlineRequests(InputStream in) throws IOException {
        parser = Json.mapper().createParser(in);
    }

    /**
     * Writes each member of the array at a path as a line, and everything beside the path into {@code rest}.
     *
     * @return how many there were, -1 when there is no such array
     */
    int unpack(List<String> path, OutputStream out, ObjectNode rest) throws IOException, RefusedCall.Refused {
        try {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return -1;
            }
            return object(path, out, rest);
        } catch (JsonProcessingException e) {
            throw RefusedCall.of(RefusedCall.Problem.INVALID, "The body is not JSON.")
                    .thrown();
        }
    }

    private int object(List<String> path, OutputStream out, ObjectNode rest) throws IOException {
        int count = -1;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            boolean ours = !path.isEmpty() && same(name, path.get(0));
            if (ours && path.size() == 1 && value == JsonToken.START_ARRAY) {
                count = 0;
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    out.write(Json.line(Json.value(parser)));
                    count++;
                }
            } else if (ours && path.size() > 1 && value == JsonToken.START_OBJECT) {
                int found = object(path.subList(1, path.size()), out, rest.putObject(path.get(0)));
                count = Math.max(count, found);
            } else {
                rest.set(name, Json.value(parser));
            }
        }
        return count;
    }

    /** Names of both writings are one: {@code inputConfig} and {@code input_config}. */
    private static boolean same(String name, String wanted) {
        return name.equals(wanted) || name.replace("_", "").equalsIgnoreCase(wanted);
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
