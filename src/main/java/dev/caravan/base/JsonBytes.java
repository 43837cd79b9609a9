package dev.caravan.base;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * JSON in UTF-8 as it is put together: byte for byte what {@link Json#text} makes, without the text in between. It grows
 * as it must and is used again after {@link #clear}. Not for several threads.
 */
public final class JsonBytes extends OutputStream {
    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);
    /** By its code, what stands behind a backslash for a character; 0 for one that stands for itself and is no question mark. */
    private static final byte[] ESCAPES = escapes();

    private static final byte BY_NUMBER = 'u';

    private byte[] bytes;
    private int size;

    public JsonBytes() {
        this(1 << 10);
    }

    public JsonBytes(int capacity) {
        bytes = new byte[capacity];
    }

    private static byte[] escapes() {
        byte[] escapes = new byte[128];
        Arrays.fill(escapes, 0, ' ', BY_NUMBER);
        escapes['"'] = '"';
        escapes['\\'] = '\\';
        escapes['\b'] = 'b';
        escapes['\t'] = 't';
        escapes['\f'] = 'f';
        escapes['\n'] = 'n';
        escapes['\r'] = 'r';
        escapes['?'] = '?';
        return escapes;
    }

    public int size() {
        return size;
    }

    /** What was written lies at its beginning, {@link #size} long. Not a copy. */
    public byte[] array() {
        return bytes;
    }

    /** A copy of what was written. */
    public byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    public void clear() {
        size = 0;
    }

    /** Takes back all behind a length. */
    public void cut(int length) {
        size = Math.min(size, length);
    }

    private void room(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }

    @Override
    public void write(int one) {
        room(1);
        bytes[size++] = (byte) one;
    }

    @Override
    public void write(byte[] from, int at, int length) {
        room(length);
        System.arraycopy(from, at, bytes, size, length);
        size += length;
    }

    /** Bytes as they are. */
    public JsonBytes raw(byte[] from) {
        write(from, 0, from.length);
        return this;
    }

    /** Text of ASCII signs alone, as it is. */
    @SuppressWarnings("deprecation") // The form that copies without a charset is what is wanted of ASCII.
    public JsonBytes ascii(String text) {
        room(text.length());
        text.getBytes(0, text.length(), bytes, size);
        size += text.length();
        return this;
    }

    public JsonBytes number(long value) {
        return ascii(Long.toString(value));
    }

    /** A text as a value, in quotes. */
    public JsonBytes quoted(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        boolean ascii = utf8.length == text.length();
        if (!ascii && LoneSurrogates.in(text)) {
            return quotedSlowly(text);
        }
        room(utf8.length + 2);
        bytes[size++] = '"';
        int from = 0;
        int begin = size;
        for (int i = plainUntil(utf8, 0); i < utf8.length; i = plainUntil(utf8, i + 1)) {
            if (utf8[i] != '?') {
                write(utf8, from, i - from);
                escape(utf8[i]);
                from = i + 1;
            } else if (ascii && text.charAt(i) != '?') {
                // What was half of a pair is a question mark in the bytes.
                size = begin - 1;
                return quotedSlowly(text);
            }
        }
        write(utf8, from, utf8.length - from);
        write('"');
        return this;
    }

    /** Where the next byte is that is escaped or a question mark; behind the last where there is none. */
    private static int plainUntil(byte[] utf8, int from) {
        byte[] escapes = ESCAPES;
        for (int i = from; i < utf8.length; i++) {
            byte each = utf8[i];
            if (each >= 0 && escapes[each] != 0) {
                return i;
            }
        }
        return utf8.length;
    }

    private void escape(byte sign) {
        room(6);
        bytes[size++] = '\\';
        bytes[size++] = ESCAPES[sign];
        if (ESCAPES[sign] == BY_NUMBER) {
            bytes[size++] = '0';
            bytes[size++] = '0';
            bytes[size++] = HEX[sign >> 4];
            bytes[size++] = HEX[sign & 15];
        }
    }

    private JsonBytes quotedSlowly(String text) {
        return raw(Json.utf8(Json.object().textNode(text)));
    }

    /** A value, on one line. */
    public JsonBytes value(JsonNode node) {
        return raw(Json.utf8(node));
    }

    /** The CRC-32C of what stands behind a length. */
    public long crc(int from) {
        var crc = new CRC32C();
        crc.update(bytes, from, size - from);
        return crc.getValue();
    }

    /** Hands all on and begins anew. */
    public void drainTo(OutputStream out) throws IOException {
        out.write(bytes, 0, size);
        size = 0;
    }
}
