package dev.caravan.settle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.JsonBytes;
import dev.caravan.base.JsonMembers;
import java.util.Map;

/** A unit's record as people get it. */
final class OutputRecord {
    private OutputRecord() {}

    /** The record, from which the fields that are the system's were taken out. */
    static ObjectNode withoutInternal(ObjectNode record) {
        record.remove(record.properties().stream()
                .map(Map.Entry::getKey)
                .filter(name -> name.startsWith("_"))
                .toList());
        return record;
    }

    /** Whether a member of a record's line is the system's. */
    static boolean isInternal(byte[] line, JsonMembers members, int member) {
        return members.nameTo(member) > members.nameFrom(member) && line[members.nameFrom(member)] == '_';
    }

    /** Writes the line of a record without such members, as {@link #withoutInternal} leaves it. */
    static void write(byte[] line, JsonMembers members, JsonBytes into) {
        into.write('{');
        int begun = into.size();
        for (int i = 0; i < members.count(); i++) {
            if (!isInternal(line, members, i)) {
                if (into.size() > begun) {
                    into.write(',');
                }
                into.write(line, members.nameFrom(i) - 1, members.to(i) - members.nameFrom(i) + 1);
            }
        }
        into.ascii("}\n");
    }
}
