package dev.caravan.settle;

import dev.caravan.base.Disk;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
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

    private record Entry(int step, ReplyRow row, Consumer<@Nullable Throwable> then) {}

    private record Target(String work, int chunk, ModelChoice asked) {
        int step() {
            return asked.step();
        }

        ChunkPlace place() {
            return new ChunkPlace(step(), chunk);
        }
    }

    private final RunFolder folder;
    private final RunFacts facts;
    private final RunSteps judging;
    private final RunStore store;
    private final Disk disk;
    private final Pricing pricing;
    private final LinkedBlockingQueue<Entry> queue = new LinkedBlockingQueue<>();
    private final Map<ChunkPlace, Disk.Appender> files = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<ChunkPlace, Long> lengths = new HashMap<>();
    private final Thread thread;
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
        synchronized (queue) {
            if (!ended) {
                queue.add(new Entry(step, row, then));
                return;
            }
        }
        then.accept(new IllegalStateException("the run is closed"));
    }

    /** Adds rows, no more than a few thousand unwritten at a time, and waits until all are synced and booked. */
    public void addAll(int step, List<ReplyRow> rows) {
        var window = new Semaphore(LARGEST_GROUP);
        var failed = new CompletableFuture<@Nullable Throwable>();
        for (ReplyRow row : rows) {
            window.acquireUninterruptibly();
            add(step, row, failure -> {
                if (failure != null) {
                    failed.complete(failure);
                }
                window.release();
            });
        }
        window.acquireUninterruptibly(LARGEST_GROUP);
        Throwable failure = failed.getNow(null);
        if (failure != null) {
            throw new IllegalStateException("results could not be booked", failure);
        }
    }

    private void work() {
        var group = new ArrayList<Entry>();
        try {
            while (!over()) {
                Entry first = queue.poll(50, TimeUnit.MILLISECONDS);
                if (first == null) {
                    continue;
                }
                group.add(first);
                queue.drainTo(group, LARGEST_GROUP - 1);
                write(group);
                group.clear();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            synchronized (queue) {
                ended = true;
            }
            files.values().forEach(Disk.Appender::close);
        }
    }

    /** Whether nothing is left to write and nothing more is taken: whoever adds behind the end is told so. */
    private boolean over() {
        synchronized (queue) {
            ended = closing && queue.isEmpty();
            return ended;
        }
    }

    private void write(List<Entry> group) {
        var byTarget = new LinkedHashMap<Target, List<Entry>>();
        for (Entry each : group) {
            byTarget.computeIfAbsent(
                            new Target(
                                    each.row().work(),
                                    facts.chunkOf(each.row().unit()),
                                    each.row().choice(each.step())),
                            key -> new ArrayList<>())
                    .add(each);
        }
        var booked = new ArrayList<RunEvent.RepliesSettled>();
        try {
            var touched = new LinkedHashMap<ChunkPlace, Disk.Appender>();
            for (var each : byTarget.entrySet()) {
                booked.add(append(each.getKey(), each.getValue(), touched));
            }
            touched.values().forEach(Disk.Appender::force);
        } catch (RuntimeException e) {
            store.failStop(e);
            group.forEach(each -> each.then().accept(e));
            return;
        }
        int at = 0;
        for (List<Entry> entries : byTarget.values()) {
            store.record(
                    booked.get(at++),
                    failure -> entries.forEach(each -> each.then().accept(failure)));
        }
    }

    private RunEvent.RepliesSettled append(Target target, List<Entry> entries, Map<ChunkPlace, Disk.Appender> touched) {
        Disk.Appender file = open(target, touched);
        touched.put(target.place(), file);
        long from = file.position();
        var booking = new BookingTotals();
        for (Entry each : entries) {
            ReplyRow row = each.row();
            file.write(row.line());
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
