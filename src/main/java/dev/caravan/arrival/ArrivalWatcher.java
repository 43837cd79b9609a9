package dev.caravan.arrival;

import dev.caravan.base.Disk;
import dev.caravan.base.UserMistakeException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.UnaryOperator;

/**
 * Watches {@code pipelines/} for folders, zip files and files of items that come in while the service runs. Says what
 * came in, each time with a question; the caller decides and answers. All is remembered in one file, so that nothing is
 * started twice however often the process dies.
 *
 * <p>A pipeline is started in two steps. {@link #claim} remembers the name of the run; the caller makes that run, whole
 * or not at all; {@link #started} remembers that it is there. After a crash between the two the claim is handed out
 * again, and the run is looked up by its name.
 *
 * <p>One process at a time may watch a folder. Any thread may call; what a look reads keeps the others waiting, except
 * {@link #standings()} and {@link #held()}.
 */
public final class ArrivalWatcher {
    private final Path pipelines;
    private final Clock clock;
    private final ArrivalLimits limits;
    private final ArrivalMemory memory;
    private final HeldBack held = new HeldBack();
    private final ZipArrivals archives;
    private final FolderArrivals folders;
    private final InboxArrivals inboxes;

    /**
     * @param state the file in which all is remembered; while there is none, the service starts for the first time
     * @throws UserMistakeException when that file does not hold what was written into it
     */
    public ArrivalWatcher(Path pipelines, Path state, Disk disk, Clock clock, ArrivalLimits limits) {
        this.pipelines = pipelines;
        this.clock = clock;
        this.limits = limits;
        memory = new ArrivalMemory(state, disk);
        archives = new ZipArrivals(pipelines, memory, held, limits, disk);
        folders = new FolderArrivals(pipelines, memory, held, limits);
        inboxes = new InboxArrivals(pipelines, memory, held, limits, disk);
    }

    /**
     * Notes what lies there when the service starts for the very first time: whatever comes after this call has come in,
     * also while the rest of the service is still starting. A later start has its memory and needs no such note.
     */
    public static void begin(Path pipelines, Path state, Disk disk, Clock clock) {
        var memory = new ArrivalMemory(state, disk);
        if (memory.first()) {
            begin(pipelines, memory, clock.instant());
        }
    }

    /**
     * What came in, in the order of names. To be called about once a second: where nothing changed, names, sizes and
     * times are compared and no file is read. A question comes at every look until it is answered.
     */
    public synchronized List<ArrivalDecision> look() {
        Instant now = clock.instant();
        var work = new LookBudget(limits.bytesPerLook());
        var found = new ArrayList<ArrivalDecision>();
        held.begin();
        if (memory.first()) {
            begin(pipelines, memory, now);
        }
        archives.look(DroppedNames.in(pipelines).zips(), now, work, found::add);
        SortedMap<String, RestedFolder> settled =
                folders.look(DroppedNames.in(pipelines).folders(), now, work, found::add);
        inboxes.look(settled, now, found::add);
        held.end();
        found.sort(Comparator.comparing(ArrivalDecision::name).thenComparing(ArrivalWatcher::second));
        return List.copyOf(found);
    }

    private static String second(ArrivalDecision decision) {
        return decision instanceof ArrivalDecision.ItemsArrived items ? "/" + items.file() : "";
    }

    /** What lies there before the service first starts is nobody's arrival. */
    private static void begin(Path pipelines, ArrivalMemory memory, Instant now) {
        DroppedNames there = DroppedNames.in(pipelines);
        ArrivalState draft = memory.draft();
        there.folders().forEach(each -> draft.put(FolderRecord.first(each, ArrivalPhase.READY, "", now)));
        draft.early().addAll(there.zips());
        memory.keep(draft);
    }

    /**
     * The pipeline will be started by a run of this name; durable when this returns.
     *
     * @return false when there is nothing to start: its content is another one by now, it was started or refused, or
     *     another run was claimed for it
     */
    public synchronized boolean claim(String name, String digest, String run) {
        if (run.isBlank()) {
            throw new IllegalArgumentException("a claim needs the name of a run");
        }
        FolderRecord now = standing(name, digest).orElse(null);
        if (now == null || now.phase() == ArrivalPhase.STARTED || now.phase() == ArrivalPhase.REFUSED) {
            return false;
        }
        return now.phase() == ArrivalPhase.CLAIMED ? now.run().equals(run) : keep(now.claimed(run, clock.instant()));
    }

    /**
     * The name that was claimed turned out to be that of somebody else's run: another one is claimed in its place.
     * Durable when this returns.
     *
     * @return false when the first is not claimed any more
     */
    public synchronized boolean reclaim(String name, String run, String other) {
        FolderRecord now = memory.state().pipelines().get(name);
        return now != null
                && now.phase() == ArrivalPhase.CLAIMED
                && now.run().equals(run)
                && keep(now.claimed(other, clock.instant()));
    }

    /** The run that was claimed was made. */
    public synchronized void started(String name, String run) {
        FolderRecord now = memory.state().pipelines().get(name);
        if (now == null
                || !now.run().equals(run)
                || (now.phase() != ArrivalPhase.CLAIMED && now.phase() != ArrivalPhase.STARTED)) {
            throw new IllegalStateException(name + " was not claimed by " + run + ": " + now);
        }
        keep(now.accepted(ArrivalPhase.STARTED, clock.instant()));
    }

    /** A person may start it. @return false when its content is another one by now, or was started */
    public boolean ready(String name, String digest) {
        return answer(name, digest, each -> each.accepted(ArrivalPhase.READY, clock.instant()));
    }

    /**
     * It cannot be used; not asked about again until its content changes.
     *
     * @return false when its content is another one by now, or was started
     */
    public boolean refused(String name, String digest, String reason) {
        return answer(name, digest, each -> each.refused(reason, clock.instant()));
    }

    private synchronized boolean answer(String name, String digest, UnaryOperator<FolderRecord> next) {
        return standing(name, digest)
                .filter(each -> each.phase() != ArrivalPhase.STARTED)
                .map(each -> keep(next.apply(each)))
                .orElse(false);
    }

    /** The work on a file of items is done: it is put into {@code inbox/.done/}. */
    public synchronized void taken(String id) {
        inboxes.done(id);
    }

    /** A file of items cannot be used: it is put into {@code inbox/.refused/}, with the reason beside it. */
    public synchronized void refusedItems(String id, String reason) {
        inboxes.refuse(id, reason);
    }

    /** What is remembered of every folder, those that are gone included. */
    public List<FolderRecord> standings() {
        return List.copyOf(memory.state().pipelines().values());
    }

    /** What lay there at the last look and was not taken yet, each with the reason: {@code has no config.yaml yet}. */
    public SortedMap<String, String> held() {
        return held.reasons();
    }

    private Optional<FolderRecord> standing(String name, String digest) {
        return Optional.ofNullable(memory.state().pipelines().get(name))
                .filter(each -> each.digest().equals(digest));
    }

    private boolean keep(FolderRecord standing) {
        ArrivalState draft = memory.draft();
        draft.put(standing);
        memory.keep(draft);
        return true;
    }
}
