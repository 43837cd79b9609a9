package dev.caravan.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Disk;
import dev.caravan.base.InvalidFileException;
import dev.caravan.base.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * One writer per run. The lock on the empty file {@code lease} is the truth, and falls with its holder; {@code
 * lease.json} beside it says who holds it, under which epoch, and when it was last seen alive.
 *
 * <p>The file is opened once and never read or deleted: a POSIX lock falls when any channel of the same process on the
 * file is closed. Therefore this process remembers what it holds and never opens the file again.
 */
public final class Lease implements AutoCloseable {
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    /**
     * Who holds, or held, a run.
     *
     * @param doing what it is at, in words
     * @param mark of the folder it held, see {@link Lease#mark}
     * @param released whether it gave the run back
     */
    public record Holder(
            long pid,
            String host,
            Instant started,
            Instant heartbeat,
            long epoch,
            String doing,
            String mark,
            boolean released) {

        /** A hint for screens, not a lock: the heartbeat is fresh, and the run was not given back. */
        public boolean seemsAlive(Instant now) {
            return !released && heartbeat.plus(HEARTBEAT.multipliedBy(3)).isAfter(now);
        }

        private byte[] unmarked() {
            ObjectNode node = Json.object().put("pid", pid).put("host", host);
            node.put("started", started.toString()).put("heartbeat", heartbeat.toString());
            return Json.text(node.put("epoch", epoch)).getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public String toString() {
            return "process " + pid + " on " + host + ", since " + started;
        }
    }

    private final Path root;
    private final Path key;
    private final FileChannel channel;
    private final FileLock lock;
    private final Disk disk;
    private final Clock clock;
    private final Instant started;
    private volatile long epoch;
    private final String mark;
    private final ScheduledExecutorService heart;
    private final Future<?> beating;
    private final CompletableFuture<UncheckedIOException> lost = new CompletableFuture<>();
    private volatile String doing = "";
    private volatile boolean released;

    private Lease(
            Path root, Path key, FileChannel channel, FileLock lock, Disk disk, Clock clock, long epoch, String mark) {
        this.root = root;
        this.key = key;
        this.channel = channel;
        this.lock = lock;
        this.clock = clock;
        this.epoch = epoch;
        this.mark = mark;
        this.disk = disk;
        started = clock.instant();
        disk.replace(root.resolve("lease.json"), describe(started));
        heart = Executors.newSingleThreadScheduledExecutor(task -> {
            var thread = new Thread(task, "lease-heartbeat");
            thread.setDaemon(true);
            return thread;
        });
        beating = heart.scheduleAtFixedRate(this::beat, HEARTBEAT.toSeconds(), HEARTBEAT.toSeconds(), TimeUnit.SECONDS);
    }

    public static Lease acquire(Path root, Disk disk, Clock clock, long atLeastEpoch) {
        try {
            Path key = root.toRealPath();
            if (!HELD.add(key)) {
                throw new LeaseHeldException("run " + key.getFileName() + " is already at work in this process");
            }
            boolean done = false;
            FileChannel channel = null;
            try {
                channel = FileChannel.open(root.resolve("lease"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock();
                Optional<Holder> before = holder(root);
                if (lock == null) {
                    throw new LeaseHeldException("run " + key.getFileName() + " is at work: "
                            + before.map(Holder::toString).orElse("another process") + " holds it");
                }
                String mark = mark(root);
                if (before.map(Holder::mark)
                        .filter(each -> !each.isEmpty() && !each.equals(mark))
                        .isPresent()) {
                    throw new InvalidFileException(
                            root.toString(),
                            "",
                            "was copied, or came from another disk or a backup: two copies of a run would buy twice."
                                    + " If this is the only one left, say so: `caravan moved " + key.getFileName()
                                    + "`");
                }
                long epoch = Math.max(before.map(Holder::epoch).orElse(0L), atLeastEpoch) + 1;
                var lease = new Lease(root, key, channel, lock, disk, clock, epoch, mark);
                done = true;
                return lease;
            } catch (OverlappingFileLockException e) {
                throw new LeaseHeldException("run " + key.getFileName() + " is already at work in this process");
            } finally {
                if (!done) {
                    HELD.remove(key);
                    if (channel != null) {
                        channel.close();
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot take the lease of " + root + ": " + e.getMessage(), e);
        }
    }

    /**
     * Says that this folder is the run's only one: the next to take the lease will not ask.
     *
     * @throws LeaseHeldException when a process is at the run
     */
    public static void settle(Path root, Disk disk, Clock clock) {
        try {
            acquire(root, disk, clock, 0).close();
        } catch (InvalidFileException copied) {
            Holder before = holder(root).orElse(new Holder(0, "", clock.instant(), Instant.EPOCH, 0, "", "", true));
            disk.replace(root.resolve("lease.json"), before.unmarked());
            acquire(root, disk, clock, before.epoch()).close();
        }
    }

    /** What a copy of the folder has not, and the folder keeps when it is renamed: the number of a file on its disk. */
    private static String mark(Path root) throws IOException {
        try {
            return String.valueOf(Files.getAttribute(root.resolve("lease"), "unix:ino"));
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            return "";
        }
    }

    /** Who wrote {@code lease.json} last. Reads only that file: it takes no lock and disturbs none. */
    public static Optional<Holder> holder(Path root) {
        try {
            JsonNode node = Json.mapper().readTree(Files.readAllBytes(root.resolve("lease.json")));
            return Optional.of(new Holder(
                    node.path("pid").longValue(),
                    node.path("host").asText(),
                    Instant.parse(node.path("started").asText()),
                    Instant.parse(node.path("heartbeat").asText()),
                    node.path("epoch").longValue(),
                    node.path("doing").asText(),
                    node.path("mark").asText(),
                    node.path("released").asBoolean()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (com.fasterxml.jackson.core.JsonProcessingException | java.time.DateTimeException e) {
            // A power cut may leave it torn; it is derived, and the next holder writes it anew.
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read lease.json of " + root, e);
        }
    }

    /**
     * Comes when the folder was removed, moved or replaced under its holder: what is written from then on is lost, so
     * nothing more may be bought. Noticed at a heartbeat, on its thread.
     */
    public CompletionStage<UncheckedIOException> lost() {
        return lost;
    }

    private boolean isThere() throws IOException {
        try {
            return mark.isEmpty() ? Files.exists(root.resolve("lease")) : mark.equals(mark(root));
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** When this process took it. */
    public Instant started() {
        return started;
    }

    /** What the holder is at; told to others with the next heartbeat. */
    void doing(String what) {
        doing = what;
    }

    /** Journalled epochs are above this one: {@code lease.json} was lost or torn. */
    void raise(long above) {
        if (above >= epoch) {
            epoch = above + 1;
            disk.replace(root.resolve("lease.json"), describe(clock.instant()));
        }
    }

    public long epoch() {
        return epoch;
    }

    private byte[] describe(Instant now) {
        ObjectNode node = Json.object()
                .put("pid", ProcessHandle.current().pid())
                .put("host", hostName())
                .put("started", started.toString())
                .put("heartbeat", now.toString())
                .put("epoch", epoch)
                .put("doing", doing)
                .put("mark", mark)
                .put("released", released);
        return Json.text(node).getBytes(StandardCharsets.UTF_8);
    }

    private static String hostName() {
        String name = System.getenv("HOSTNAME");
        return name == null || name.isBlank() ? "localhost" : name;
    }

    private synchronized void beat() {
        if (lost.isDone()) {
            return;
        }
        try {
            if (!isThere()) {
                var why = new IOException("it was removed, moved or replaced while it was at work");
                lost.complete(new UncheckedIOException("cannot go on in " + root, why));
                return;
            }
            Path hidden = root.resolve(".lease.json.beat");
            Files.write(hidden, describe(clock.instant()));
            Files.move(hidden, root.resolve("lease.json"), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            org.slf4j.LoggerFactory.getLogger(Lease.class)
                    .warn("the heartbeat of {} could not be written: {}", root, e.getMessage());
        }
    }

    @Override
    public void close() {
        beating.cancel(false);
        heart.shutdownNow();
        released = true;
        beat();
        try {
            lock.release();
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot give back the lease of " + root, e);
        } finally {
            HELD.remove(key);
        }
    }
}
