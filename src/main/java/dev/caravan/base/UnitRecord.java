package dev.caravan.base;

import com.fasterxml.jackson.databind.JsonNode;

/** The names under which every record, reply and failure says whose it is. */
public final class UnitRecord {
    /** The unit's id, as its author knows it. */
    public static final String ID = "unit_id";

    /** The unit's number in its run, from 0. */
    public static final String NUMBER = "_n";

    private UnitRecord() {}

    /** Whose it is; empty where it does not say so. */
    public static String id(JsonNode record) {
        return record.path(ID).asText();
    }

    /** The number of whose it is; -1 where it does not say so. */
    public static int number(JsonNode record) {
        return record.path(NUMBER).asInt(-1);
    }
}
