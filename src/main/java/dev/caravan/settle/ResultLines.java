package dev.caravan.settle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.JsonBytes;
import dev.caravan.base.JsonMembers;
import java.io.IOException;
import java.io.OutputStream;

/** Makes of records the lines of {@code results.jsonl} and the rows of {@code results.csv}, side by side. */
final class ResultLines {
    private static final int FULL = 1 << 16;

    private final OutputTable table;
    private final OutputStream jsonl;
    private final OutputStream csv;
    private final JsonMembers members = new JsonMembers();
    private final JsonBytes lines = new JsonBytes(2 * FULL);
    private final JsonBytes rows = new JsonBytes(2 * FULL);
    private boolean begun;

    ResultLines(OutputTable table, OutputStream jsonl, OutputStream csv) {
        this.table = table;
        this.jsonl = jsonl;
        this.csv = csv;
    }

    /** Adds a record's line; false where it is not in the form in which we write, and was not taken. */
    boolean add(byte[] bytes, int from, int length) {
        if (!members.find(bytes, from, length)) {
            return false;
        }
        OutputRecord.write(bytes, members, lines);
        table.see(bytes, members);
        begin();
        if (!table.isOutgrown()) {
            table.row(bytes, members, rows);
        }
        return true;
    }

    void add(ObjectNode record) {
        byte[] line = Json.line(record);
        if (!add(line, 0, line.length - 1)) {
            throw new IllegalStateException("a record was written in another form than ours");
        }
    }

    private void begin() {
        if (!begun) {
            rows.raw(table.header());
            begun = true;
        }
    }

    /** Hands on what is made, when that is much. */
    void drain() throws IOException {
        if (lines.size() > FULL || rows.size() > FULL) {
            lines.drainTo(jsonl);
            rows.drainTo(csv);
        }
    }

    /** Hands on the rest. */
    void end() throws IOException {
        begin();
        lines.drainTo(jsonl);
        rows.drainTo(csv);
    }
}
