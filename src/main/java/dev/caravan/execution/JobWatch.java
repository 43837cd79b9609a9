package dev.caravan.execution;

import dev.caravan.execution.JobLook.Kind;
import dev.caravan.provider.Account;
import dev.caravan.provider.Answer;
import dev.caravan.provider.JobAnswer;
import dev.caravan.provider.JobStatus;
import dev.caravan.provider.Lane;
import dev.caravan.run.OpenWork;
import dev.caravan.run.PauseReason;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunLog;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.run.StrayJob;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Which jobs of a run are due for a look, what was last seen of them, and what follows from it. */
public final class JobWatch {
    /** A job that was given up is searched for at least so many times of grace. */
    private static final int SEARCH_GRACES = 5;

    private static final long SHORTEST_SEARCH_MILLIS = 2_000;

    /** Between two searches for a job that was given up, in ordinary looks. */
    private static final int SEARCH_EVERY = 4;

    private final RunStore store;
    private final RunLog log;
    private final RunControl control;
    private final CallListener listener;
    private final Tempo tempo;
    private final ProviderAccess access;
    private final LongSupplier nanos;
    private final long pollNanos;
    private final Map<Account, LookPlan> plans = new ConcurrentHashMap<>();
    /** Of strays alone. */
    private final Map<String, Long> next = new HashMap<>();

    private final Map<String, String> lastSeen = new ConcurrentHashMap<>();
    private final Map<String, JobStatus> ended = new ConcurrentHashMap<>();
    private final Map<String, Instant> silentSince = new ConcurrentHashMap<>();
    private final Set<String> cancelled = ConcurrentHashMap.newKeySet();
    /** By job, the work that read its rows and found them its own. */
    private final Map<String, String> confirmed = new ConcurrentHashMap<>();

    /** Whether jobs that turn up from now on are young. */
    private boolean watching;

    JobWatch(RunStore store, RunLog log, RunControl control, ProviderAccess access) {
        this(store, log, control, access, System::nanoTime);
    }

    /** @param nanos what time it is, as {@link System#nanoTime} has it */
    JobWatch(RunStore store, RunLog log, RunControl control, ProviderAccess access, LongSupplier nanos) {
        this.access = access;
        this.nanos = nanos;
        this.store = store;
        this.log = log;
        this.control = control;
        listener = access.listener();
        tempo = access.tempo();
        pollNanos = TimeUnit.MILLISECONDS.toNanos(tempo.pollMillis());
    }

    /** The run was killed: every job is looked at now. */
    synchronized void hurry() {
        next.clear();
        plans.values().forEach(LookPlan::forget);
        watching = false;
    }

    synchronized List<JobLook> due() {
        long now = nanos.getAsLong();
        var due = new ArrayList<JobLook>();
        var open = new ArrayList<String>();
        for (JobLook each : store.onState(this::looks)) {
            if (each.nonce() == null) {
                open.add(name(each));
            }
            if (each.nonce() == null ? plan(each).isDue(name(each), !watching, now) : isDue(each, each.nonce(), now)) {
                due.add(each);
            }
        }
        plans.values().forEach(each -> each.keep(open));
        watching = true;
        return due;
    }

    private boolean isDue(JobLook stray, String nonce, long now) {
        if (now - next.getOrDefault(nonce, now) < 0) {
            return false;
        }
        next.put(nonce, now + (stray.kind() == Kind.FIND && !stray.last() ? pollNanos * SEARCH_EVERY : pollNanos));
        return true;
    }

    private LookPlan plan(JobLook look) {
        return plans.computeIfAbsent(access.account(look.step()), key -> new LookPlan(pollNanos));
    }

    /** What a job is called in the plan of its account: a work may have another one after it. */
    private static String name(JobLook look) {
        return look.work() + " " + look.providerJob();
    }

