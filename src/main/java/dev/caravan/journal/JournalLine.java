package dev.caravan.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.base.JsonMembers;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * What stands at the head of a line whose seal holds: enough to follow the sequence, and to leave the event unread where
 * nobody asks for it.
 */
final class JournalLine {
    /** The type of a line that commits those before it. */
    static final String COMMIT = "Commit";

    private static final byte[] SEQ = JsonMembers.name("seq");
    private static final byte[] TIME = JsonMembers.name("time");
    private static final byte[] TYPE = JsonMembers.name("type");
    private static final byte[] EPOCH = JsonMembers.name("epoch");
    private static final byte[] EVENTS = JsonMembers.name("events");
    /** Its members that stand before the body. */
    private static final int HEAD = 5;

    private static final int MOST_DIGITS = 18;

    private final JsonMembers members = new JsonMembers();
    private long seq;
    private long events;
    private long epoch;
    private String type = "";
    private String time = "";

    /** Reads the head of the next line; false for a line that is none of ours. */
    boolean take(byte[] bytes, int length) {
        boolean ends = length > 1 && bytes[length - 2] == '"' && bytes[length - 1] == '}';
        if (ends && members.find(bytes, 0, length, HEAD)) {
            seq = number(bytes, SEQ);
            type = text(TYPE);
            time = text(TIME);
            epoch = number(bytes, EPOCH);
            events = number(bytes, EVENTS);
            if (seq >= 0 && !type.isEmpty() && (isCommit() ? events >= 0 : epoch >= 0 && !time.isEmpty())) {
                return true;
            }
        }
        return readWhole(parse(bytes, length));
    }

    /** Of a line that stands in another form. */
    private boolean readWhole(@Nullable JsonNode node) {
        if (node == null) {
            return false;
        }
        seq = node.path("seq").longValue();
        events = node.path("events").longValue();
        epoch = node.path("epoch").longValue();
        type = node.path("type").asText();
        time = node.path("time").asText();
        return true;
    }

    private String text(byte[] name) {
        int member = members.of(name);
        return members.isText(member) ? members.text(member) : "";
    }

    /** -1 where there is none. */
    private long number(byte[] bytes, byte[] name) {
        int member = members.of(name);
        if (member < 0 || members.to(member) - members.from(member) > MOST_DIGITS) {
            return -1;
        }
        long number = 0;
        for (int i = members.from(member); i < members.to(member); i++) {
            if (bytes[i] < '0' || bytes[i] > '9') {
                return -1;
            }
            number = number * 10 + bytes[i] - '0';
        }
        return number;
    }

    long seq() {
        return seq;
    }

    boolean isCommit() {
        return type.equals(COMMIT);
    }

    /** Of a commit, how many lines it commits. */
    long events() {
        return events;
    }

    String type() {
        return type;
    }

    /** Of an event, when it was written. */
    String time() {
        return time;
    }

    /** Of an event, by whose lease it was written. */
    long epoch() {
        return epoch;
    }

    /** A whole line; null where it is no object. */
    static @Nullable JsonNode parse(byte[] bytes, int length) {
        try {
            JsonNode node = Json.mapper().readTree(bytes, 0, length);
            return node.isObject() ? node : null;
        } catch (JsonProcessingException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
