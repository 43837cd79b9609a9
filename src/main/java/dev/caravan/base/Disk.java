package dev.caravan.base;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * The one way durable writes are done, so that a power cut can be simulated at each of them.
 *
 * <p>All methods throw {@link UncheckedIOException} with the path in the message.
 */
public interface Disk {
    /** What the disk refused, and why, in one line. */
    static String reason(UncheckedIOException e) {
        String what = String.valueOf(e.getMessage());
        Throwable cause = e.getCause();
        String why = cause == null ? "" : String.valueOf(cause.getMessage());
        return what.contains(why) ? what : what + ": " + why;
    }

    /** Opens a file for appending behind its first {@code keep} bytes; whatever lay behind them is cut for good. */
    Appender append(Path file, long keep);

    /** Replaces a file's content as a whole: after a crash either the old content is there or the new. */
    void replace(Path file, byte[] content);

    /** As {@link #replace}, for content that is streamed. */
    Replacement replaceStreaming(Path file) throws IOException;

    void createDirectories(Path folder);

    /** Gives a folder its name, which nothing bears yet: after a crash it has the old name or the new. */
    void rename(Path from, Path to);

    /** A file that grows at its end. */
    interface Appender extends Closeable {
        /** Bytes in the file, written ones included. */
        long position();

        /** Not durable until {@link #force()}, and seen by no reader before {@link #flush()}. */
        default void write(byte[] bytes) {
            write(bytes, 0, bytes.length);
        }

        /** As {@link #write(byte[])}, of a part of the bytes. */
        void write(byte[] bytes, int from, int length);

        /** Hands what was written to the operating system. */
        void flush();

        /** Makes durable what was written. */
        void force();

        @Override
        void close();
    }

    /** New content of a file, taking effect at {@link #commit()}; closed without it, nothing has happened. */
    interface Replacement extends Closeable {
        OutputStream out();

        void commit() throws IOException;
    }
}
