package dev.caravan.journal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Disk;
import dev.caravan.base.Json;
import dev.caravan.base.JsonBytes;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The append-only record of a run. Whatever comes in while a group is being synced becomes the next group: many events
 * share one sync. Each group ends with a commit record; without it none of the group counts.
 *
 * <p>Everything that is told of an event is told in order on the journal's one thread, after the sync.
 */
public final class Journal implements AutoCloseable {
    private static final int LARGEST_GROUP = 5_000;

    /** Told what became of an event. */
    public interface Listener {
        void durable(JournalEntry entry);

        void failed(Throwable cause);
    }

    private record Request(String type, String actor, ObjectNode body, Listener listener) {}

    private final Clock clock;
    private volatile long epoch;
    private final JournalRecovery recovery;
    private final Disk.Appender file;
    private final LinkedBlockingQueue<Object> queue = new LinkedBlockingQueue<>();
    private final Thread thread;
    private final Object end = new Object();
    private volatile @Nullable Throwable broken;
    private boolean closed;
    private volatile long size;
    private long seq;
    private Instant lastTime;

    private Journal(Disk disk, Path path, Clock clock, long epoch, JournalRecovery recovery) {
        this.clock = clock;
        this.epoch = epoch;
        this.recovery = recovery;
        file = disk.append(path, recovery.bytes());
        size = recovery.bytes();
        seq = recovery.lastSeq();
        lastTime = recovery.lastTime();
        thread = new Thread(this::work, "journal");
        thread.setDaemon(true);
        thread.start();
    }

    /** Reads what is there, telling {@code replay} of every committed event behind {@code afterSeq}; cuts the rest. */
    public static Journal open(
            Disk disk, Path file, Clock clock, long epoch, long afterSeq, Consumer<JournalEntry> replay) {
        return new Journal(
                disk,
                file,
                clock,
                epoch,
                new JournalReader(file, afterSeq, (seq, type) -> seq > afterSeq, replay).read());
    }

    /** As {@link #open}, for readers: cuts nothing and writes nothing. */
    public static JournalRecovery read(Path file, long afterSeq, Consumer<JournalEntry> replay) {
        return new JournalReader(file, afterSeq, (seq, type) -> seq > afterSeq, replay).read();
    }

    /** As the other, of events of one type alone: the others are passed over unread. */
    public static void read(Path file, String wanted, Consumer<JournalEntry> replay) {
        new JournalReader(file, 0, (seq, type) -> type.equals(wanted), replay).read();
    }

    /** What entries carry from now on. */
    public void epoch(long now) {
        epoch = now;
    }

    public JournalRecovery recovery() {
        return recovery;
    }

    /** Bytes written so far. */
    public long size() {
        return size;
    }

    public void append(String type, String actor, ObjectNode body, Listener listener) {
        add(new Request(type, actor, body, listener));
    }

    /** Runs something on the journal's thread, after what was appended before it. */
    public void execute(Runnable action) {
        add(action);
    }

    /** Refuses what would never be heard: behind the end nobody reads the queue, and its sender might wait for ever. */
    private synchronized void add(Object item) {
        if (closed) {
            throw new IllegalStateException("the journal is closed");
        }
        queue.add(item);
        closed = item == end;
    }

    /** Refuses everything from now on. */
    public void failStop(Throwable cause) {
        if (broken == null) {
            broken = cause;
        }
    }

    private void work() {
        var group = new ArrayList<Request>();
        while (true) {
            Object next = take();
            if (next == end) {
                return;
            }
            if (next instanceof Request request) {
                group.add(request);
                while (group.size() < LARGEST_GROUP && queue.peek() instanceof Request) {
                    group.add((Request) Objects.requireNonNull(queue.poll()));
                }
                write(group);
                group.clear();
            } else if (next instanceof Runnable action) {
                guarded(action);
            }
        }
    }

    private Object take() {
        while (true) {
            try {
                return queue.take();
            } catch (InterruptedException e) {
                LoggerFactory.getLogger(Journal.class)
                        .debug("nobody stops the journal's thread but close(): what is queued must be written");
            }
        }
    }

    private void guarded(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error e) {
            failStop(e);
            LoggerFactory.getLogger(Journal.class).error("the run stops", e);
        }
    }

    private void write(List<Request> group) {
        var entries = new ArrayList<JournalEntry>(group.size());
        if (broken == null) {
            try {
                var bytes = new JsonBytes(256 * group.size());
                for (Request each : group) {
                    entries.add(line(each, bytes));
                }
                commit(group.size(), bytes);
                file.write(bytes.array(), 0, bytes.size());
                file.force();
                size = file.position();
            } catch (RuntimeException | Error e) {
                failStop(e);
            }
        }
        Throwable cause = broken;
        for (int i = 0; i < group.size(); i++) {
            Listener listener = group.get(i).listener();
            if (cause == null) {
                JournalEntry entry = entries.get(i);
                guarded(() -> listener.durable(entry));
            } else {
                guarded(() -> listener.failed(cause));
            }
        }
    }

    private JournalEntry line(Request request, JsonBytes into) {
        Instant now = clock.instant();
        lastTime = now.isBefore(lastTime) ? lastTime : now;
        var entry = new JournalEntry(++seq, lastTime, request.type(), request.actor(), epoch, request.body());
        ObjectNode node = Json.object()
                .put("seq", entry.seq())
                .put("time", entry.time().toString())
                .put("type", entry.type())
                .put("actor", entry.actor())
                .put("epoch", entry.epoch());
        node.set("body", entry.body());
        SealedLine.write(node, into);
        return entry;
    }

    private void commit(int events, JsonBytes into) {
        ObjectNode node = Json.object();
        node.put("seq", ++seq).put("type", JournalLine.COMMIT).put("events", events);
        SealedLine.write(node, into);
    }

    /** Writes what is queued and ends. */
    @Override
    public void close() {
        if (!closed) {
            add(end);
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        file.close();
    }
}
