package dev.caravan.lease;

import dev.caravan.base.Disk;
import dev.caravan.base.NetworkDisk;
import dev.caravan.base.ProcessIdentity;
import dev.caravan.base.TakenAwayException;
import dev.caravan.base.UserMistakeException;
import dev.caravan.journal.JournalRecovery;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.LoggerFactory;

/**
 * One writer per run. The lock on the empty file {@code lease} is the truth, and falls with its holder; {@code
 * lease.json} beside it says who holds it, under which epoch, and when it was last seen alive.
 *
 * <p>The file is never read or deleted; {@link LeaseLock} alone opens it.
 */
public final class Lease implements AutoCloseable {
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);

    private final Path root;
    private final LeaseLock lock;
    private final Disk disk;
    private final Clock clock;
    private final Instant started;
    private final ScheduledExecutorService heart;
    private final Future<?> beating;
    private final CompletableFuture<UncheckedIOException> lost = new CompletableFuture<>();
    private volatile long epoch;
    private volatile FolderMark mark;
    /** Bytes of the journal that are durable; until it is open, what the holder before knew. */
    private volatile LongSupplier journal;

    private volatile String doing = "";
    private volatile boolean released;

    private Lease(Path root, LeaseLock lock, Disk disk, Clock clock, Before before) throws IOException {
        this.root = root;
        this.lock = lock;
        this.clock = clock;
        this.disk = disk;
        epoch = before.epoch() + 1;
        mark = FolderMark.of(root);
        journal = before::journal;
        started = clock.instant();
        tell();
        heart = Executors.newSingleThreadScheduledExecutor(task -> {
            var thread = new Thread(task, "lease-heartbeat");
            thread.setDaemon(true);
            return thread;
        });
        beating = heart.scheduleAtFixedRate(this::beat, HEARTBEAT.toSeconds(), HEARTBEAT.toSeconds(), TimeUnit.SECONDS);
    }

    /** What is known of a folder from those who held it before. */
    private record Before(long epoch, long journal) {
        static Before of(Path root, Optional<LeaseHolder> holder, boolean moved) throws IOException {
            return new Before(
                    Math.max(holder.map(LeaseHolder::epoch).orElse(0L), FolderMark.epoch(root)),
                    moved ? 0 : holder.map(LeaseHolder::journal).orElse(0L));
        }
    }

    /**
     * Takes a folder for this process.
     *
     * @param moved whether a person says that it is the only one of its run: then nothing is asked
     * @throws LeaseHeldException when a process is at it
     * @throws UserMistakeException when it may be a copy, or older than it was, or lies on a network disk
     */
    public static Lease acquire(Path root, Disk disk, Clock clock, boolean moved) {
        try {
            NetworkDisk.refuse(root);
            LeaseLock lock = LeaseLock.take(root, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            Optional<LeaseHolder> before = holder(root);
            if (lock == null) {
                throw new LeaseHeldException("run " + root.toRealPath().getFileName() + " is at work: "
                        + before.map(LeaseHolder::toString).orElse("another process") + " holds it");
            }
            boolean done = false;
            try {
                if (!moved) {
                    refuseCopy(root, before);
                }
                var lease = new Lease(root, lock, disk, clock, Before.of(root, before, moved));
                done = true;
                return lease;
            } finally {
                if (!done) {
                    lock.giveBack();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot take the lease of " + root + ": " + e.getMessage(), e);
        }
    }

    private static void refuseCopy(Path root, Optional<LeaseHolder> before) throws IOException {
        Path journal = root.resolve("journal.jsonl");
        if (!Files.exists(LeaseFile.of(root)) && Files.exists(journal) && Files.size(journal) > 0) {
            throw notTheOnlyOne(root, "has no lease.json, as a copy that was made without it");
        }
        if (before.isPresent() && !FolderMark.parse(before.get().mark()).allows(FolderMark.of(root))) {
            throw notTheOnlyOne(root, "was copied, or came from another disk or a backup");
        }
        if (before.isPresent() && FolderMark.epoch(root) > before.get().epoch()) {
            throw older(root);
        }
    }

    private static UserMistakeException notTheOnlyOne(Path root, String what) {
        return new UserMistakeException(
                root.toString(),
                "",
                what + ": two copies of a run would buy twice. If this is the only one left, say so: `caravan moved "
                        + root.getFileName() + "`");
    }

    private static UserMistakeException older(Path root) {
        return new UserMistakeException(
                root.toString(),
                "",
                "holds older files than it did, as after a backup was laid over it: what was bought since would be"
                        + " bought again. If that is meant, say so: `caravan moved " + root.getFileName() + "`");
    }

    /**
     * Says that this folder is the run's only one: the next to take the lease will not ask.
     *
     * @throws LeaseHeldException when a process is at the run
     */
    public static void settle(Path root, Disk disk, Clock clock) {
        acquire(root, disk, clock, true).close();
    }

    /**
     * Does something with a folder that nobody holds, while nobody else can take it.
     *
     * @return false when somebody holds it
     */
    public static boolean whileFree(Path root, Runnable action) throws IOException {
        LeaseLock lock;
        try {
            lock = LeaseLock.take(root, StandardOpenOption.WRITE);
        } catch (LeaseHeldException e) {
            return false;
        }
        if (lock == null) {
            return false;
        }
        try {
            action.run();
            return true;
        } finally {
            lock.giveBack();
        }
    }

    /** Who wrote {@code lease.json} last. Reads only that file: it takes no lock and disturbs none. */
    public static Optional<LeaseHolder> holder(Path root) {
        return LeaseFile.read(root);
    }

    /** Whether this very process holds a folder. */
    public static boolean isHeldHere(Path root) {
        return LeaseLock.isHeldHere(root);
    }

    /** Whether a process holds a folder, this one included. Found out without keeping anybody from it. */
    public static boolean isHeld(Path root) {
        try {
            return LeaseLock.isHeld(root);
        } catch (IOException e) {
            // It may not be ours to read: then what the last holder said must do.
            return holder(root).filter(each -> !each.released()).isPresent();
        }
    }

    /**
     * Comes when the folder was removed, moved or replaced under its holder, or its journal was: what is written from
     * then on is lost, so nothing more may be bought. Noticed at a heartbeat, on its thread.
     */
    public CompletionStage<UncheckedIOException> lost() {
        return lost;
    }

    /**
     * The journal is open, and is watched from now on.
     *
     * @param bytes of it that are durable
     * @throws UserMistakeException when it is older than the holder before knew it, unless it was cut short in a line
     */
    public void opened(LongSupplier bytes, JournalRecovery found, boolean moved) {
        if (!moved && found.cutBytes() == 0 && found.bytes() < journal.getAsLong()) {
            throw older(root);
        }
        journal = bytes;
        try {
            FolderMark now = FolderMark.of(root);
            boolean fresh = !now.equals(mark);
            mark = now;
            if (found.lastEpoch() >= epoch) {
                // lease.json was lost or torn.
                epoch = found.lastEpoch() + 1;
                fresh = true;
            }
            if (fresh) {
                tell();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot take the lease of " + root, e);
        }
    }

    /** What is wrong with the folder, or empty. */
    private String trouble() throws IOException {
        String gone = "it was removed, moved or replaced while it was at work";
        try {
            FolderMark now = FolderMark.of(root);
            if (!mark.lease().equals(now.lease())) {
                return gone;
            }
            boolean same = mark.journal().isEmpty()
                    || (mark.journal().equals(now.journal())
                            && Files.size(root.resolve("journal.jsonl")) >= journal.getAsLong());
            return same ? "" : "its journal.jsonl was removed, replaced or cut while it was at work";
        } catch (NoSuchFileException e) {
            return gone;
        }
    }

    /** When this process took it. */
    public Instant started() {
        return started;
    }

    /** What the holder is at; told to others with the next heartbeat. */
    public void doing(String what) {
        doing = what;
    }

    public long epoch() {
        return epoch;
    }

    /** For good: should the power fail, nobody takes the folder under this epoch again. */
    private void tell() throws IOException {
        disk.replace(LeaseFile.of(root), describe());
        FolderMark.leave(root, epoch);
    }

    private byte[] describe() {
        return LeaseFile.text(new LeaseHolder(
                ProcessIdentity.here(),
                LeaseFile.hostName(),
                started,
                clock.instant(),
                epoch,
                doing,
                mark.toString(),
                journal.getAsLong(),
                released));
    }

    /** Looks after the folder, and says that this process lives. */
    synchronized void beat() {
        if (lost.isDone()) {
            return;
        }
        try {
            String trouble = trouble();
            if (!trouble.isEmpty()) {
                lost.complete(new TakenAwayException("cannot go on in " + root, trouble));
                return;
            }
            Path hidden = root.resolve(".lease.json.beat");
            Files.write(hidden, describe());
            Files.move(hidden, LeaseFile.of(root), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LoggerFactory.getLogger(Lease.class)
                    .warn("the heartbeat of {} could not be written: {}", root, e.getMessage());
        }
    }

    /** Says that the folder is given back, and keeps it from others until {@link #close}. */
    public void rest() {
        beating.cancel(false);
        heart.shutdownNow();
        if (!released) {
            released = true;
            beat();
        }
    }

    /** The folder gets another name: under that one too, this process does not touch the lock. */
    public void named(Path other) throws IOException {
        lock.named(other);
    }

    private void giveBack() {
        try {
            lock.giveBack();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot give back the lease of " + root, e);
        }
    }

    @Override
    public void close() {
        try {
            rest();
        } finally {
            giveBack();
        }
    }
}
