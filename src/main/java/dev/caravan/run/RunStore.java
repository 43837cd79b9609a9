package dev.caravan.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Disk;
import dev.caravan.base.InvalidFileException;
import dev.caravan.base.Json;
import dev.caravan.base.SteadyClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A run's folder, held by its one writer: events go to the journal, and once they are durable, into the state.
 *
 * <p>Everything that reads {@link RunState} runs on the journal's thread, by {@link #onState} or a {@link Listener}.
 */
public final class RunStore implements AutoCloseable {
    private static final long SMALLEST_TAIL = 4L << 20;
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
    private final Journal journal;
    private final RunState state;
    private final String actor;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> broken = new CompletableFuture<>();
    private volatile @Nullable RunSummary summary;
    private long summaryAt;
    private boolean summaryStale;
    private long lastSeq;
    private long snapshotSize;
    private long snapshotAt;

    private RunStore(
            RunFolder folder, Disk disk, Clock clock, Lease lease, Journal journal, RunState state, String actor) {
        this.folder = folder;
        this.disk = disk;
        this.clock = clock;
        this.lease = lease;
        this.journal = journal;
        this.state = state;
        this.actor = actor;
        lastSeq = journal.recovery().lastSeq();
        snapshotAt = journal.size();
        if (state.created()) {
            summary = state.summary();
        }
    }

    /** Takes the lease and folds the journal. */
    public static RunStore open(RunFolder folder, Disk disk, Clock clock, String actor) {
        ObjectNode manifest = readManifest(folder);
        var steady = new SteadyClock(clock, Instant.EPOCH);
        Lease lease = Lease.acquire(folder.root(), disk, clock, 0);
        try {
            RunState state = manifest == null ? new RunState() : restored(folder, manifest);
            long after = manifest == null ? 0 : manifest.get("journal_seq").longValue();
            Journal journal = Journal.open(
                    disk,
                    folder.journal(),
                    steady,
                    lease.epoch(),
                    after,
                    entry -> state.apply(RunEvent.of(entry.type(), entry.body()), entry.time()));
            lease.raise(journal.recovery().lastEpoch());
            journal.epoch(lease.epoch());
            steady.atLeast(journal.recovery().lastTime());
            return new RunStore(folder, disk, steady, lease, journal, state, actor);
        } catch (RuntimeException | Error e) {
            lease.close();
            throw e;
        }
    }

    /** Folds the journal of a run for reading: takes no lease and writes nothing. */
    public static RunState read(RunFolder folder) {
        if (!Files.exists(folder.journal()) && !Files.exists(folder.manifest())) {
            throw new InvalidFileException(folder.root().toString(), "", "is not a run: it has no journal.jsonl");
        }
        ObjectNode manifest = readManifest(folder);
        RunState state = manifest == null ? new RunState() : restored(folder, manifest);
        long after = manifest == null ? 0 : manifest.get("journal_seq").longValue();
        Journal.read(
                folder.journal(), after, entry -> state.apply(RunEvent.of(entry.type(), entry.body()), entry.time()));
        return state;
    }

    /** Folds the whole journal, whatever the manifest says. For reading, as {@link #read}. */
    public static RunState replay(RunFolder folder) {
        if (!Files.exists(folder.journal()) && Files.exists(folder.manifest())) {
            readManifest(folder);
        }
        if (!Files.exists(folder.journal())) {
            throw new InvalidFileException(folder.root().toString(), "", "is not a run: it has no journal.jsonl");
        }
        var state = new RunState();
        Journal.read(folder.journal(), 0, entry -> state.apply(RunEvent.of(entry.type(), entry.body()), entry.time()));
        if (!state.created()) {
            throw new InvalidFileException(folder.root().toString(), "", "holds no run: its journal is empty");
        }
        return state;
    }

    /** What is wrong with a run's manifest, held against its replayed journal; empty when nothing is, or there is none. */
    public static Optional<String> manifestTrouble(RunFolder folder, RunState replayed) {
        try {
            return Manifest.fold(read(folder)).equals(Manifest.fold(replayed))
                    ? Optional.empty()
                    : Optional.of(
                            "MANIFEST.json differs from what the journal adds up to; move it away, it is made again");
        } catch (InvalidFileException e) {
            return Optional.of(e.problems().get(0).toString());
        } catch (IllegalStateException e) {
            return Optional.of("MANIFEST.json does not go with the journal (" + e.getMessage()
                    + "); move it away, it is made again");
        }
    }

