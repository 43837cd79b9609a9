package dev.caravan.execution;

import dev.caravan.execution.JobLook.Kind;
import dev.caravan.provider.JobStatus;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.Stray;
import dev.caravan.run.Work;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Which jobs of a run are due for a look, and what was last seen of them. */
final class JobWatch {
    /** Between two searches for a job that was given up, in ordinary looks. */
    private static final int SEARCH_EVERY = 4;

    private final LiveRun run;
    private final long pollNanos;
    private final Map<String, Long> next = new HashMap<>();
    private final Map<String, String> lastSeen = new ConcurrentHashMap<>();
    private final Map<String, JobStatus> ended = new ConcurrentHashMap<>();
    private final Map<String, Instant> silentSince = new ConcurrentHashMap<>();
    private final Set<String> cancelled = ConcurrentHashMap.newKeySet();

    JobWatch(LiveRun run, long pollMillis) {
        this.run = run;
        pollNanos = TimeUnit.MILLISECONDS.toNanos(pollMillis);
    }

    /** The run was killed: every job is looked at now. */
    synchronized void hurry() {
        next.clear();
    }

    synchronized List<JobLook> due() {
        long now = System.nanoTime();
        var due = new ArrayList<JobLook>();
        for (JobLook each : run.store().onState(this::looks)) {
            String name = each.nonce() == null ? each.work() : each.nonce();
            if (now - next.getOrDefault(name, now) >= 0) {
                long pause = each.kind() == Kind.FIND && !each.last() ? pollNanos * SEARCH_EVERY : pollNanos;
                next.put(name, now + pause);
                due.add(each);
            }
        }
        return due;
    }

    private List<JobLook> looks(RunState state) {
        boolean killed = state.status() == RunStatus.KILLED;
        var looks = new ArrayList<JobLook>();
        for (Work each : state.works()) {
            if (each.phase() == Work.Phase.CREATED) {
                Kind kind = killed && !cancelled.contains(each.id()) ? Kind.CANCEL : Kind.POLL;
                looks.add(JobLook.at(run, kind, each.id(), each.step(), String.valueOf(each.providerJob())));
            }
        }
        boolean over = killed || state.everyUnitSettled();
        for (Stray each : state.strays()) {
            looks.add(look(each, over && run.searchIsOver(each.since())));
        }
        return looks;
    }

    private JobLook look(Stray stray, boolean last) {
        String job = stray.providerJob();
        JobStatus status = ended.get(stray.nonce());
        Kind kind = job == null
                ? Kind.FIND
                : status != null ? Kind.COLLECT : cancelled.contains(stray.nonce()) ? Kind.POLL : Kind.CANCEL;
        return new JobLook(
                run,
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
        silentSince.computeIfAbsent(work, key -> run.store().clock().instant());
        note(work, "not reached: " + why);
    }

    /** The provider says that it has no such job. A young one may be unknown for a while; later something is wrong. */
    void unknown(String work, String job) {
        Instant since =
                silentSince.computeIfAbsent(work, key -> run.store().clock().instant());
        note(work, "the provider does not know " + job);
        if (run.gaveUp(since)) {
            run.pause(
                    "detached",
                    "the provider does not know job " + job + " since " + since
                            + "; was it made with another key or project? With the right key, `caravan resume` goes on");
        }
    }

    /** An ended job's results are not there, though it says so. Polls reach the job all the same, so this counts apart. */
    void resultsMissing(String work, String job) {
        String name = results(work);
        Instant since =
                silentSince.computeIfAbsent(name, key -> run.store().clock().instant());
        note(name, "the results of " + job + " are not there");
        if (run.gaveUp(since)) {
            run.pause(
                    "detached",
                    "the results of job " + job + " are not there since " + since
                            + "; were they deleted, or kept too long? What they cost at most stays at risk");
        }
    }

    /** An ended job's results were read. */
    void resultsRead(String work) {
        reached(results(work));
    }

    private static String results(String work) {
        return work + " (results)";
    }

    private void note(String work, String state) {
        if (!state.equals(lastSeen.put(work, state))) {
            run.log().log("POLL", work + ": " + state);
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
