package dev.caravan.service;

import dev.caravan.base.Disk;
import dev.caravan.base.UserMistakeException;
import dev.caravan.execution.LiveRun;
import dev.caravan.journal.CorruptJournalException;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.run.RunSummary;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * The runs that the service keeps: those that wait for approval, those that wait for their turn, in order, those at work,
 * and those that rest while jobs they paid for are collected. What stands here is only where each of them is; how it
 * stands is told by its journal.
 */
final class ServiceRoster {
    private static final String WANTED = "somebody else goes on with it";

    private final int most;
    private final RunLauncher launcher;
    private final NoticeSink notices;
    private final PendingApprovals approvals;
    private final Map<String, RunFolder> queue = new LinkedHashMap<>();
    private final Map<String, RunFolder> uncollected = new LinkedHashMap<>();
    private final Map<String, LiveRun> working = new LinkedHashMap<>();
    private final Map<String, LiveRun> resting = new LinkedHashMap<>();
    private final TroubleMemory setbacks;
    /** Runs that were paused, and that somebody wants to go on. */
    private final Set<String> resumed = new HashSet<>();

    private final ResultExpiry expiry;
    private boolean stopped;

    /** @param most runs at work at one time, and as many at rest */
    ServiceRoster(int most, RunLauncher launcher, NoticeSink notices, PendingApprovals approvals, ResultExpiry expiry) {
        this.expiry = expiry;
        this.most = most;
        this.launcher = launcher;
        this.notices = notices;
        this.approvals = approvals;
        setbacks = new TroubleMemory(notices);
    }

    /** Keeps a run from now on, as its journal says; one that is kept already, or is nobody's, is left as it is. */
    synchronized void take(RunFolder folder) {
        if (isKept(folder)) {
            return;
        }
        try {
            RunState state = RunStore.read(folder);
            if (state.created() && state.served()) {
                place(folder, state);
            }
        } catch (UserMistakeException | CorruptJournalException e) {
            notices.tell(ServiceNotice.What.FAILED, folder.name(), String.valueOf(e.getMessage()));
        } catch (UncheckedIOException e) {
            // Where it belongs is looked at again when its turn comes.
            queue.put(folder.name(), folder);
            setbacks.met(folder.name(), e);
        }
    }

    private boolean isKept(RunFolder folder) {
        String name = folder.name();
        return approvals.contains(folder)
                || queue.containsKey(name)
                || uncollected.containsKey(name)
                || working.containsKey(name)
                || resting.containsKey(name);
    }

    private void place(RunFolder folder, RunState state) {
        if (state.waitsForApproval()) {
            approvals.watch(folder);
            notices.tell(
                    ServiceNotice.What.WAITING,
                    folder.name(),
                    RunStore.summary(state).detail() + "; caravan approve " + folder.name() + ", or caravan reject "
                            + folder.name() + " --reason TEXT");
        } else if (startable(state)) {
            queue.put(folder.name(), folder);
            notices.tell(ServiceNotice.What.QUEUED, folder.name(), RunEndings.allowedBy(state));
        } else if (!RunSummary.jobs(state).isEmpty()) {
            uncollected.put(folder.name(), folder);
        }
    }

    /**
     * Goes on with a paused run in its turn.
     *
     * @param first what is done to it before, while nobody is at it
     * @throws UserMistakeException when that cannot be
     */
    synchronized void resume(RunFolder folder, String actor, Runnable first) {
        String name = folder.name();
        if (queue.containsKey(name)) {
            return;
        }
        LiveRun at = working.get(name);
        if (at != null && !ended(at)) {
            throw new UserMistakeException(folder.root().toString(), "", "is at work");
        }
        if (at != null) {
            // It paused a moment ago.
            look(at);
        }
        RunState state = RunStore.read(folder);
        String trouble = keepsFromResuming(name, state);
        if (!trouble.isEmpty()) {
            throw new UserMistakeException(folder.root().toString(), "", trouble);
        }
        LiveRun rests = resting.remove(name);
        if (rests != null) {
            release(rests);
        }
        uncollected.remove(name);
        prepare(folder, state, first);
        resumed.add(name);
        queue.put(name, folder);
        setbacks.over(name);
        notices.tell(ServiceNotice.What.QUEUED, name, "resumed by " + actor);
    }

    /** Why a paused run cannot go on; empty when it can. */
    private String keepsFromResuming(String name, RunState state) {
        if (!state.served()) {
            return "was not made by the service; go on with it by caravan resume " + name;
        }
        if (state.waitsForApproval()) {
            return "waits for approval; caravan approve " + name;
        }
        if (state.status().terminal()) {
            return "is over: " + state.status();
        }
        LiveRun rests = resting.get(name);
        return rests != null && rests.callsInFlight() > 0
                ? "has calls in flight from before it was paused; ask again in a moment"
                : "";
    }

    /** Where that fails, jobs of the run are collected as before. */
    private void prepare(RunFolder folder, RunState state, Runnable first) {
        try {
            first.run();
        } catch (RuntimeException e) {
            if (!RunSummary.jobs(state).isEmpty()) {
                uncollected.put(folder.name(), folder);
            }
            throw e;
        }
    }

    /** A person approved it, or ended it. */
    private void decided(RunFolder folder) {
        if (!Files.exists(folder.journal())) {
            notices.tell(ServiceNotice.What.RELEASED, folder.name(), "its folder is gone");
            return;
        }
        take(folder);
        if (!isKept(folder)) {
            tellEnd(folder);
        }
    }

