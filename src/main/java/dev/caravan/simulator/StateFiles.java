package dev.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** Records in the state's folder, each a JSON file that is there whole or not at all. */
final class StateFiles {
    private StateFiles() {}

    /** What {@link #put} wrote; not what it was writing when the process was killed. */
    static List<Path> records(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(each -> {
                        String name = String.valueOf(each.getFileName());
                        return name.endsWith(".json") && !name.startsWith(".");
                    })
                    .toList();
        }
    }

    static void put(Path target, JsonNode node) throws IOException {
        Path hidden = target.resolveSibling("." + target.getFileName());
        Files.write(hidden, Json.line(node));
        Files.move(hidden, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
