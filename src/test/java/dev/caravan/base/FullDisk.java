package dev.caravan.base;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** A disk on which only so many bytes are left: what goes beyond is written in part and refused, as a full disk does. */
public final class FullDisk implements Disk {
    private final Disk real = new RealDisk();
    private long left;

    public FullDisk(long left) {
        this.left = left;
    }

    private synchronized int granted(int bytes) {
        int granted = (int) Math.min(bytes, Math.max(0, left));
        left -= bytes;
        return granted;
    }

    private static UncheckedIOException full(Path file) {
        return new UncheckedIOException(
                "cannot write " + file + ": No space left on device", new IOException("No space left on device"));
    }

    @Override
    public Appender append(Path file, long keep) {
        Appender appender = real.append(file, keep);
        return new Appender() {
            @Override
            public long position() {
                return appender.position();
            }

            @Override
            public void write(byte[] bytes, int from, int length) {
                int granted = granted(length);
                appender.write(bytes, from, granted);
                appender.flush();
                if (granted < length) {
                    throw full(file);
                }
            }

            @Override
            public void flush() {
                appender.flush();
            }

            @Override
            public void force() {
                appender.force();
            }

            @Override
            public void close() {
                appender.close();
            }
        };
    }

    @Override
    public void replace(Path file, byte[] content) {
        if (granted(content.length) < content.length) {
            throw full(file);
        }
        real.replace(file, content);
    }

    @Override
    public Replacement replaceStreaming(Path file) throws IOException {
        Replacement replacement = real.replaceStreaming(file);
        return new Replacement() {
            @Override
            public OutputStream out() {
                return new FilterOutputStream(replacement.out()) {
                    @Override
                    public void write(byte[] bytes, int from, int length) throws IOException {
                        if (granted(length) < length) {
                            throw new IOException("No space left on device");
                        }
                        out.write(bytes, from, length);
                    }
                };
            }

            @Override
            public void commit() throws IOException {
                replacement.commit();
            }

            @Override
            public void close() throws IOException {
                replacement.close();
            }
        };
    }

    @Override
    public void createDirectories(Path folder) {
        real.createDirectories(folder);
    }

    @Override
    public void rename(Path from, Path to) {
        real.rename(from, to);
    }
}