    private void tellEnd(RunFolder folder) {
        try {
            RunSummary run = RunStore.summary(RunStore.read(folder));
            notices.tell(RunEndings.what(run), folder.name(), RunEndings.of(run));
        } catch (UserMistakeException | CorruptJournalException e) {
            // Told when it was to be taken.
        } catch (UncheckedIOException e) {
            notices.tell(ServiceNotice.What.RELEASED, folder.name(), "how it ended cannot be read: " + Disk.reason(e));
        }
    }

    private static boolean startable(RunState state) {
        return !state.waitsForApproval()
                && (state.status() == RunStatus.PENDING || state.status() == RunStatus.RUNNING);
    }

    /** What is to be done about once a second: who was decided on, who ended, who may start. */
    synchronized void tend() {
        if (stopped) {
            return;
        }
        approvals.decided().forEach(this::decided);
        List.copyOf(working.values()).forEach(this::look);
        List.copyOf(resting.values()).forEach(this::settle);
        if (expiry.isDue()) {
            lookForExpiry();
        }
        for (RunFolder each : List.copyOf(queue.values())) {
            if (working.size() < most && setbacks.mayTry(each.name())) {
                start(each);
            }
        }
        for (RunFolder each : List.copyOf(uncollected.values())) {
            if (resting.size() < most && setbacks.mayTry(each.name())) {
                collect(each);
            }
        }
    }

    private void lookForExpiry() {
        working.values().forEach(each -> expiry.look(each.summary()));
        resting.values().forEach(each -> expiry.look(each.summary()));
        expiry.look(queue.values());
        expiry.look(uncollected.values());
    }

    /** One that ended makes room at once; what it has at its provider is collected at rest. */
    private void look(LiveRun run) {
        if (run.store().isBroken()) {
            Throwable cause = run.failure();
            leave(run, ServiceNotice.What.FAILED, cause == null ? "it broke" : String.valueOf(cause.getMessage()));
        } else if (ended(run)) {
            RunSummary summary = run.summary();
            if (summary.status() == RunStatus.COMPLETE) {
                leave(run, ServiceNotice.What.COMPLETE, RunEndings.of(summary));
            } else {
                working.remove(run.folder().name());
                resting.put(run.folder().name(), run);
                if (summary.question() == null || run.hasJobsOut()) {
                    notices.tell(RunEndings.what(summary), run.folder().name(), RunEndings.of(summary));
                }
                settle(run);
            }
        }
    }

    private static boolean ended(LiveRun run) {
        try {
            return run.awaitEnd(0);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** A run at rest is given back when nothing of it is out, or when somebody else wants it. */
    private void settle(LiveRun run) {
        if (run.store().isBroken()) {
            leave(run, ServiceNotice.What.RELEASED, run.wantedElsewhere() ? WANTED : "");
            return;
        }
        boolean wanted = run.wantedElsewhere();
        if (run.callsInFlight() > 0 || (run.hasJobsOut() && !wanted)) {
            return;
        }
        if (!wanted && waitsForWord(run)) {
            // From here on nobody holds it, as any that waits for a word.
            resting.remove(run.folder().name());
            release(run);
            take(run.folder());
        } else if (run.is(RunStatus.COMPLETE)) {
            leave(run, ServiceNotice.What.COMPLETE, RunEndings.of(run.summary()));
        } else {
            leave(run, ServiceNotice.What.RELEASED, wanted ? WANTED : "");
        }
    }

    private static boolean waitsForWord(LiveRun run) {
        return run.summary().question() != null || run.is(RunStatus.PENDING);
    }

    private void leave(LiveRun run, ServiceNotice.What what, String text) {
        String name = run.folder().name();
        working.remove(name);
        resting.remove(name);
        release(run);
        notices.tell(what, name, text);
    }

    private void release(LiveRun run) {
        try {
            launcher.release(run);
        } catch (RuntimeException e) {
            // One run's trouble must not keep the others waiting.
            notices.tell(
                    ServiceNotice.What.FAILED, run.folder().name(), "it could not be given back: " + e.getMessage());
        }
    }

    private void start(RunFolder folder) {
        String name = folder.name();
        try {
            RunState state = RunStore.read(folder);
            boolean goesOn = state.status() == RunStatus.PAUSED && resumed.contains(name);
            if (state.served() && (startable(state) || goesOn)) {
                working.put(name, launcher.start(folder, state.lane()));
                queue.remove(name);
                resumed.remove(name);
                notices.tell(ServiceNotice.What.STARTED, name, state.status() == RunStatus.PENDING ? "" : "it goes on");
            } else {
                queue.remove(name);
                resumed.remove(name);
                take(folder);
            }
            setbacks.over(name);
        } catch (RuntimeException e) {
            setbacks.met(name, e);
        }
    }

    private void collect(RunFolder folder) {
        String name = folder.name();
        try {
            resting.put(name, launcher.collect(folder));
            uncollected.remove(name);
            setbacks.over(name);
        } catch (RuntimeException e) {
            setbacks.met(name, e);
        }
    }

    /** Ends in order: nothing new is sent, calls in flight are awaited, every run is given back as it stands. */
    synchronized void stop(long graceMillis, BooleanSupplier hurry) {
        stopped = true;
        var live = new ArrayList<>(working.values());
        live.addAll(resting.values());
        live.forEach(LiveRun::stopAdmitting);
        RunEndings.await(live, graceMillis, hurry);
        for (LiveRun each : live) {
            if (!each.store().isBroken()) {
                RunEndings.leftBehind(each, notices);
            }
            release(each);
        }
        working.clear();
        resting.clear();
    }
}
