package dev.caravan.arrival;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A zip file as a test wants it, lies and damage included. */
final class Zip {
    private record Patch(String entry, boolean central, BiConsumer<ByteBuffer, Integer> change) {}

    private record Entry(String name, ByteBuffer content) {}

    private final List<Entry> entries = new ArrayList<>();
    private final List<Patch> patches = new ArrayList<>();
    private byte[] given = {};
    private boolean isGiven;

    static Zip of(byte[] bytes) {
        var zip = new Zip();
        zip.given = bytes;
        zip.isGiven = true;
        return zip;
    }

    Zip with(String name, String content) {
        entries.add(new Entry(name, ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8))));
        return this;
    }

    /** What cannot be made any smaller. */
    Zip noise(String name, int length) {
        var content = new byte[length];
        new Random(1).nextBytes(content);
        entries.add(new Entry(name, ByteBuffer.wrap(content)));
        return this;
    }

    /** The kind and rights of a file, as Unix writes them. */
    Zip mode(String name, int mode) {
        return patch(name, true, (bytes, at) -> {
            bytes.putShort(at + 4, (short) (3 << 8 | 20));
            bytes.putInt(at + 38, mode << 16);
        });
    }

    Zip encrypted(String name) {
        return patch(name, true, (bytes, at) -> bytes.putShort(at + 8, (short) (bytes.getShort(at + 8) | 1)))
                .patch(name, false, (bytes, at) -> bytes.putShort(at + 6, (short) (bytes.getShort(at + 6) | 1)));
    }

    /** A header that says another size than comes out. */
    Zip claiming(String name, int size) {
        return patch(name, true, (bytes, at) -> bytes.putInt(at + 24, size));
    }

    Zip damaged(String name) {
        return patch(name, false, (bytes, at) -> {
            int in = at + 30 + name.length() + 100;
            bytes.put(in, (byte) ~bytes.get(in));
        });
    }

    /** To a name of the same length, in all headers. */
    Zip renamed(String name, String to) {
        byte[] letters = to.getBytes(StandardCharsets.UTF_8);
        return patch(name, false, (bytes, at) -> bytes.put(at + 30, letters))
                .patch(name, true, (bytes, at) -> bytes.put(at + 46, letters));
    }

    private Zip patch(String entry, boolean central, BiConsumer<ByteBuffer, Integer> change) {
        patches.add(new Patch(entry, central, change));
        return this;
    }

    byte[] bytes() throws IOException {
        if (isGiven) {
            return given;
        }
        var out = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(out)) {
            for (Entry each : entries) {
                zip.putNextEntry(new ZipEntry(each.name()));
                zip.write(each.content().array());
                zip.closeEntry();
            }
        }
        var bytes = ByteBuffer.wrap(out.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
        for (Patch each : patches) {
            each.change().accept(bytes, header(bytes, each));
        }
        return bytes.array();
    }

    private static int header(ByteBuffer bytes, Patch patch) {
        byte[] name = patch.entry().getBytes(StandardCharsets.UTF_8);
        int signature = patch.central() ? 0x02014b50 : 0x04034b50;
        int before = patch.central() ? 46 : 30;
        for (int at = 0; at + before + name.length <= bytes.limit(); at++) {
            var found = new byte[name.length];
            bytes.get(at + before, found);
            if (bytes.getInt(at) == signature && Arrays.equals(found, name)) {
                return at;
            }
        }
        throw new IllegalArgumentException("no header of " + patch.entry());
    }
}