    /** A state that was read, for screens. */
    public static RunSummary summary(RunState state) {
        return state.summary();
    }

    private static @Nullable ObjectNode readManifest(RunFolder folder) {
        if (!Files.exists(folder.manifest())) {
            return null;
        }
        try {
            JsonNode node = Json.mapper().readTree(Files.readAllBytes(folder.manifest()));
            int version = node.path("schema_version").intValue();
            if (version > 0 && version < Manifest.SCHEMA_VERSION) {
                // Of an earlier version: the journal is the truth, and the next snapshot is written in today's form.
                return null;
            }
            if (version != Manifest.SCHEMA_VERSION) {
                throw new InvalidFileException(
                        folder.manifest().toString(),
                        "schema_version",
                        "is " + node.path("schema_version") + "; this version of Caravan reads "
                                + Manifest.SCHEMA_VERSION + ". The journal is the truth: move the manifest away and"
                                + " it is made again");
            }
            if (!node.path("journal_seq").isIntegralNumber()) {
                throw new InvalidFileException(
                        folder.manifest().toString(),
                        "journal_seq",
                        "is missing; move the manifest away and it is made again from the journal");
            }
            ofThisRun(folder, (ObjectNode) node);
            return (ObjectNode) node;
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new InvalidFileException(
                    folder.manifest().toString(),
                    "",
                    "is not JSON; move it away and it is made again from the journal");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + folder.manifest(), e);
        }
    }

    /** A snapshot counts only beside the journal it was made from: the first fact says which run that is. */
    private static void ofThisRun(RunFolder folder, ObjectNode manifest) throws IOException {
        if (!Files.exists(folder.journal())) {
            throw new InvalidFileException(
                    folder.root().toString(),
                    "journal.jsonl",
                    "is gone, and with it what was bought and paid; the manifest is only its echo. Restore it from a"
                            + " copy of the folder");
        }
        try (var lines = Files.newBufferedReader(folder.journal())) {
            String first = lines.readLine();
            JsonNode made = first == null ? Json.object() : Json.mapper().readTree(first);
            boolean same = made.path("body")
                            .path("facts")
                            .path("run")
                            .equals(manifest.path("fold").path("facts").path("run"))
                    && made.path("time").equals(manifest.path("fold").path("created"));
            if (!same) {
                throw new InvalidFileException(
                        folder.manifest().toString(),
                        "",
                        "belongs to another run than the journal beside it; move it away and it is made again");
            }
        }
    }

    private static RunState restored(RunFolder folder, ObjectNode manifest) {
        try {
            return Manifest.restore(manifest);
        } catch (NullPointerException | IllegalArgumentException | java.time.DateTimeException e) {
            // Members are missing or hold something else: it is not what we wrote.
            throw new InvalidFileException(
                    folder.manifest().toString(),
                    "fold",
                    "is incomplete; move it away and it is made again from the journal");
        }
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

    public Journal.Recovery recovery() {
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
        journal.append(event.type(), actor, event.body(), new Journal.Listener() {
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
            state.apply(event, entry.time());
        } catch (RuntimeException e) {
            failStop(e);
            throw e;
        }
        lastSeq = entry.seq();
        boolean turning = event instanceof RunEvent.RunStarted
                || event instanceof RunEvent.RunPaused
                || event instanceof RunEvent.RunKilled
                || event instanceof RunEvent.RunCompleted
                || event instanceof RunEvent.RunCreated;
        refreshSummary(turning || event instanceof RunEvent.WorkDone);
        try {
            listeners.forEach(each -> each.folded(event, state, entry.time()));
            if (turning || journal.size() - snapshotAt > Math.max(SMALLEST_TAIL, snapshotSize)) {
                writeManifest();
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
            summary = state.summary();
            summaryAt = nanos;
        }
    }

    private void writeManifest() {
        byte[] bytes = Json.text(Manifest.of(state, lastSeq, clock.instant())).getBytes(StandardCharsets.UTF_8);
        snapshotSize = bytes.length;
        snapshotAt = journal.size();
        disk.replace(folder.manifest(), bytes);
        disk.replace(
                folder.manifestSummary(),
                Json.text(Manifest.brief(state.summary(), clock.instant())).getBytes(StandardCharsets.UTF_8));
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
                    writeManifest();
                    return true;
                });
            }
        } finally {
            journal.close();
            lease.close();
        }
    }
}
