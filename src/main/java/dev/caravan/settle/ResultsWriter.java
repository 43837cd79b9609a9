package dev.caravan.settle;

import dev.caravan.base.Disk;
import dev.caravan.base.JsonBytes;
import dev.caravan.base.OpenFiles;
import dev.caravan.money.Money;
import dev.caravan.provider.Lane;
import dev.caravan.provider.Usage;
import dev.caravan.run.ChunkPlace;
import dev.caravan.run.FileLengths;
import dev.caravan.run.ModelChoice;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFacts;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStore;
import dev.caravan.step.RunSteps;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes outcomes of calls to their chunk's results file and then books them: file first, synced, journal second. One
 * thread writes whatever has come in meanwhile as one group, so that many replies share one sync.
 */
public final class ResultsWriter implements AutoCloseable {
    private static final int LARGEST_GROUP = 2_000;
    private static final int OPEN_FILES = OpenFiles.atStart().results();

    /** What a reply costs: by the model asked for, at the run's own prices. */
    public interface Pricing {
        Money cost(ModelChoice asked, Lane lane, Usage usage);
    }

    /** Rows that are booked together, or not at all. */
    private record Lot(int step, List<ReplyRow> rows, Consumer<@Nullable Throwable> then) {}

    /** A lot of which an event waits to be durable, and how many others of it do. */
    private static final class Pending {
        private final Lot lot;
        private int events;
        private @Nullable Throwable failure;

        Pending(Lot lot) {
            this.lot = lot;
        }

        synchronized void expect() {
            events++;
        }

        void came(@Nullable Throwable cause) {
            boolean last;
            synchronized (this) {
                failure = failure == null ? cause : failure;
                last = --events == 0;
            }
            if (last) {
                lot.then().accept(failure);
            }
        }
    }

    private record Target(String work, int chunk, ModelChoice asked) {
        int step() {
            return asked.step();
        }

        ChunkPlace place() {
            return new ChunkPlace(step(), chunk);
        }

        boolean is(String otherWork, int otherChunk, ModelChoice other) {
            return work.equals(otherWork) && chunk == otherChunk && asked.equals(other);
        }
    }

    private final RunFolder folder;
    private final RunFacts facts;
    private final RunSteps judging;
    private final RunStore store;
    private final Disk disk;
    private final Pricing pricing;
    private final LinkedBlockingQueue<Lot> queue = new LinkedBlockingQueue<>();
    private final Map<ChunkPlace, Disk.Appender> files = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<ChunkPlace, Long> lengths = new HashMap<>();
    private final Thread thread;
    /** The row that is written, by the one thread that writes. */
    private final JsonBytes line = new JsonBytes();

    private volatile boolean closing;
    private boolean ended;

    /** @param journalled lengths of the files that are there */
    public ResultsWriter(
            RunFolder folder,
            RunSteps judging,
            RunStore store,
            Disk disk,
            Pricing pricing,
            Map<ChunkPlace, FileLengths> journalled) {
        this.folder = folder;
        this.facts = store.facts();
        this.judging = judging;
        this.store = store;
        this.disk = disk;
        this.pricing = pricing;
        journalled.forEach((place, length) -> lengths.put(place, length.results()));
        thread = new Thread(this::work, "results-" + facts.run());
        thread.setDaemon(true);
        thread.start();
    }

    /** Calls back, with null, once the row is synced and booked; with the cause when it could not be. */
    public void add(int step, ReplyRow row, Consumer<@Nullable Throwable> then) {
        add(new Lot(step, List.of(row), then));
    }

    private void add(Lot lot) {
        synchronized (queue) {
            if (!ended) {
                queue.add(lot);
                return;
            }
        }
        lot.then().accept(new IllegalStateException("the run is closed"));
    }

    /** Adds rows, no more than a few thousand unwritten at a time, and waits until all are synced and booked. */
    public void addAll(int step, List<ReplyRow> rows) {
        for (int from = 0; from < rows.size(); from += LARGEST_GROUP) {
            var booked = new CompletableFuture<@Nullable Throwable>();
            List<ReplyRow> lot = List.copyOf(rows.subList(from, Math.min(rows.size(), from + LARGEST_GROUP)));
            add(new Lot(step, lot, booked::complete));
            Throwable failure = booked.join();
            if (failure != null) {
                throw new IllegalStateException("results could not be booked", failure);
            }
        }
    }

