package dev.caravan.settle;

import dev.caravan.base.RecordPath;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Replies by their call keys, as far as a bound of memory allows: what is not here is read from the results file. Those
 * of a job are kept from their booking to their settling, so that they need not be read back; what is kept was written
 * and synced before, and says the same.
 */
public final class BookedReplies {
    /** Characters of replies. */
    private static final int MOST = 4_000_000;

    private static final int AROUND = 300;

    private final Map<String, ReplyRow> rows = new HashMap<>();
    private final int most = RecordPath.isLong() ? 0 : MOST;
    private int characters;

    /** Keeps a row that is written and booked, unless there are too many; the first of a call counts. */
    public boolean add(ReplyRow row) {
        int more = row.text().length() + row.detail().length() + AROUND;
        if (more > most - characters) {
            return false;
        }
        if (rows.putIfAbsent(row.key(), row) == null) {
            characters += more;
        }
        return true;
    }

    public boolean has(String key) {
        return rows.containsKey(key);
    }

    @Nullable ReplyRow get(String key) {
        return rows.get(key);
    }
}
