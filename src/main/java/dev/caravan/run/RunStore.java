package dev.caravan.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Disk;
import dev.caravan.base.SteadyClock;
import dev.caravan.base.UserMistakeException;
import dev.caravan.journal.Journal;
import dev.caravan.journal.JournalEntry;
import dev.caravan.journal.JournalRecovery;
import dev.caravan.lease.Lease;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A run's folder, held by its one writer: events go to the journal, and once they are durable, into the state.
 *
 * <p>Everything that reads {@link RunState} runs on the journal's thread, by {@link #onState} or a {@link Listener}.
 */
public final class RunStore implements AutoCloseable {
    private static final long SUMMARY_EVERY_NANOS = 50_000_000L;

    /** Told of each event once it is durable and folded, on the journal's thread. */
    public interface Listener {
        void folded(RunEvent event, RunState state, Instant time);

        /** The journal can no longer be written; nothing more will be recorded. */
        void broken(Throwable cause);
    }

    private final RunFolder folder;
    private final Disk disk;
    private final Clock clock;
    private final Lease lease;
    private final Runnable giveBack;
    private final Journal journal;
    private final RunState state;
    private final ManifestFile manifest;
    private final String actor;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> broken = new CompletableFuture<>();
    private volatile @Nullable RunSummary summary;
    private long summaryAt;
    private boolean summaryStale;
    private long lastSeq;

    private RunStore(
            RunFolder folder,
            Disk disk,
            Clock clock,
            Lease lease,
            Runnable giveBack,
            Journal journal,
            RunState state,
            String actor) {
        this.folder = folder;
        this.disk = disk;
        this.clock = clock;
        this.lease = lease;
        this.giveBack = giveBack;
        this.journal = journal;
        this.state = state;
        this.actor = actor;
        lastSeq = journal.recovery().lastSeq();
        manifest = new ManifestFile(folder, disk, journal.size());
        state.refuseUnfit();
        if (state.created()) {
            summary = RunSummary.of(state);
        }
    }

    /** Takes the lease and folds the journal. */
    public static RunStore open(RunFolder folder, Disk disk, Clock clock, String actor) {
        return open(folder, disk, clock, actor, false);
    }

    /** As {@link #open}, when a person says that this folder is the run's only one; that word is kept. */
    public static void moved(RunFolder folder, Disk disk, Clock clock, String actor) {
        try (RunStore store = open(folder, disk, clock, actor, true)) {
            if (store.created()) {
                store.recordAndWait(new RunEvent.RunMoved(actor));
            }
        }
    }

    private static RunStore open(RunFolder folder, Disk disk, Clock clock, String actor, boolean moved) {
        Lease lease = Lease.acquire(folder.root(), disk, clock, moved);
        try {
            return open(folder, lease, lease::close, disk, clock, actor, moved);
        } catch (RuntimeException | Error e) {
            lease.close();
            throw e;
        }
    }

    /** Of a folder that is being made: it stays held when the store is closed. */
    static RunStore begin(RunFolder folder, Lease lease, Disk disk, Clock clock, String actor) {
        return open(folder, lease, lease::rest, disk, clock, actor, false);
    }

    private static RunStore open(
            RunFolder folder, Lease lease, Runnable giveBack, Disk disk, Clock clock, String actor, boolean moved) {
        ObjectNode manifest = ManifestFile.read(folder);
        RunState state = manifest == null ? new RunState() : ManifestFile.restored(folder, manifest);
        long after = manifest == null ? 0 : manifest.get("journal_seq").longValue();
        var steady = new SteadyClock(clock, Instant.EPOCH);
        Journal journal =
                Journal.open(disk, folder.journal(), steady, lease.epoch(), after, entry -> replay(state, entry));
        try {
            lease.opened(journal::size, journal.recovery(), moved);
        } catch (RuntimeException | Error e) {
            journal.close();
            throw e;
        }
        journal.epoch(lease.epoch());
        steady.atLeast(journal.recovery().lastTime());
        var store = new RunStore(folder, disk, steady, lease, giveBack, journal, state, actor);
        lease.lost().thenAccept(store::failStop);
        return store;
    }

    /** Folds the journal of a run for reading: takes no lease and writes nothing. */
    public static RunState read(RunFolder folder) {
        if (!Files.exists(folder.journal()) && !Files.exists(folder.manifest())) {
            throw new UserMistakeException(folder.root().toString(), "", "is not a run: it has no journal.jsonl");
        }
        ObjectNode manifest = ManifestFile.read(folder);
        RunState state = manifest == null ? new RunState() : ManifestFile.restored(folder, manifest);
        long after = manifest == null ? 0 : manifest.get("journal_seq").longValue();
        Journal.read(folder.journal(), after, entry -> replay(state, entry));
        return state;
    }

    private static void replay(RunState state, JournalEntry entry) {
        EventFold.apply(state, EventJson.read(entry.type(), entry.body()), entry.time());
    }

