package dev.caravan.base;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The members of one object, found in its bytes without making a tree of them: where each name and each value lies. For
 * lines that {@link Json#line} wrote and that are known to be as they were written, since values are passed over and not
 * held to the grammar. What stands there in another form, such as with blanks, is not taken. Used again and again, by
 * one thread.
 */
public final class JsonMembers {
    private static final int PLACES = 4;
    private static final int MOST_DIGITS = 9;

    private byte[] bytes = {};
    /** Of each member: where its name begins and ends, and its value. */
    private int[] places = new int[16 * PLACES];

    private int count;

    /** Names are compared as they are written; ours need no escape. */
    public static byte[] name(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }

    /** Finds all members; false where it is no object in our form. */
    public boolean find(byte[] line, int from, int length) {
        return find(line, from, length, Integer.MAX_VALUE);
    }

    /** Finds the first members, at most so many; false where it does not begin as an object in our form. */
    public boolean find(byte[] line, int from, int length, int most) {
        bytes = line;
        count = 0;
        int end = from + length;
        int at = from + 1;
        if (length < 2 || line[from] != '{' || line[end - 1] != '}') {
            return false;
        }
        if (length == 2) {
            return true;
        }
        while (at < end) {
            int nameEnd = text(at, end);
            if (nameEnd < 0 || nameEnd + 1 >= end || line[nameEnd] != ':') {
                return false;
            }
            int valueEnd = value(nameEnd + 1, end);
            if (valueEnd < 0 || valueEnd >= end) {
                return false;
            }
            add(at + 1, nameEnd - 1, nameEnd + 1, valueEnd);
            if (line[valueEnd] == '}') {
                return valueEnd == end - 1;
            }
            if (count == most) {
                return true;
            }
            if (line[valueEnd] != ',') {
                return false;
            }
            at = valueEnd + 1;
        }
        return false;
    }

    private void add(int nameFrom, int nameTo, int from, int to) {
        int at = count * PLACES;
        if (at == places.length) {
            places = Arrays.copyOf(places, places.length * 2);
        }
        places[at] = nameFrom;
        places[at + 1] = nameTo;
        places[at + 2] = from;
        places[at + 3] = to;
        count++;
    }

    /** Behind the text that begins at a place; -1 where none does, or it has no end. */
    private int text(int from, int end) {
        if (bytes[from] != '"') {
            return -1;
        }
        for (int at = from + 1; at < end; at++) {
            byte next = bytes[at];
            if (next == '"') {
                return at + 1;
            }
            at += next == '\\' ? 1 : 0;
        }
        return -1;
    }

    private int value(int from, int end) {
        byte first = bytes[from];
        if (first == '"') {
            return text(from, end);
        }
        return first == '{' || first == '[' ? container(from, end) : word(from, end);
    }

    private int container(int from, int end) {
        int depth = 0;
        int at = from;
        while (at < end) {
            byte next = bytes[at];
            if (next == '"') {
                at = text(at, end);
                if (at < 0) {
                    return -1;
                }
                continue;
            }
            depth += next == '{' || next == '[' ? 1 : next == '}' || next == ']' ? -1 : 0;
            at++;
            if (depth == 0) {
                return at;
            }
        }
        return -1;
    }

    /** A number, true, false or null. */
    private int word(int from, int end) {
        int at = from;
        while (at < end && isOfWord(bytes[at])) {
            at++;
        }
        return at == from ? -1 : at;
    }

    private static boolean isOfWord(byte sign) {
        return (sign >= '0' && sign <= '9')
                || (sign >= 'a' && sign <= 'z')
                || sign == '-'
                || sign == '+'
                || sign == '.'
                || sign == 'E';
    }

    public int count() {
        return count;
    }

    /** The number of the member of a name; -1 where there is none. */
    public int of(byte[] name) {
        for (int i = 0; i < count; i++) {
            if (Arrays.equals(bytes, nameFrom(i), nameTo(i), name, 0, name.length)) {
                return i;
            }
        }
        return -1;
    }

    /** A member's name, its escapes read. */
    public String name(int member) {
        return unquoted(nameFrom(member) - 1, nameTo(member) + 1);
    }

    /** Where a member's name begins, behind its quote. */
    public int nameFrom(int member) {
        return places[member * PLACES];
    }

    /** Where the quote behind a member's name is. */
    public int nameTo(int member) {
        return places[member * PLACES + 1];
    }

    /** Where a member's value begins. */
    public int from(int member) {
        return places[member * PLACES + 2];
    }

    /** Behind a member's value. */
    public int to(int member) {
        return places[member * PLACES + 3];
    }

    public boolean isText(int member) {
        return member >= 0 && bytes[from(member)] == '"';
    }

    /** The value of a member that is a text. */
    public String text(int member) {
        return unquoted(from(member), to(member));
    }

    private String unquoted(int from, int to) {
        for (int i = from + 1; i < to - 1; i++) {
            if (bytes[i] == '\\') {
                return node(from, to).textValue();
            }
        }
        return new String(bytes, from + 1, to - from - 2, StandardCharsets.UTF_8);
    }

    /** The value of a member that is a whole number of few digits; -1 where it is another or none, or there is no member. */
    public int number(int member) {
        if (member < 0 || to(member) - from(member) > MOST_DIGITS) {
            return -1;
        }
        int number = 0;
        for (int i = from(member); i < to(member); i++) {
            if (bytes[i] < '0' || bytes[i] > '9') {
                return -1;
            }
            number = number * 10 + bytes[i] - '0';
        }
        return number;
    }

    /** The value of a member as a tree. */
    public JsonNode node(int member) {
        return node(from(member), to(member));
    }

    private JsonNode node(int from, int to) {
        return Json.parse(Arrays.copyOfRange(bytes, from, to));
    }
}
