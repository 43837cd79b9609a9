package dev.caravan.settle;

import dev.caravan.journal.JsonLines;
import java.nio.file.Path;

/** Reads results files: each row is what was written, or the file is refused with the place. */
public final class ReplyRowReader {
    private ReplyRowReader() {}

    /** Takes a row and the byte at which it begins. */
    public interface Taker {
        void take(long offset, ReplyRow row);
    }

    /**
     * Every whole row in {@code [from, to)}; a torn one at the end is passed over.
     *
     * @throws dev.caravan.base.UserMistakeException where a line is no row, or was changed
     */
    public static void scan(Path file, long from, long to, Taker taker) {
        JsonLines.scanSealed(file, from, to, (offset, node) -> taker.take(offset, ReplyRow.read(node)));
    }
}
