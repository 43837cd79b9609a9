package dev.caravan.repair;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.base.JsonMembers;
import dev.caravan.base.UnitRecord;
import dev.caravan.journal.JsonLines;
import java.io.IOException;
import java.nio.file.Path;

/** Whose a line is. Of one that is known to be as it was written, only that is looked for. */
final class UnitLine {
    /** Its number and its id stand first. */
    private static final int FIRST = 2;

    private static final byte[] ID = JsonMembers.name(UnitRecord.ID);
    private static final byte[] NUMBER = JsonMembers.name(UnitRecord.NUMBER);

    private final JsonMembers members = new JsonMembers();
    private int number;
    private String id = "";

    /** Takes a line's place and whose it is. */
    interface Taker {
        void take(long offset, int unit);
    }

    /**
     * Every whole line of a file before a byte, which a checksum says to be as they were written.
     *
     * @param units of the run
     * @throws dev.caravan.base.UserMistakeException where a line is nobody's all the same
     */
    static void scan(Path file, long to, int units, Taker taker) {
        var members = new JsonMembers();
        boolean[] ours = {true};
        JsonLines.scanBytes(file, 0, to, (offset, bytes, length, whole) -> {
            if (whole && ours[0]) {
                ours[0] = members.find(bytes, 0, length, FIRST);
                int unit = ours[0] ? members.number(members.of(NUMBER)) : -1;
                ours[0] = unit >= 0 && unit < units;
                if (ours[0]) {
                    taker.take(offset, unit);
                }
            }
        });
        if (!ours[0]) {
            JsonLines.scan(file, 0, to, (offset, node) -> taker.take(offset, JsonLines.unit(node, units)));
        }
    }

    /**
     * Looks at the next line.
     *
     * @param proven whether a checksum says that it is as it was written
     */
    void take(byte[] line, int length, boolean whole, boolean proven) {
        if (whole && proven && members.find(line, 0, length, FIRST)) {
            int named = members.of(ID);
            number = members.number(members.of(NUMBER));
            if (number >= 0 && members.isText(named)) {
                id = members.text(named);
                return;
            }
        }
        JsonNode node = whole ? read(line, length) : Json.object();
        number = UnitRecord.number(node);
        id = UnitRecord.id(node);
    }

    /** The line's object; an empty one for what is no JSON, which holds nothing that is asked for. */
    static JsonNode read(byte[] bytes, int count) {
        try {
            return Json.mapper().readTree(bytes, 0, count);
        } catch (IOException e) {
            return Json.object();
        }
    }

    /** -1 where it is nobody's. */
    int number() {
        return number;
    }

    String id() {
        return id;
    }
}
