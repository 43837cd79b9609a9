package dev.caravan.journal;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.base.UnitRecord;
import dev.caravan.base.UserMistakeException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** Reads JSONL files that we wrote: streamed, or one line at a known offset. */
public final class JsonLines {
    private static final int BUFFER = 1 << 16;
    private static final int FIRST_READ = 4096;

    private JsonLines() {}

    /** The packed form of a file, beside it or in its place. */
    public static Path packed(Path file) {
        return file.resolveSibling(file.getFileName() + ".gz");
    }

    /** Whether a file is there, packed or not. */
    public static boolean exists(Path file) {
        return Files.exists(file) || Files.exists(packed(file));
    }

    /** Bytes of a file as they are when it is not packed. */
    public static long size(Path file) throws IOException {
        if (Files.exists(file) || !Files.exists(packed(file))) {
            return Files.size(file);
        }
        try (InputStream in = open(file)) {
            return in.transferTo(OutputStream.nullOutputStream());
        }
    }

    /** Reads a file, packed or not; where both are there, the file itself. */
    public static InputStream open(Path file) throws IOException {
        return Files.exists(file) || !Files.exists(packed(file))
                ? Files.newInputStream(file)
                : new GZIPInputStream(Files.newInputStream(packed(file)), BUFFER);
    }

    /** Packs what is written, fast rather than small; whoever closes it closes what lies below. */
    public static OutputStream packing(OutputStream into) throws IOException {
        return new GZIPOutputStream(into, BUFFER) {
            {
                def.setLevel(Deflater.BEST_SPEED);
            }
        };
    }

    /** Takes a line as JSON. */
    public interface Line {
        /** @throws ForeignLineException where it is JSON, and not what we write into such a file */
        void take(long offset, JsonNode node);
    }

    /** A line of a file of ours that somebody else wrote, or changed. */
    public static final class ForeignLineException extends RuntimeException {
        public ForeignLineException(String message) {
            super(message);
        }
    }

    /**
     * The unit that a line is about.
     *
     * @param units of the run, children included
     * @throws ForeignLineException where it is about none
     */
    public static int unit(JsonNode line, int units) {
        JsonNode unit = line.path(UnitRecord.NUMBER);
        if (!unit.isInt() || unit.intValue() < 0 || unit.intValue() >= units) {
            throw new ForeignLineException("holds a line that is about no unit of the run");
        }
        return unit.intValue();
    }

    /** Takes the bytes of a line without its end; {@code whole} is false where the file stops without one. */
    public interface Bytes {
        void take(long offset, byte[] buffer, int length, boolean whole);
    }

    /** Every whole line in {@code [from, to)}; a torn one at the end is passed over. */
    public static void scan(Path file, long from, long to, Line line) {
        scanBytes(file, from, to, (offset, buffer, length, whole) -> {
            if (whole) {
                take(file, offset, parse(file, offset, buffer, length), line);
            }
        });
    }

    /** As {@link #scan}, of lines that may be sealed: those must be as they were written. */
    public static void scanSealed(Path file, long from, long to, Line line) {
        scanBytes(file, from, to, (offset, buffer, length, whole) -> {
            if (whole) {
                if (SealedLine.isBroken(buffer, length)) {
                    throw foreign(file, offset, "holds a line that does not match its checksum");
                }
                take(file, offset, parse(file, offset, buffer, length), line);
            }
        });
    }

    private static void take(Path file, long offset, JsonNode node, Line line) {
        try {
            line.take(offset, node);
        } catch (ForeignLineException e) {
            throw foreign(file, offset, e.getMessage());
        }
    }

    private static UserMistakeException foreign(Path file, long offset, @Nullable String what) {
        return new UserMistakeException(
                file.toString(),
                "byte " + offset,
                what + ": the file was changed or damaged. `caravan verify` says what is missing;"
                        + " bring the file back from a copy");
    }

    private static JsonNode parse(Path file, long offset, byte[] buffer, int length) {
        return parse(file, offset, buffer, 0, length);
    }

    /** A line that lies in a buffer. */
    static JsonNode parse(Path file, long offset, byte[] buffer, int from, int length) {
        try {
            JsonNode node = Json.mapper().readTree(buffer, from, length);
            if (node.isObject()) {
                return node;
            }
        } catch (IOException e) {
            // Said below; the place in the line is of no use, for nobody wrote it by hand.
        }
        throw foreign(file, offset, "holds a line that is no JSON object");
    }

    /** As {@link #scan}, unparsed, torn line included. */
    public static void scanBytes(Path file, long from, long to, Bytes bytes) {
        try (InputStream in = stream(file, from)) {
            var lines = new LineSplitter(from, bytes);
            byte[] block = new byte[BUFFER];
            long at = from;
            while (at < to) {
                int read = in.read(block, 0, (int) Math.min(block.length, to - at));
                if (read <= 0) {
                    break;
                }
                lines.take(block, read);
                at += read;
            }
            lines.end();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /** Cuts blocks of bytes into lines. One that lies within a block is handed on after a single copy. */
    private static final class LineSplitter {
        private final Bytes bytes;
        private byte[] line = new byte[FIRST_READ];
        private int length;
        private long start;

        LineSplitter(long from, Bytes bytes) {
            this.bytes = bytes;
            start = from;
        }

        void take(byte[] block, int count) {
            int from = 0;
            for (int end = LineEnds.next(block, 0, count); end >= 0; end = LineEnds.next(block, from, count)) {
                add(block, from, end - from);
                bytes.take(start, line, length, true);
                start += length + 1L;
                length = 0;
                from = end + 1;
            }
            add(block, from, count - from);
        }

        private void add(byte[] block, int from, int count) {
            if (length + count > line.length) {
                line = Arrays.copyOf(line, Math.max(line.length * 2, length + count));
            }
            System.arraycopy(block, from, line, length, count);
            length += count;
        }

        void end() {
            if (length > 0) {
                bytes.take(start, line, length, false);
            }
        }
    }

    private static InputStream stream(Path file, long from) throws IOException {
        InputStream in = open(file);
        in.skipNBytes(from);
        return in;
    }
}
