package dev.caravan.limit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Numbers in a file that all processes of a machine map into their memory. A process that is killed gives its lock back
 * and leaves at worst one number of the past: nothing here is more than advice on when to ask, so it is never forced to
 * the disk.
 */
final class SharedNumbersFile implements SharedNumbers {
    /** Raised when the meaning of a number changes: the file's name carries it. */
    static final int VERSION = 1;

    private static final int TRIES = 200;

    /** A file may be locked once in a process. */
    private static final Map<Path, SharedNumbersFile> OPEN = new ConcurrentHashMap<>();

    private final FileChannel channel;
    private final LongBuffer cells;

    private SharedNumbersFile(Path file) {
        try {
            Files.createDirectories(file.getParent());
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            cells = channel.map(FileChannel.MapMode.READ_WRITE, 0, (long) COUNT * Long.BYTES)
                    .asLongBuffer();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static SharedNumbersFile of(Path file) {
        return OPEN.computeIfAbsent(file.toAbsolutePath().normalize(), SharedNumbersFile::new);
    }

    @Override
    public long get(int cell) {
        return cells.get(cell);
    }

    @Override
    public void set(int cell, long value) {
        cells.put(cell, value);
    }

    @Override
    @SuppressWarnings("try") // held is held, not used
    public synchronized long alone(LongSupplier work) {
        try (FileLock held = lock()) {
            return work.getAsLong();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A process that was stopped while it held the lock must not stop the others: after a while they go on without. */
    private @Nullable FileLock lock() throws IOException {
        for (int i = 0; i < TRIES; i++) {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return lock;
            }
            LockSupport.parkNanos(i < TRIES / 2 ? 20_000 : 500_000);
        }
        return null;
    }
}
