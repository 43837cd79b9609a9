package dev.caravan.arrival;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Goes through the central directory of a zip file for what the library does not tell: how many entries there are, that
 * one is encrypted, that one is a symbolic link.
 */
final class ZipIndex {
    private static final int END = 0x06054b50;
    private static final int END_SIZE = 22;
    private static final int LOCATOR = 0x07064b50;
    private static final int LOCATOR_SIZE = 20;
    private static final int LARGE_END = 0x06064b50;
    private static final int ENTRY = 0x02014b50;
    private static final int ENTRY_SIZE = 46;
    private static final int LARGEST_ENTRY = 16 << 10;
    private static final int LONGEST_COMMENT = 0xFFFF;
    private static final int KIND = 0xF000;
    private static final int LINK = 0xA000;
    private static final int FOLDER = 0x4000;
    private static final int FILE = 0x8000;

    private final String zip;
    private final int most;

    private ZipIndex(Path zip, int most) {
        this.zip = String.valueOf(zip.getFileName());
        this.most = most;
    }

    /** @return the number of entries, none of which is encrypted or a link */
    static int check(Path zip, int most) throws IOException, ArrivalRefusedException {
        try (FileChannel channel = FileChannel.open(zip, StandardOpenOption.READ)) {
            return new ZipIndex(zip, most).entries(channel);
        }
    }

    private ArrivalRefusedException refused(ArrivalRefusal.Kind kind, String place, String wrong, String right) {
        return new ArrivalRefusedException(new ArrivalRefusal(kind, zip, place, wrong, right));
    }

    private ArrivalRefusedException broken(String wrong) {
        return refused(ArrivalRefusal.Kind.BROKEN, "", wrong, "copy it again, or pack it anew as a plain zip file");
    }

    private int entries(FileChannel channel) throws IOException, ArrivalRefusedException {
        long tail = Math.min(channel.size(), END_SIZE + LONGEST_COMMENT + LOCATOR_SIZE);
        ByteBuffer buffer = read(channel, channel.size() - tail, (int) tail);
        int end = end(buffer, (int) tail);
        int locator = end - LOCATOR_SIZE;
        EntryList list = locator >= 0 && buffer.getInt(locator) == LOCATOR
                ? large(channel, buffer.getLong(locator + 8))
                : new EntryList(u16(buffer, end + 10), u32(buffer, end + 12), channel.size() - tail + end);
        if (list.count < 0 || list.count > most) {
            throw refused(
                    ArrivalRefusal.Kind.TOO_MANY,
                    "",
                    "has more than " + most + " entries",
                    "keep to fewer, larger files");
        }
        if (list.size < 0 || list.size > list.end || list.size > list.count * LARGEST_ENTRY) {
            throw broken("has a damaged list of entries");
        }
        return walk(read(channel, list.end - list.size, (int) list.size), (int) list.count);
    }

    /** What a zip file says of its list of entries. */
    private record EntryList(long count, long size, long end) {}

    /** Where the record begins that ends a zip file; a comment may stand behind it. */
    private int end(ByteBuffer buffer, int tail) throws ArrivalRefusedException {
        int end = tail - END_SIZE;
        while (end >= 0 && !(buffer.getInt(end) == END && end + END_SIZE + u16(buffer, end + 20) == tail)) {
            end--;
        }
        if (end < 0) {
            throw broken("is no complete zip file: it has no list of its entries at the end");
        }
        return end;
    }

    private EntryList large(FileChannel channel, long end) throws IOException, ArrivalRefusedException {
        if (end < 0 || end > channel.size() - 56) {
            throw broken("says that its list of entries is where it ends");
        }
        ByteBuffer record = read(channel, end, 56);
        if (record.getInt(0) != LARGE_END) {
            throw broken("has a damaged list of entries");
        }
        return new EntryList(record.getLong(32), record.getLong(40), end);
    }

    private int walk(ByteBuffer list, int count) throws ArrivalRefusedException {
        int at = 0;
        for (int i = 0; i < count; i++) {
            if (at + ENTRY_SIZE > list.limit() || list.getInt(at) != ENTRY) {
                throw broken("has a damaged list of entries");
            }
            int name = u16(list, at + 28);
            int next = at + ENTRY_SIZE + name + u16(list, at + 30) + u16(list, at + 32);
            if (next > list.limit()) {
                throw broken("has a damaged list of entries");
            }
            var bytes = new byte[name];
            list.get(at + ENTRY_SIZE, bytes);
            look(
                    new String(bytes, StandardCharsets.UTF_8),
                    u16(list, at + 8),
                    (int) (u32(list, at + 38) >>> 16) & KIND);
            at = next;
        }
        return count;
    }

    private void look(String place, int flags, int kind) throws ArrivalRefusedException {
        if ((flags & 1) != 0) {
            throw refused(ArrivalRefusal.Kind.ENCRYPTED, place, "is encrypted", "pack it without a password");
        }
        if (kind == LINK) {
            throw refused(
                    ArrivalRefusal.Kind.LINK, place, "is a symbolic link", "pack the file itself (zip without -y)");
        }
        if (kind != 0 && kind != FILE && kind != FOLDER) {
            throw refused(ArrivalRefusal.Kind.SPECIAL, place, "is neither a file nor a folder", "leave it out");
        }
    }

    private static ByteBuffer read(FileChannel channel, long from, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining() && channel.read(buffer, from + buffer.position()) >= 0) {
            // until all is read
        }
        return buffer;
    }

    private static int u16(ByteBuffer buffer, int at) {
        return buffer.getShort(at) & 0xFFFF;
    }

    private static long u32(ByteBuffer buffer, int at) {
        return buffer.getInt(at) & 0xFFFFFFFFL;
    }
}
