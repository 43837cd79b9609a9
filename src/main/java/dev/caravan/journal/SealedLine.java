package dev.caravan.journal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.JsonBytes;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A line with an object's text and, as its last member, the checksum of that text: {@code {…,"crc":"8 hex digits"}}, the
 * CRC-32C of the line's bytes before {@code ,"crc"}.
 */
public final class SealedLine {
    private static final byte[] MEMBER = ",\"crc\":\"".getBytes(StandardCharsets.US_ASCII);
    /** {@code ,"crc":"01234567"}} at the end of each line. */
    private static final int LENGTH = MEMBER.length + 10;

    private SealedLine() {}

    /** The line of an object, with its line break. */
    public static byte[] of(ObjectNode node) {
        var bytes = new JsonBytes();
        write(node, bytes);
        return bytes.toBytes();
    }

    /** Writes the line of an object, with its line break. */
    static void write(ObjectNode node, JsonBytes into) {
        int from = into.size();
        into.value(node);
        into.cut(into.size() - 1);
        end(into, from);
    }

    /** Ends a line that was written from a place on, all but its object's closing bracket. */
    public static void end(JsonBytes into, int from) {
        String crc = hex(into.crc(from));
        into.raw(MEMBER).ascii(crc).ascii("\"}\n");
    }

    /** What is wrong with a line that must be sealed; null when nothing is. */
    public static @Nullable String check(byte[] bytes, int length) {
        if (length <= LENGTH) {
            return "the line is too short";
        }
        return isSealed(bytes, length) ? broken(bytes, length) : "the line has no crc";
    }

    /** Whether a line is sealed and was changed since. One that is not sealed, as an earlier version wrote, is not. */
    public static boolean isBroken(byte[] bytes, int length) {
        return length > LENGTH && isSealed(bytes, length) && broken(bytes, length) != null;
    }

    private static boolean isSealed(byte[] bytes, int length) {
        int at = length - LENGTH;
        for (int i = 0; i < MEMBER.length; i++) {
            if (bytes[at + i] != MEMBER[i]) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable String broken(byte[] bytes, int length) {
        int at = length - LENGTH;
        String written = new String(bytes, at + MEMBER.length, 8, StandardCharsets.US_ASCII);
        return written.equals(crc(bytes, at)) ? null : "the line does not match its crc";
    }

    private static String crc(byte[] bytes, int length) {
        var crc = new CRC32C();
        crc.update(bytes, 0, length);
        return hex(crc.getValue());
    }

    private static String hex(long crc) {
        return HexFormat.of().toHexDigits((int) crc);
    }
}