    private void work() {
        var group = new ArrayList<Lot>();
        try {
            while (!over()) {
                Lot first = queue.poll(50, TimeUnit.MILLISECONDS);
                int rows = 0;
                for (Lot each = first; each != null; each = rows < LARGEST_GROUP ? queue.poll() : null) {
                    group.add(each);
                    rows += each.rows().size();
                }
                if (!group.isEmpty()) {
                    write(group);
                    group.clear();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            synchronized (queue) {
                ended = true;
            }
            files.values().forEach(this::close);
        }
    }

    /** After trouble rows may be left that reach their file only now: whoever goes on with the run finds them there. */
    private void close(Disk.Appender file) {
        try {
            file.close();
        } catch (UncheckedIOException e) {
            store.failStop(e);
        }
    }

    /** Whether nothing is left to write and nothing more is taken: whoever adds behind the end is told so. */
    private boolean over() {
        synchronized (queue) {
            ended = closing && queue.isEmpty();
            return ended;
        }
    }

    /** What is booked by one event. */
    private static final class Part {
        private final List<ReplyRow> rows = new ArrayList<>();
        private final Set<Pending> of = new LinkedHashSet<>();
    }

    private void write(List<Lot> group) {
        var byTarget = new LinkedHashMap<Target, Part>();
        for (Lot each : group) {
            assign(each, byTarget);
        }
        var booked = new ArrayList<RunEvent.RepliesSettled>();
        try {
            var touched = new LinkedHashMap<ChunkPlace, Disk.Appender>();
            byTarget.forEach((target, part) -> booked.add(append(target, part.rows, touched)));
            touched.values().forEach(Disk.Appender::force);
        } catch (RuntimeException e) {
            store.failStop(e);
            group.forEach(each -> each.then().accept(e));
            return;
        }
        int at = 0;
        for (Part part : byTarget.values()) {
            store.record(booked.get(at++), failure -> part.of.forEach(each -> each.came(failure)));
        }
    }

    private void assign(Lot lot, Map<Target, Part> byTarget) {
        var pending = new Pending(lot);
        Target target = null;
        for (ReplyRow row : lot.rows()) {
            int chunk = facts.chunkOf(row.unit());
            ModelChoice asked = row.choice(lot.step());
            if (target == null || !target.is(row.work(), chunk, asked)) {
                target = new Target(row.work(), chunk, asked);
            }
            Part part = byTarget.computeIfAbsent(target, key -> new Part());
            part.rows.add(row);
            if (part.of.add(pending)) {
                pending.expect();
            }
        }
    }

    private RunEvent.RepliesSettled append(Target target, List<ReplyRow> rows, Map<ChunkPlace, Disk.Appender> touched) {
        Disk.Appender file = open(target, touched);
        touched.put(target.place(), file);
        long from = file.position();
        var booking = new BookingTotals();
        for (ReplyRow row : rows) {
            line.clear();
            row.write(line);
            file.write(line.array(), 0, line.size());
            Money price = pricing.cost(target.asked(), row.lane(), row.usage());
            booking.add(row, price, row.worst().orElse(Money.UNKNOWN));
        }
        return booking.event(
                target.work(), target.step(), target.chunk(), from, file.position(), judging.asked(target.asked()));
    }

    private Disk.Appender open(Target target, Map<ChunkPlace, Disk.Appender> touched) {
        ChunkPlace place = target.place();
        Disk.Appender known = files.get(place);
        if (known != null) {
            return known;
        }
        if (files.size() >= OPEN_FILES) {
            var oldest = files.entrySet().iterator().next();
            lengths.put(oldest.getKey(), oldest.getValue().position());
            oldest.getValue().force();
            oldest.getValue().close();
            // It is synced here and now: the group that is being written may hold rows in it.
            touched.remove(oldest.getKey());
            files.remove(oldest.getKey());
        }
        disk.createDirectories(folder.chunk(target.chunk()));
        Disk.Appender opened = disk.append(
                folder.results(facts.steps().get(target.step()), target.chunk()), lengths.getOrDefault(place, 0L));
        files.put(place, opened);
        return opened;
    }

    /** Waits until everything added is written. */
    @Override
    public void close() {
        closing = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
