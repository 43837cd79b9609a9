package dev.caravan.settle;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Disk;
import dev.caravan.base.Json;
import dev.caravan.journal.JsonLines;
import dev.caravan.journal.SealedLine;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What stands in a results file behind what the journal knows. A power cut can leave bytes there that nobody wrote, and
 * an editor a row twice: such lines count for nothing. What was in them is as if it had never come, so its call stays at
 * risk, or its job's results are read once more.
 */
public final class ResultsTail {

    /** A row that is as it was written, and stands once; it ends before the byte {@code end}. */
    public record Row(long offset, long end, ReplyRow row) {}

    private final Path file;
    private final List<Row> rows = new ArrayList<>();
    private final Set<Long> damaged = new HashSet<>();
    private final Set<Long> doubled = new HashSet<>();

    /** @param known bytes that the journal knows of */
    public ResultsTail(Path file, long known) {
        this.file = file;
        var calls = new HashSet<String>();
        JsonLines.scanBytes(file, 0, Long.MAX_VALUE, (offset, bytes, length, whole) -> {
            ReplyRow row = whole ? row(bytes, length) : null;
            if (offset < known) {
                calls.add(row == null ? "" : row.key());
            } else if (whole && row == null) {
                damaged.add(offset);
            } else if (row != null && !calls.add(row.key())) {
                doubled.add(offset);
            } else if (row != null) {
                rows.add(new Row(offset, offset + length + 1, row));
            }
        });
    }

    private static @Nullable ReplyRow row(byte[] bytes, int length) {
        if (SealedLine.isBroken(bytes, length)) {
            return null;
        }
        try {
            JsonNode node = Json.mapper().readTree(bytes, 0, length);
            return ReplyRow.readable(node) ? ReplyRow.read(node) : null;
        } catch (IOException e) {
            return null;
        }
    }

    public List<Row> rows() {
        return rows;
    }

    public boolean whole() {
        return damaged.isEmpty() && doubled.isEmpty();
    }

    /** What is wrong, in words. */
    public String trouble() {
        var words = new ArrayList<String>();
        if (!damaged.isEmpty()) {
            words.add(damaged.size() + " damaged");
        }
        if (!doubled.isEmpty()) {
            words.add(doubled.size() + " double");
        }
        return String.join(" and ", words) + " lines behind what was booked";
    }

    /** Takes what counts for nothing out of the file; damaged lines are kept beside it. */
    public void mend(Disk disk) {
        if (!damaged.isEmpty()) {
            keep(disk, file.resolveSibling(file.getFileName() + ".damaged"));
        }
        try (Disk.Replacement replacement = disk.replaceStreaming(file)) {
            OutputStream out = replacement.out();
            eachLine(offset -> !damaged.contains(offset) && !doubled.contains(offset), line -> {
                try {
                    out.write(line);
                } catch (IOException e) {
                    throw new UncheckedIOException("cannot write " + file, e);
                }
            });
            replacement.commit();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    private void keep(Disk disk, Path beside) {
        try (Disk.Appender kept = disk.append(beside, Files.exists(beside) ? Files.size(beside) : 0)) {
            eachLine(damaged::contains, kept::write);
            kept.force();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + beside, e);
        }
    }

    private void eachLine(LongPredicate wanted, Consumer<byte[]> taker) {
        JsonLines.scanBytes(file, 0, Long.MAX_VALUE, (offset, bytes, length, whole) -> {
            if (whole && wanted.test(offset)) {
                byte[] line = Arrays.copyOf(bytes, length + 1);
                line[length] = '\n';
                taker.accept(line);
            }
        });
    }
}
