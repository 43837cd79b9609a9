package dev.caravan.base;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The names under which every record, reply and failure says whose it is. */
public final class UnitRecord {
    /** The unit's id, as its author knows it. */
    public static final String ID = "unit_id";

    /** The unit's number in its run, from 0. */
    public static final String NUMBER = "_n";

    private static final byte[] BEGIN = ("{\"" + ID + "\":\"").getBytes(StandardCharsets.US_ASCII);

    private UnitRecord() {}

    /** Whose it is; empty where it does not say so. */
    public static String id(JsonNode record) {
        return record.path(ID).asText();
    }

    /** The id that a line of ours begins with, which need not be read for it; empty where it begins otherwise. */
    public static String id(byte[] line, int from, int length) {
        if (length < BEGIN.length || !Arrays.equals(line, from, from + BEGIN.length, BEGIN, 0, BEGIN.length)) {
            return "";
        }
        for (int i = from + BEGIN.length; i < from + length; i++) {
            if (line[i] == '\\') {
                return "";
            }
            if (line[i] == '"') {
                return new String(line, from + BEGIN.length, i - from - BEGIN.length, StandardCharsets.UTF_8);
            }
        }
        return "";
    }

    /** The number of whose it is; -1 where it does not say so. */
    public static int number(JsonNode record) {
        return record.path(NUMBER).asInt(-1);
    }
}
