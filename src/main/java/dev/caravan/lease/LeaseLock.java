package dev.caravan.lease;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The lock on the empty file {@code lease} of a folder: the truth about who has it, and the only class that opens the
 * file. A POSIX lock falls when any channel of the same process on its file is closed, so what this process has is
 * remembered, and its file is not opened again, whatever name its folder has by now.
 */
final class LeaseLock {
    private static final String FILE = "lease";

    /** What this process has: folders by their path, and files by their number on their disk. */
    private static final Set<Object> HELD = ConcurrentHashMap.newKeySet();

    /** Whoever opens or closes such a file in this process does it in here. */
    private static final Object DOOR = new Object();

    /** Somebody who only looks has the lock for less than this. */
    private static final Duration LONGEST_LOOK = Duration.ofMillis(20);

    private static final int LOOKS_AWAITED = 5;

    private final Set<Object> keys;
    private final FileChannel channel;

    private LeaseLock(Set<Object> keys, FileChannel channel) {
        this.keys = keys;
        this.channel = channel;
    }

    /**
     * Takes a folder.
     *
     * @param how the file is opened
     * @return null when another process has it
     * @throws LeaseHeldException when this process has it
     */
    static @Nullable LeaseLock take(Path root, OpenOption... how) throws IOException {
        Path key = root.toRealPath();
        if (!HELD.add(key)) {
            throw heldHere(key);
        }
        Set<Object> keys = ConcurrentHashMap.newKeySet();
        keys.add(key);
        FileChannel channel = null;
        try {
            channel = open(key, Set.of(how), keys);
            return channel == null ? null : new LeaseLock(keys, channel);
        } finally {
            if (channel == null) {
                HELD.removeAll(keys);
            }
        }
    }

    private static LeaseHeldException heldHere(Path key) {
        return new LeaseHeldException("run " + key.getFileName() + " is already at work in this process");
    }

    /** @return null when another process has it for longer than somebody who only looks */
    private static @Nullable FileChannel open(Path root, Set<OpenOption> how, Set<Object> keys) throws IOException {
        for (int look = 0; look <= LOOKS_AWAITED; look++) {
            if (look > 0) {
                LockSupport.parkNanos(LONGEST_LOOK.toNanos());
            }
            synchronized (DOOR) {
                Path file = root.resolve(FILE);
                if (isHeldByNumber(file)) {
                    throw heldHere(root);
                }
                FileChannel channel = FileChannel.open(file, how);
                boolean locked = false;
                try {
                    locked = channel.tryLock() != null;
                    if (locked) {
                        number(file).filter(HELD::add).ifPresent(keys::add);
                        return channel;
                    }
                } finally {
                    if (!locked) {
                        channel.close();
                    }
                }
            }
        }
        return null;
    }

    private static Optional<Object> number(Path file) throws IOException {
        try {
            return Optional.ofNullable(
                    Files.readAttributes(file, BasicFileAttributes.class).fileKey());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static boolean isHeldByNumber(Path file) throws IOException {
        return number(file).filter(HELD::contains).isPresent();
    }

    static boolean isHeldHere(Path root) {
        try {
            return HELD.contains(root.toRealPath());
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Whether any process has a folder. The lock is asked for as a reader does: those who look are not in each other's
     * way, and whoever wants to have it waits for them for a moment.
     *
     * @throws IOException also where the file is not ours to read
     */
    static boolean isHeld(Path root) throws IOException {
        Path file = root.resolve(FILE);
        synchronized (DOOR) {
            if (isHeldHere(root) || isHeldByNumber(file)) {
                return true;
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                    FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
                return lock == null;
            } catch (NoSuchFileException e) {
                return false;
            }
        }
    }

    /** The folder gets another name: it is known by that too. */
    void named(Path other) throws IOException {
        Path parent = Objects.requireNonNull(other.toAbsolutePath().getParent());
        Path key = parent.toRealPath().resolve(String.valueOf(other.getFileName()));
        if (HELD.add(key)) {
            keys.add(key);
        }
    }

    /** Gives the folder back; a second time does nothing. The file's number may be another's as soon as it is closed. */
    void giveBack() throws IOException {
        synchronized (DOOR) {
            try {
                channel.close();
            } finally {
                HELD.removeAll(keys);
                keys.clear();
            }
        }
    }
}
