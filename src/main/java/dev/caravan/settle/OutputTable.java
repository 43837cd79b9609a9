package dev.caravan.settle;

import dev.caravan.base.Csv;
import dev.caravan.base.JsonBytes;
import dev.caravan.base.JsonMembers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code results.csv}: a column for each field that any record has, in the order in which they first appear. Rows are made
 * of a record's bytes; only cells that hold an escape become texts on the way.
 */
final class OutputTable {
    private static final byte[] NULL = JsonMembers.name("null");
    private static final int NONE = -1;

    private final Map<String, Integer> columns = new LinkedHashMap<>();
    /** The names of the columns as they are written. */
    private final List<byte[]> names = new ArrayList<>();
    /** By column, the member of a record that stands there. */
    private int[] cells = {};

    /** Whether the columns are known: rows have been written by them, and another one needs a new table. */
    private boolean fixed;

    private boolean outgrown;

    /** Whether a record had a field that the rows before it have no column for. */
    boolean isOutgrown() {
        return outgrown;
    }

    /** What was seen of the columns is all there is: from here on rows are written by them. */
    void begin() {
        fixed = true;
        outgrown = false;
    }

    byte[] header() {
        return Csv.line(List.copyOf(columns.keySet()));
    }

    /** Finds the columns of a record; where it is the first one, these are the columns. */
    void see(byte[] line, JsonMembers members) {
        Arrays.fill(cells, NONE);
        int next = 0;
        for (int member = 0; member < members.count(); member++) {
            if (OutputRecord.isInternal(line, members, member)) {
                continue;
            }
            int column =
                    isNamed(next, line, members, member) ? next : column(members.name(member), line, members, member);
            cells[column] = member;
            next = column + 1;
        }
        fixed = true;
    }

    private boolean isNamed(int column, byte[] line, JsonMembers members, int member) {
        return column < names.size()
                && Arrays.equals(
                        names.get(column),
                        0,
                        names.get(column).length,
                        line,
                        members.nameFrom(member),
                        members.nameTo(member));
    }

    private int column(String name, byte[] line, JsonMembers members, int member) {
        Integer known = columns.get(name);
        if (known != null) {
            return known;
        }
        outgrown |= fixed;
        columns.put(name, columns.size());
        names.add(Arrays.copyOfRange(line, members.nameFrom(member), members.nameTo(member)));
        cells = Arrays.copyOf(cells, columns.size());
        cells[columns.size() - 1] = NONE;
        return columns.size() - 1;
    }

    /** Writes the row of the record that was seen last. */
    void row(byte[] line, JsonMembers members, JsonBytes into) {
        for (int i = 0; i < cells.length; i++) {
            if (i > 0) {
                into.write(',');
            }
            if (cells[i] == NONE) {
                into.ascii("\"\"");
            } else {
                cell(line, members, cells[i], into);
            }
        }
        into.ascii("\r\n");
    }

    private static void cell(byte[] line, JsonMembers members, int member, JsonBytes into) {
        int from = members.from(member);
        int to = members.to(member);
        if (!members.isText(member)) {
            if (Arrays.equals(line, from, to, NULL, 0, NULL.length)) {
                into.ascii("\"\"");
            } else {
                quoted(line, from, to, into);
            }
        } else if (isSimple(line, from + 1, to - 1)) {
            quoted(line, from + 1, to - 1, into);
        } else {
            into.raw(Csv.cell(members.text(member)).getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Whether a text stands for itself: it holds no escape, and begins with nothing that a spreadsheet might compute. */
    private static boolean isSimple(byte[] line, int from, int to) {
        if (from == to || "=+-@".indexOf(line[from]) >= 0) {
            return false;
        }
        for (int i = from; i < to; i++) {
            if (line[i] == '\\') {
                return false;
            }
        }
        return true;
    }

    private static void quoted(byte[] line, int from, int to, JsonBytes into) {
        boolean plain = true;
        for (int i = from; i < to; i++) {
            plain &= line[i] != ',' && line[i] != '"';
        }
        if (plain) {
            into.write(line, from, to - from);
            return;
        }
        into.write('"');
        int begin = from;
        for (int i = from; i < to; i++) {
            if (line[i] == '"') {
                into.write(line, begin, i + 1 - begin);
                begin = i;
            }
        }
        into.write(line, begin, to - begin);
        into.write('"');
    }
}
