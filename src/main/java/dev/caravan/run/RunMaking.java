package dev.caravan.run;

import dev.caravan.base.Disk;
import dev.caravan.base.FolderTrees;
import dev.caravan.base.NetworkDisk;
import dev.caravan.lease.Lease;
import dev.caravan.lease.LeaseHeldException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;
import org.slf4j.LoggerFactory;

/**
 * A run's folder while it is made: beside its place, under a name that nobody else uses, held by its maker. It takes its
 * own name by one rename, so that of many makers one wins and the others change nothing. What a maker leaves behind that
 * was killed is cleared away by the next one, who sees by the lock that it is gone.
 */
public final class RunMaking implements AutoCloseable {
    private static final Pattern NAME = Pattern.compile("\\..+\\.[0-9a-f]{8}\\.making");
    private static final int NONCE = 8;
    /** A longer name would not leave room for what is put around it. */
    private static final int LONGEST_NAME = 100;

    private static final Duration BRIEFLY = Duration.ofMinutes(1);
    private static final int MOST_TRIES = 5;

    private final Path target;
    private final RunFolder folder;
    private final Lease lease;
    private final Disk disk;
    private final Clock clock;
    private boolean named;

    private RunMaking(Path target, Path folder, Lease lease, Disk disk, Clock clock) {
        this.target = target;
        this.folder = new RunFolder(folder);
        this.lease = lease;
        this.disk = disk;
        this.clock = clock;
    }

    /**
     * Begins a run.
     *
     * @throws NameTakenException when something lies there
     * @throws dev.caravan.base.UserMistakeException when it would lie on a network disk
     */
    public static RunMaking begin(Path target, Disk disk, Clock clock) {
        Path parent = Objects.requireNonNull(target.toAbsolutePath().getParent());
        try {
            disk.createDirectories(parent);
            NetworkDisk.refuse(parent);
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                throw new NameTakenException(target);
            }
            clear(parent, clock);
            for (int i = 1; ; i++) {
                Path folder = parent.resolve(name(target));
                disk.createDirectories(folder);
                try {
                    return new RunMaking(target, folder, Lease.acquire(folder, disk, clock, false), disk, clock);
                } catch (LeaseHeldException | UncheckedIOException e) {
                    // Whoever clears away took it for one that was left behind, before it was held.
                    boolean gone = e instanceof LeaseHeldException || !Files.exists(folder);
                    if (!gone || i == MOST_TRIES) {
                        throw e;
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + target + ": " + e.getMessage(), e);
        }
    }

    private static String name(Path target) {
        String name = String.valueOf(target.getFileName());
        return "." + name.substring(0, Math.min(LONGEST_NAME, name.length())) + "."
                + UUID.randomUUID().toString().substring(0, NONCE) + ".making";
    }

    /** Where it is made. */
    public RunFolder folder() {
        return folder;
    }

    /** Opens the run to write its first events. */
    public RunStore open(String actor) {
        return RunStore.begin(folder, lease, disk, clock, actor);
    }

    /**
     * Gives the run its name, for good.
     *
     * @throws NameTakenException when somebody was faster
     */
    public RunFolder finish() {
        try {
            lease.named(target);
            disk.rename(folder.root(), target);
            named = true;
            return new RunFolder(target);
        } catch (UncheckedIOException e) {
            if (Files.exists(folder.root()) && Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                throw new NameTakenException(target);
            }
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + target + ": " + e.getMessage(), e);
        }
    }

    /** Gives the folder back; one that got no name is removed. */
    @Override
    public void close() {
        try {
            if (!named) {
                remove(folder.root());
            }
        } finally {
            lease.close();
        }
    }

    /** Clears away what makers left behind that are gone. What cannot be cleared away disturbs nobody. */
    static void clear(Path parent, Clock clock) {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(parent, RunMaking::isHalfMade)) {
            for (Path each : all) {
                try {
                    clearIfLeft(each, clock);
                } catch (IOException | UncheckedIOException e) {
                    LoggerFactory.getLogger(RunMaking.class)
                            .debug("{} is left for the next one: {}", each, e.getMessage());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + parent, e);
        }
    }

    private static boolean isHalfMade(Path path) {
        return NAME.matcher(String.valueOf(path.getFileName())).matches()
                && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }

    private static void clearIfLeft(Path folder, Clock clock) throws IOException {
        if (Files.exists(folder.resolve("lease"))) {
            Lease.whileFree(folder, () -> remove(folder));
        } else if (age(folder, clock.instant()).compareTo(BRIEFLY) > 0) {
            // Its maker died before he could hold it; should he live, he finds it gone and takes another.
            deleteEmpty(folder);
        }
    }

    private static Duration age(Path folder, Instant now) throws IOException {
        return Duration.between(Files.getLastModifiedTime(folder).toInstant(), now);
    }

    /** The lock goes last: whoever dies in the middle leaves a folder that the next one knows as left behind. */
    private static void remove(Path folder) {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            for (Path each : all) {
                if (!each.endsWith("lease")) {
                    FolderTrees.delete(each);
                }
            }
            Files.deleteIfExists(folder.resolve("lease"));
            deleteEmpty(folder);
        } catch (NoSuchFileException | NotDirectoryException e) {
            // Somebody else removed it, or it got its name.
            return;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + folder, e);
        }
    }

    private static void deleteEmpty(Path folder) throws IOException {
        try {
            Files.deleteIfExists(folder);
        } catch (DirectoryNotEmptyException e) {
            // A maker holds it after all.
            return;
        }
    }
}
