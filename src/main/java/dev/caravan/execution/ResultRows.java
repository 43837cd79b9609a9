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

/**
 * The rows of result files that a provider made. Unlike our own files they were downloaded whole: the last row counts
 * with or without a line break. What is no JSON object is nobody's row, and the others are read all the same.
 */
final class ResultRows {
    private static final String BYTE_ORDER_MARK = "\ufeff";

    private ResultRows() {}

    /** @param odd told of each row that is nobody's, with the byte at which it begins */
    static void read(List<Path> files, Consumer<JsonNode> row, LongConsumer odd) {
        for (Path file : files) {
            JsonLines.scanBytes(file, 0, Long.MAX_VALUE, (offset, bytes, length, whole) -> {
                // Bytes that are no UTF-8 are replaced: the rest of such an answer was paid for like any other.
                String line = new String(bytes, 0, length, StandardCharsets.UTF_8);
                String plain = (line.startsWith(BYTE_ORDER_MARK) ? line.substring(1) : line).strip();
                if (!plain.isEmpty()) {
                    take(plain, offset, row, odd);
                }
            });
        }
    }

    private static void take(String line, long offset, Consumer<JsonNode> row, LongConsumer odd) {
        JsonNode node;
        try {
            node = Json.mapper().readTree(line);
        } catch (JsonProcessingException e) {
            odd.accept(offset);
            return;
        }
        if (node.isObject()) {
            row.accept(node);
        } else {
            odd.accept(offset);
        }
    }
}
