package dev.caravan.base;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** A disk that counts the bytes that are written to it. */
public final class CountingDisk implements Disk {
    private final Disk real = new RealDisk();
    private final AtomicLong written = new AtomicLong();

    public long written() {
        return written.get();
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
                written.addAndGet(length);
                appender.write(bytes, from, length);
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
        written.addAndGet(content.length);
        real.replace(file, content);
    }

    @Override
    public Replacement replaceStreaming(Path file) throws IOException {
        Replacement replacement = real.replaceStreaming(file);
        OutputStream counted = new Counted(replacement.out());
        return new Replacement() {
            @Override
            public OutputStream out() {
                return counted;
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

    private final class Counted extends FilterOutputStream {
        Counted(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int one) throws IOException {
            written.incrementAndGet();
            out.write(one);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            written.addAndGet(length);
            out.write(bytes, from, length);
        }
    }
}