    private List<JobLook> looks(RunState state) {
        boolean killed = state.status() == RunStatus.KILLED;
        var looks = new ArrayList<JobLook>();
        for (OpenWork each : state.works()) {
            if (each.phase() == OpenWork.Phase.CREATED) {
                Kind kind = killed && !cancelled.contains(each.id()) ? Kind.CANCEL : Kind.POLL;
                looks.add(JobLook.at(kind, each.id(), each.step(), String.valueOf(each.providerJob())));
            }
        }
        boolean over = killed || state.everyUnitSettled();
        for (StrayJob each : state.strays()) {
            looks.add(look(each, over && searchIsOver(each.since())));
        }
        return looks;
    }

    private JobLook look(StrayJob stray, boolean last) {
        String job = stray.providerJob();
        JobStatus status = ended.get(stray.nonce());
        Kind kind = job == null
                ? Kind.FIND
                : status != null ? Kind.COLLECT : cancelled.contains(stray.nonce()) ? Kind.POLL : Kind.CANCEL;
        return new JobLook(
                kind,
                stray.work(),
                stray.step(),
                job == null ? "" : job,
                stray.nonce(),
                stray.since(),
                last,
                stray.requests(),
                status);
    }

    /** What the provider said of an open job; the fact that follows, or null when it is not over. */
    public @Nullable RunEvent looked(JobLook look, JobAnswer answer) {
        if (look.kind() == Kind.CANCEL) {
            cancelled(look.work());
        }
        if (answer instanceof JobAnswer.Known known) {
            JobStatus status = known.status();
            running(look.work(), status);
            String completed = status.completed() == JobStatus.UNKNOWN ? "?" : String.valueOf(status.completed());
            seen(look.work(), status.providerState() + " (" + completed + "/" + status.total() + ")");
            if (status.state() == JobStatus.State.RUNNING) {
                plan(look).running(name(look));
            } else {
                plan(look).ended(name(look), status.state() == JobStatus.State.ENDED);
            }
            return status.state() == JobStatus.State.RUNNING
                    ? null
                    : new RunEvent.JobEnded(
                            look.work(), status.state().name(), "", result(status, 0), result(status, 1));
        }
        if (answer instanceof JobAnswer.Trouble trouble) {
            if (trouble.answer() instanceof Answer.Rejected && isOthers(look)) {
                return new RunEvent.JobInDoubt(
                        look.work(),
                        RunEvent.JobInDoubt.FOREIGN,
                        look.providerJob() + " was other work's, and is gone",
                        tempo.pauseMillis());
            }
            troubled(look, trouble.answer());
            return null;
        }
        if (answer instanceof JobAnswer.Done) {
            return null;
        }
        throw new IllegalStateException("a look at a job was answered with " + answer);
    }

    /** Whether several works in doubt took one job for theirs, and another one was right. */
    private boolean isOthers(JobLook look) {
        String owner = confirmed.get(look.providerJob());
        return owner != null && !owner.equals(look.work());
    }

    private void troubled(JobLook look, Answer trouble) {
        plan(look).troubled(name(look));
        if (trouble instanceof Answer.Throttled) {
            listener.turnedAway(look.step());
        }
        if (trouble instanceof Answer.Rejected && look.kind() == Kind.POLL) {
            unknown(look.work(), look.providerJob());
        } else {
            unseen(look.work(), String.valueOf(trouble));
            endless(look.work(), "what the provider says of job " + look.providerJob(), trouble);
        }
        if (trouble instanceof Answer.Fatal fatal) {
            control.pause(PauseReason.PROVIDER, fatal.code() + ": " + fatal.detail());
        }
    }

    private static @Nullable String result(JobStatus status, int index) {
        return index < status.results().size() ? status.results().get(index).name() : null;
    }

    /**
     * Jobs that are accounted for: none of them is one that may have been made and is looked for. A job that was taken
     * for ours without an answer may yet turn out to be the one.
     */
    public Set<String> knownJobs() {
        return store.onState(state -> {
            var known = new HashSet<String>();
            state.works().stream()
                    .filter(each -> !each.adopted())
                    .forEach(each -> known.add(String.valueOf(each.providerJob())));
            state.strays().forEach(each -> known.add(String.valueOf(each.providerJob())));
            return known;
        });
    }

    /** Whether a job that may exist has been looked for long enough to say that it does not. */
    public boolean graceIsOver(@Nullable Instant doubtedAt) {
        return doubtedAt == null || isOver(doubtedAt, Duration.ofMillis(tempo.graceMillis()));
    }

