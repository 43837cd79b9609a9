package dev.caravan.journal;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.base.UnitRecord;
import dev.caravan.base.UserMistakeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
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
        try {
            JsonNode node = Json.mapper().readTree(buffer, 0, length);
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
        try (ReadableByteChannel channel = channel(file, from)) {
            byte[] line = new byte[BUFFER];
            int length = 0;
            long start = from;
            long at = from;
            var buffer = ByteBuffer.allocate(BUFFER);
            while (at < to && channel.read(buffer) > 0) {
                buffer.flip();
                while (buffer.hasRemaining() && at < to) {
                    byte next = buffer.get();
                    at++;
                    if (next == '\n') {
                        bytes.take(start, line, length, true);
                        length = 0;
                        start = at;
                    } else {
                        if (length == line.length) {
                            line = Arrays.copyOf(line, length * 2);
                        }
                        line[length++] = next;
                    }
                }
                buffer.clear();
            }
            if (length > 0) {
                bytes.take(start, line, length, false);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private static ReadableByteChannel channel(Path file, long from) throws IOException {
        if (Files.exists(file) || !Files.exists(packed(file))) {
            return FileChannel.open(file, StandardOpenOption.READ).position(from);
        }
        InputStream in = open(file);
        in.skipNBytes(from);
        return Channels.newChannel(in);
    }

    /** The line that begins at an offset. */
    public static JsonNode at(Path file, long offset) {
        if (!Files.exists(file) && Files.exists(packed(file))) {
            return atPacked(file, offset);
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            byte[] line = new byte[FIRST_READ];
            int length = 0;
            while (true) {
                var target = ByteBuffer.wrap(line, length, line.length - length);
                int read = channel.read(target, offset + length);
                for (int i = length; i < length + Math.max(0, read); i++) {
                    if (line[i] == '\n') {
                        return parse(file, offset, line, i);
                    }
                }
                if (read <= 0) {
                    throw new IOException("no line ends behind byte " + offset);
                }
                length += read;
                if (length == line.length) {
                    line = Arrays.copyOf(line, length * 2);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + " at byte " + offset, e);
        }
    }

    private static JsonNode atPacked(Path file, long offset) {
        try (InputStream in = open(file)) {
            in.skipNBytes(offset);
            var line = new ByteArrayOutputStream();
            for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
                line.write(next);
            }
            return parse(file, offset, line.toByteArray(), line.size());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + packed(file) + " at byte " + offset, e);
        }
    }
}
