package dev.caravan.settle;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
}