    /** Whether nothing turns up any more of an intent that was written then. */
    private boolean searchIsOver(Instant since) {
        return isOver(since, Duration.ofMillis(Math.max(SHORTEST_SEARCH_MILLIS, SEARCH_GRACES * tempo.graceMillis())));
    }

    /** Whether trouble that began then has lasted for as long as the pipeline allows in batch. */
    public boolean gaveUp(Instant since) {
        return isOver(since, store.facts().giveUpAfter(Lane.BATCH));
    }

    private boolean isOver(Instant since, Duration time) {
        return !store.clock().instant().isBefore(since.plus(time));
    }

    /** The provider was asked to end a job, by the name of its work or stray. */
    void cancelled(String name) {
        cancelled.add(name);
    }

    /** A job that should end runs on: the call to end it was lost, and is made again. */
    void running(String name, JobStatus status) {
        if (!status.providerState().startsWith("cancel")) {
            cancelled.remove(name);
        }
    }

    /** A stray is over, and its results may be read. */
    void ended(String nonce, JobStatus status) {
        ended.put(nonce, status);
    }

    /** Notes a job's state in the log when it changed. */
    void seen(String work, String state) {
        reached(work);
        note(work, state);
    }

    /** The provider was reached about a job, whatever it said. */
    void reached(String name) {
        silentSince.remove(name);
    }

    /** The provider could not say how the job is. */
    void unseen(String work, String why) {
        silentSince.computeIfAbsent(work, key -> store.clock().instant());
        note(work, "not reached: " + why);
    }

    /** The provider says that it has no such job. A young one may be unknown for a while; later something is wrong. */
    void unknown(String work, String job) {
        Instant since = silentSince.computeIfAbsent(work, key -> store.clock().instant());
        note(work, "the provider does not know " + job);
        if (gaveUp(since)) {
            control.pause(
                    PauseReason.DETACHED,
                    "the provider does not know job " + job + " since " + since
                            + "; was it made with another key or project? With the right key, `caravan resume` goes on");
        }
    }

    /** What is answered and cannot be read is not waited for without end. */
    void endless(String name, String what, Answer trouble) {
        Instant since = silentSince.get(name);
        if (since != null
                && trouble instanceof Answer.Transient each
                && each.code().equals(Answer.Ambiguous.UNREADABLE)
                && gaveUp(since)) {
            control.pause(PauseReason.DETACHED, what + " cannot be read since " + since + ": " + each.detail());
        }
    }

    /** An ended job's results could not be fetched this time. */
    public void resultsUnread(String work, String job, Answer trouble) {
        String name = results(work);
        silentSince.computeIfAbsent(name, key -> store.clock().instant());
        note(name, "not read: " + trouble);
        endless(name, "what the provider gives as results of job " + job, trouble);
    }

    /** An ended job's results are not there, though it says so. Polls reach the job all the same, so this counts apart. */
    public void resultsMissing(String work, String job) {
        String name = results(work);
        Instant since = silentSince.computeIfAbsent(name, key -> store.clock().instant());
        note(name, "the results of " + job + " are not there");
        if (gaveUp(since)) {
            control.pause(
                    PauseReason.DETACHED,
                    "the results of job " + job + " are not there since " + since
                            + "; were they deleted, or kept too long? What they cost at most stays at risk");
        }
    }

    /** An ended job's results were read, and they are the work's own. */
    void resultsRead(String work, String job) {
        confirmed.put(job, work);
        reached(results(work));
    }

    private static String results(String work) {
        return work + " (results)";
    }

    private void note(String work, String state) {
        if (!state.equals(lastSeen.put(work, state))) {
            log.log("POLL", work + ": " + state);
        }
    }

    /** Jobs that could not be seen since then or longer, with what was last said of them. */
    Map<String, String> unseen(Instant since) {
        var unseen = new TreeMap<String, String>();
        silentSince.forEach((work, from) -> {
            if (!from.isAfter(since)) {
                unseen.put(work, lastSeen.getOrDefault(work, ""));
            }
        });
        return unseen;
    }
}
