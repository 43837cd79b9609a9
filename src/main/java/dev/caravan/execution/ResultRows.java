package dev.caravan.execution;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.journal.JsonLines;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The rows of result files that a provider made. Unlike our own files they were downloaded whole: the last row counts
 * with or without a line break. What is no JSON object is nobody's row, and the others are read all the same.
 */
final class ResultRows {
    private static final String BYTE_ORDER_MARK = "\ufeff";

    private ResultRows() {}

    /**
     * Reads the rows of some files.
     *
     * @param row takes whose each is and what it says
     * @param odd told of each that is nobody's, with the byte at which it begins
     */
    static void read(List<Path> files, RowMapping mapping, Consumer<RowMapping.Row> row, LongConsumer odd) {
        for (Path file : files) {
            JsonLines.scanBytes(file, 0, Long.MAX_VALUE, (offset, bytes, length, whole) -> {
                RowMapping.Row plain = mapping.plain(bytes, length);
                if (plain != null) {
                    row.accept(plain);
                    return;
                }
                // Bytes that are no UTF-8 are replaced: the rest of such an answer was paid for like any other.
                String line = new String(bytes, 0, length, StandardCharsets.UTF_8);
                String bare = (line.startsWith(BYTE_ORDER_MARK) ? line.substring(1) : line).strip();
                if (!bare.isEmpty()) {
                    JsonNode node = object(bare);
                    if (node == null) {
                        odd.accept(offset);
                    } else {
                        row.accept(mapping.read(node));
                    }
                }
            });
        }
    }

    private static @Nullable JsonNode object(String line) {
        try {
            JsonNode node = Json.mapper().readTree(line);
            return node.isObject() ? node : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }
}
