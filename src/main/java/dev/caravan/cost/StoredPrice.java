package dev.caravan.cost;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import org.jspecify.annotations.Nullable;

/**
 * Reads a price as a run keeps it in its journal. Runs of earlier versions have it as one flat row, with percents for
 * long prompts, -1 for no batch price, and 0 for a written token that costs what other input costs.
 */
final class StoredPrice {
    private StoredPrice() {}

    static Price read(ObjectNode node) {
        return node.has("realtime") ? present(node) : flat(node);
    }

    private static Price present(ObjectNode node) {
        JsonNode dear = node.path("longPrompt");
        Class<? extends LongPrompt> kind =
                dear.has("realtime") ? LongPrompt.AtRates.class : LongPrompt.AtPercents.class;
        return new Price(
                node.path("id").asText(),
                as(Rates.class, node.path("realtime")),
                orNull(Rates.class, node.path("batch")),
                orNull(kind, dear));
    }

    private static <T> T as(Class<T> type, JsonNode node) {
        return Json.mapper().convertValue(node, type);
    }

    private static <T> @Nullable T orNull(Class<T> type, JsonNode node) {
        return node.isObject() ? as(type, node) : null;
    }

    private static Price flat(ObjectNode row) {
        boolean writtenAsInput = number(row, "written") == 0;
        return new Price(
                row.path("id").asText(),
                new Rates(
                        number(row, "input"),
                        number(row, "cached"),
                        number(row, writtenAsInput ? "input" : "written"),
                        number(row, "output")),
                number(row, "batchInput") < 0 ? null : flatBatch(row, writtenAsInput),
                number(row, "longAbove") == 0 ? null : flatLong(row));
    }

    private static Rates flatBatch(ObjectNode row, boolean writtenAsInput) {
        return new Rates(
                number(row, "batchInput"),
                number(row, "batchCached"),
                number(row, writtenAsInput ? "batchInput" : "batchWritten"),
                number(row, "batchOutput"));
    }

    private static LongPrompt flatLong(ObjectNode row) {
        return new LongPrompt.AtPercents(
                number(row, "longAbove"), number(row, "longInputPercent"), number(row, "longOutputPercent"));
    }

    private static long number(ObjectNode row, String key) {
        return row.path(key).longValue();
    }
}
