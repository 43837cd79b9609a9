package dev.caravan.base;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Objects;

/** Durable writes on the machine's own disk. */
public class RealDisk implements Disk {
    /** Bytes that are handed to the operating system at once. */
    private static final int BLOCK = 1 << 16;

    /** Work on a file that may fail. */
    @FunctionalInterface
    protected interface Action<T> {
        T run() throws IOException;
    }

    protected static <T> T on(Path file, Action<T> action) {
        try {
            return action.run();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    @Override
    public Appender append(Path file, long keep) {
        return on(file, () -> {
            boolean fresh = !Files.exists(file);
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (channel.size() < keep) {
                channel.close();
                throw new IOException("only " + Files.size(file) + " of " + keep + " journalled bytes are left");
            }
            if (channel.size() > keep) {
                channel.truncate(keep);
                channel.force(true);
            }
            channel.position(keep);
            if (fresh) {
                syncFolder(parent(file));
            }
            return new FileAppender(file, channel);
        });
    }

    @Override
    public void replace(Path file, byte[] content) {
        on(file, () -> {
            try (Replacement replacement = replaceStreaming(file)) {
                replacement.out().write(content);
                replacement.commit();
            }
            return true;
        });
    }

    @Override
    public Replacement replaceStreaming(Path file) throws IOException {
        return new FileReplacement(file);
    }

    @Override
    public void createDirectories(Path folder) {
        on(folder, () -> {
            if (!Files.isDirectory(folder)) {
                Path parent = parent(folder);
                createDirectories(parent);
                Files.createDirectories(folder);
                syncFolder(parent);
            }
            return true;
        });
    }

    @Override
    public void rename(Path from, Path to) {
        on(to, () -> {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
            syncFolder(parent(to));
            return true;
        });
    }

    protected static Path parent(Path file) {
        return Objects.requireNonNull(file.toAbsolutePath().getParent(), () -> file + " has no folder");
    }

    protected void syncFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static final class FileAppender implements Appender {
        private final Path file;
        private final FileChannel channel;
        /** What the operating system does not have yet; none while nothing was written since the last flush. */
        private byte[] buffer = {};

        private int buffered;
        private long position;

        FileAppender(Path file, FileChannel channel) throws IOException {
            this.file = file;
            this.channel = channel;
            position = channel.position();
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            if (buffered + length > BLOCK) {
                flush();
            }
            if (length > BLOCK) {
                put(bytes, from, length);
            } else {
                if (buffered + length > buffer.length) {
                    buffer = Arrays.copyOf(buffer, Math.min(BLOCK, Math.max(buffered + length, buffer.length * 4)));
                }
                System.arraycopy(bytes, from, buffer, buffered, length);
                buffered += length;
            }
            position += length;
        }

        @Override
        public void flush() {
            int length = buffered;
            buffered = 0;
            if (length > 0) {
                put(buffer, 0, length);
            }
        }

        private void put(byte[] bytes, int from, int length) {
            on(file, () -> {
                long end = position - (bytes == buffer ? length : 0);
                if (channel.size() != end) {
                    // Behind a hole, or over what another process wrote, nothing of ours may count.
                    throw new TakenAwayException(
                            "cannot write " + file,
                            "it has " + channel.size() + " bytes where we left " + end
                                    + ": somebody else cut it or writes to it");
                }
                var left = ByteBuffer.wrap(bytes, from, length);
                while (left.hasRemaining()) {
                    channel.write(left);
                }
                return true;
            });
        }

        @Override
        public void force() {
            flush();
            // Many files are kept open, few are written to.
            buffer = new byte[0];
            on(file, () -> {
                channel.force(false);
                return true;
            });
        }

        @Override
        public void close() {
            on(file, () -> {
                try (channel) {
                    flush();
                }
                return true;
            });
        }
    }

    private final class FileReplacement implements Replacement {
        private final Path file;
        private final Path temporary;
        private final FileChannel channel;
        private final OutputStream out;
        private boolean committed;

        FileReplacement(Path file) throws IOException {
            this.file = file;
            temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
            channel = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING);
            out = new BufferedOutputStream(
                    new FilterOutputStream(Channels.newOutputStream(channel)) {
                        @Override
                        public void write(byte[] bytes, int from, int length) throws IOException {
                            out.write(bytes, from, length);
                        }
                    },
                    BLOCK);
        }

        @Override
        public OutputStream out() {
            return out;
        }

        @Override
        public void commit() throws IOException {
            out.flush();
            channel.force(true);
            channel.close();
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            committed = true;
            syncFolder(parent(file));
        }

        @Override
        public void close() throws IOException {
            channel.close();
            if (!committed) {
                Files.deleteIfExists(temporary);
            }
        }
    }
}
