package dev.caravan.camel.provider;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The body of a create call that holds its requests: a mapping writes {@value #PLACE} where they go, and the lines of
 * the request file are put there. It lies beside the request file while it is sent, so that it has a known length and
 * is never in memory.
 */
final class CreateBody {
    static final String PLACE = "\"@requests\"";

    private CreateBody() {}

    private static Path beside(Path requests) {
        return requests.resolveSibling("." + requests.getFileName() + ".create");
    }

    static Path write(String text, Path requests, ProviderWire wire) throws IOException {
        int at = text.indexOf(PLACE);
        Path target = beside(requests);
        try (BufferedReader lines = Files.newBufferedReader(requests);
                OutputStream out = new BufferedOutputStream(Files.newOutputStream(target), 1 << 16)) {
            out.write((text.substring(0, at) + "[").getBytes(StandardCharsets.UTF_8));
            String comma = "";
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode row = wire.inline(Json.parse(line));
                out.write((comma + Json.text(row)).getBytes(StandardCharsets.UTF_8));
                comma = ",\n";
            }
            out.write(("]" + text.substring(at + PLACE.length())).getBytes(StandardCharsets.UTF_8));
        }
        return target;
    }

    static void delete(Path requests) {
        try {
            Files.deleteIfExists(beside(requests));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + beside(requests), e);
        }
    }
}
