package dev.caravan.repair;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.base.JsonMembers;
import dev.caravan.base.UnitRecord;
import java.io.IOException;

/** Whose a line is. Of one that is known to be as it was written, only that is looked for. */
final class UnitLine {
    /** Its number and its id stand first. */
    private static final int FIRST = 2;

    private static final byte[] ID = JsonMembers.name(UnitRecord.ID);
    private static final byte[] NUMBER = JsonMembers.name(UnitRecord.NUMBER);

    private final JsonMembers members = new JsonMembers();
    private int number;
    private String id = "";

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
