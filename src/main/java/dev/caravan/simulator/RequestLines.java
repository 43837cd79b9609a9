package dev.caravan.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads what clients send line by line. */
final class RequestLines {
    private RequestLines() {}

    interface LineSink {
        void take(int number, String line) throws IOException;
    }

    static void each(Path input, LineSink sink) throws IOException {
        // Not strict about UTF-8: what is none fails its row, and not the job for ever.
        try (var reader =
                new BufferedReader(new InputStreamReader(Files.newInputStream(input), StandardCharsets.UTF_8))) {
            int number = 0;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                if (!line.isBlank()) {
                    sink.take(number, line);
                }
            }
        }
    }

    /** The object that a line holds, or null. */
    static @Nullable JsonNode parse(String line) {
        try {
            JsonNode node = Json.mapper().readTree(line);
            return node.isObject() ? node : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }
}
