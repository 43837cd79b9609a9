package dev.caravan.pipeline;

import dev.caravan.base.UserMistakeException;
import java.io.IOException;
import java.io.Reader;
import java.util.Arrays;

/**
 * The lines of a text that somebody else wrote, a block of it at a time: each lies in {@link #chars} until the next one is
 * asked for. Lines end with LF, CRLF or CR.
 */
final class ItemLines {
    private static final int BLOCK = 1 << 16;

    private final Reader reader;
    private final String shownAs;
    private final int longest;
    private char[] chars = new char[BLOCK];
    /** How much of it holds text. */
    private int filled;

    private boolean ended;
    private int from;
    private int to;
    private int next;
    /** Whether the last line ended with CR, to which a LF that follows belongs. */
    private boolean returned;

    private int number;

    /** @param longest characters that a line may have */
    ItemLines(Reader reader, String shownAs, int longest) {
        this.reader = reader;
        this.shownAs = shownAs;
        this.longest = longest;
    }

    /** Goes to the next line; false at the end of the text. Only as much is read as a line may be long. */
    boolean next() throws IOException {
        number++;
        from = next;
        passLineFeed();
        int at = from;
        while (true) {
            while (at < filled && chars[at] != '\n' && chars[at] != '\r') {
                at++;
            }
            if (at - from > longest) {
                throw new UserMistakeException(shownAs, "line " + number, "is longer than " + (longest >> 20) + " MB");
            }
            if (at < filled) {
                to = at;
                next = at + 1;
                returned = chars[at] == '\r';
                return true;
            }
            int known = at - from;
            boolean more = fill();
            at = from + known;
            if (!more) {
                to = at;
                next = at;
                return known > 0;
            }
        }
    }

    private void passLineFeed() throws IOException {
        if (returned && (from < filled || fill()) && chars[from] == '\n') {
            from++;
        }
        returned = false;
    }

    /** Reads on behind what is known of the line, which moves to the front; false when there is nothing more. */
    private boolean fill() throws IOException {
        if (ended) {
            return false;
        }
        if (from > 0) {
            System.arraycopy(chars, from, chars, 0, filled - from);
            filled -= from;
            from = 0;
        }
        if (filled == chars.length) {
            chars = Arrays.copyOf(chars, chars.length * 2);
        }
        int read = reader.read(chars, filled, chars.length - filled);
        ended = read < 0;
        filled += Math.max(0, read);
        return !ended;
    }

    /** Where the line lies, from {@link #from}, {@link #length} characters. */
    char[] chars() {
        return chars;
    }

    int from() {
        return from;
    }

    int length() {
        return to - from;
    }

    /** Of the line in its file, from 1. */
    int number() {
        return number;
    }

    boolean isBlank() {
        int at = from;
        while (at < to && Character.isWhitespace(chars[at])) {
            at++;
        }
        return at == to;
    }
}
