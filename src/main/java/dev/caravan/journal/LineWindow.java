package dev.caravan.journal;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Single lines of files that we wrote, each by its offset. It keeps the last stretch of the last file, so that offsets
 * which lie close together, as those of a chunk's units do, cost one read for many. For one thread and one pass: a file
 * that was replaced meanwhile would be read as it was.
 */
public final class LineWindow implements Closeable {
    private static final int STRETCH = 1 << 18;
    /** Read for a line that lies elsewhere: it may be the only one that is wanted there. */
    private static final int FIRST = 1 << 13;

    private final int stretch;
    private @Nullable Path file;
    private @Nullable FileChannel channel;
    /** What a packed file holds, from the byte {@link #start} on. */
    private @Nullable InputStream packed;

    private long packedAt;
    private byte[] bytes = {};
    private long start;
    private int count;
    private int wanted = FIRST;

    public LineWindow() {
        this(STRETCH);
    }

    private LineWindow(int stretch) {
        this.stretch = stretch;
    }

    /** The one line that is wanted of a file. */
    public static JsonNode only(Path of, long offset) {
        try (var window = new LineWindow(FIRST / 2)) {
            return window.at(of, offset);
        }
    }

    /** Takes a line where it lies; the bytes are the window's own and change with its next line. */
    public interface Taker<T> {
        T take(byte[] bytes, int from, int length);
    }

    /** The line that begins at an offset, as JSON. */
    public JsonNode at(Path of, long offset) {
        return at(of, offset, (buffer, from, length) -> JsonLines.parse(of, offset, buffer, from, length));
    }

    /** What is made of the line that begins at an offset. */
    public <T> T at(Path of, long offset, Taker<T> taker) {
        int from;
        int end;
        try {
            if (!of.equals(file)) {
                open(of);
            }
            from = within(offset);
            end = from < 0 ? -1 : lineEnd(from);
            if (end < 0) {
                end = read(offset);
                from = 0;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + of + " at byte " + offset, e);
        }
        return taker.take(bytes, from, end - from);
    }

    /** Where an offset lies in what was read; -1 where it does not. */
    private int within(long offset) {
        return offset >= start && offset < start + count ? (int) (offset - start) : -1;
    }

    private int lineEnd(int from) {
        return LineEnds.next(bytes, from, count);
    }

    /** Reads from an offset on, until a line ends; says where. */
    private int read(long offset) throws IOException {
        // Whoever goes on where the last stretch ended reads more and more at once.
        boolean onward = count > 0 && offset >= start && offset <= start + count;
        wanted = onward ? Math.min(stretch, wanted * 4) : Math.min(stretch, FIRST);
        start = offset;
        count = 0;
        int looked = 0;
        while (true) {
            if (bytes.length < count + wanted) {
                bytes = Arrays.copyOf(bytes, count + wanted);
            }
            int read = fill(offset + count, wanted);
            count += Math.max(0, read);
            int end = lineEnd(looked);
            if (end >= 0) {
                return end;
            }
            if (read <= 0) {
                count = 0;
                throw new IOException("no line ends behind byte " + offset);
            }
            looked = count;
            wanted = Math.max(wanted, count);
        }
    }

    private int fill(long from, int wanted) throws IOException {
        if (channel != null) {
            return channel.read(ByteBuffer.wrap(bytes, count, wanted), from);
        }
        InputStream in = packed(from);
        in.skipNBytes(from - packedAt);
        int read = in.readNBytes(bytes, count, wanted);
        packedAt = from + read;
        return read;
    }

    /** A packed file is read forward only; to go back it is opened anew. */
    private InputStream packed(long from) throws IOException {
        if (packed == null || from < packedAt) {
            closeFile();
            packed = JsonLines.open(Objects.requireNonNull(file));
            packedAt = 0;
        }
        return packed;
    }

    private void open(Path of) throws IOException {
        close();
        file = of;
        if (Files.exists(of) || !Files.exists(JsonLines.packed(of))) {
            channel = FileChannel.open(of, StandardOpenOption.READ);
        }
    }

    private void closeFile() throws IOException {
        if (channel != null) {
            channel.close();
        }
        if (packed != null) {
            packed.close();
        }
        channel = null;
        packed = null;
    }

    @Override
    public void close() {
        try {
            closeFile();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close " + file, e);
        }
        file = null;
        count = 0;
    }
}