    /** What was said last to what the run will cost, and by whom. */
    public static Optional<RunEvent.CostApproved> approval(RunFolder folder) {
        var found = new AtomicReference<RunEvent.CostApproved>();
        if (Files.exists(folder.journal())) {
            Journal.read(folder.journal(), EventNames.of(RunEvent.CostApproved.class), entry -> {
                if (EventJson.read(entry.type(), entry.body()) instanceof RunEvent.CostApproved approved) {
                    found.set(approved);
                }
            });
        }
        return Optional.ofNullable(found.get());
    }

    /** A state that was read, as its journal says it; what people and programs are shown is {@link RunView}. */
    public static RunSummary summary(RunState state) {
        return RunSummary.of(state);
    }

    public RunFolder folder() {
        return folder;
    }

    public Disk disk() {
        return disk;
    }

    public Clock clock() {
        return clock;
    }

    public long epoch() {
        return lease.epoch();
    }

    /** Tells other processes what this one is at. */
    public void doing(String what) {
        lease.doing(what);
    }

    /** Since when this process holds the run. */
    public Instant heldSince() {
        return lease.started();
    }

    public JournalRecovery recovery() {
        return journal.recovery();
    }

    public RunFacts facts() {
        return state.facts();
    }

    public boolean created() {
        return state.created();
    }

    public void listen(Listener listener) {
        listeners.add(listener);
    }

    /**
     * Records a fact. Calls back on the journal's thread once it is durable and folded, or with the cause; at once, with
     * the cause, when the store is closed.
     */
    public void record(RunEvent event, Consumer<@Nullable Throwable> then) {
        try {
            append(event, then);
        } catch (IllegalStateException e) {
            then.accept(e);
        }
    }

    private void append(RunEvent event, Consumer<@Nullable Throwable> then) {
        journal.append(EventNames.of(event), actor, EventJson.body(event), new Journal.Listener() {
            @Override
            public void durable(JournalEntry entry) {
                try {
                    fold(event, entry);
                } catch (RuntimeException e) {
                    then.accept(e);
                    throw e;
                }
                then.accept(null);
            }

            @Override
            public void failed(Throwable cause) {
                fail(cause);
                then.accept(cause);
            }
        });
    }

    /** Records a fact and waits until it is durable. Never from the journal's thread. */
    public void recordAndWait(RunEvent event) {
        var done = new CompletableFuture<Void>();
        record(event, failure -> complete(done, failure));
        join(done);
    }

    /** Asks the state on the journal's thread and waits for the answer. Never from the journal's thread. */
    public <T> T onState(Function<RunState, T> question) {
        var answer = new CompletableFuture<T>();
        journal.execute(() -> {
            try {
                answer.complete(question.apply(state));
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        return join(answer);
    }

    /** As {@link #onState}, without waiting. */
    public void later(Consumer<RunState> action) {
        journal.execute(() -> {
            try {
                action.accept(state);
                if (summaryStale) {
                    refreshSummary(true);
                }
            } catch (RuntimeException e) {
                failStop(e);
                throw e;
            }
        });
    }

    private static <T> T join(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private static void complete(CompletableFuture<Void> done, @Nullable Throwable failure) {
        if (failure == null) {
            done.complete(null);
        } else {
            done.completeExceptionally(failure);
        }
    }

    private void fold(RunEvent event, JournalEntry entry) {
        try {
            EventFold.apply(state, event, entry.time());
        } catch (RuntimeException e) {
            failStop(e);
            throw e;
        }
        lastSeq = entry.seq();
        boolean turning = EventFold.isTurn(event);
        refreshSummary(turning || event instanceof RunEvent.WorkDone);
        try {
            listeners.forEach(each -> each.folded(event, state, entry.time()));
            if (turning || manifest.isDue(journal.size())) {
                manifest.write(state, lastSeq, clock.instant(), journal.size());
            }
        } catch (RuntimeException e) {
            failStop(e);
            throw e;
        }
    }

    private void refreshSummary(boolean now) {
        long nanos = System.nanoTime();
        summaryStale = !now && nanos - summaryAt <= SUMMARY_EVERY_NANOS;
        if (!summaryStale) {
            summary = RunSummary.of(state);
            summaryAt = nanos;
        }
    }

    /** The run at this moment, or shortly before. */
    public RunSummary summary() {
        RunSummary known = summary;
        if (known == null) {
            throw new IllegalStateException("the run has not been created");
        }
        return known;
    }

    /** Stops all recording: something durable could not be written. */
    public void failStop(Throwable cause) {
        journal.failStop(cause);
        fail(cause);
    }

    private void fail(Throwable cause) {
        if (broken.completeExceptionally(cause)) {
            listeners.forEach(each -> each.broken(cause));
        }
    }

    public boolean isBroken() {
        return broken.isCompletedExceptionally();
    }

    /** Ends cleanly: what is queued is written, the manifest is brought up to date, the lease is given back. */
    @Override
    public void close() {
        try {
            if (!isBroken() && state.created()) {
                onState(each -> {
                    manifest.write(state, lastSeq, clock.instant(), journal.size());
                    return true;
                });
            }
        } finally {
            // A folder that is not given back is taken for ours as long as this process lives.
            try {
                journal.close();
            } finally {
                giveBack.run();
            }
        }
    }
}
