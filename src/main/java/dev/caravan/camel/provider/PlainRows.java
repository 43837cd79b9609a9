package dev.caravan.camel.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.base.NotReadyException;
import dev.caravan.base.RecordPath;
import dev.caravan.base.TextFile;
import dev.caravan.execution.RowMapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rows that have a provider's plain form. The mappings stay the word of what a row says: the first and then
 * every thousandth are held against them, and where they differ no row is read by the form any more.
 */
final class PlainRows {
    private static final int CHECKED = 1_000;
    private static final long LARGEST = 1 << 20;

    private final Path folder;
    private final Function<JsonNode, RowMapping.Row> mapping;
    private final AtomicLong rows = new AtomicLong();
    private volatile boolean reads = !RecordPath.isLong();
    private volatile @Nullable PlainRow form;

    /** @param mapping reads a row that has another form */
    PlainRows(Path folder, Function<JsonNode, RowMapping.Row> mapping) {
        this.folder = folder;
        this.mapping = mapping;
    }

    /** Reads the file now. */
    void check() {
        form();
    }

    private @Nullable PlainRow form() {
        PlainRow known = form;
        if (known == null && reads) {
            known = PlainRow.in(folder, written());
            form = known;
            reads = known != null;
        }
        return known;
    }

    private @Nullable JsonNode written() {
        Path file = PlainRow.file(folder);
        if (!Files.isRegularFile(file)) {
            return null;
        }
        try {
            return Json.written(TextFile.read(file, LARGEST));
        } catch (JsonProcessingException e) {
            throw new NotReadyException(file.toString(), Json.place(e), Json.reason(e));
        } catch (IOException e) {
            throw new NotReadyException(file.toString(), "", TextFile.trouble(e));
        }
    }

    /** A row of the plain form; null where it has another, or the provider has none. */
    RowMapping.@Nullable Row read(byte[] bytes, int length) {
        PlainRow known = reads ? form() : null;
        RowMapping.Row row = known == null ? null : known.read(bytes, length);
        if (row != null && rows.getAndIncrement() % CHECKED == 0 && !row.equals(mapped(bytes, length))) {
            reads = false;
            return null;
        }
        return row;
    }

    private RowMapping.@Nullable Row mapped(byte[] bytes, int length) {
        try {
            return mapping.apply(Json.mapper().readTree(bytes, 0, length));
        } catch (IOException e) {
            return null;
        }
    }
}
