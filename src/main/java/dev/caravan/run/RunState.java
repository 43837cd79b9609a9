package dev.caravan.run;

import dev.caravan.base.Crc32c;
import dev.caravan.provider.Lane;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a run is: the fold of its journal. Nothing else changes it, and it reads no file and no clock.
 *
 * <p>Not thread-safe: it lives on the journal's thread; others read {@link RunSummary}.
 */
public final class RunState {
    /** Pause after trouble at the provider: doubles from event to event, up to the cap. */
    private static final int MOST_DOUBLINGS = 6;
    /** Stands for a checksum that nothing has: the file is to be made again. */
    public static final long VOID = -1;

    final Units units = new Units();
    private @Nullable RunFacts facts;
    private Shape shape = Shape.of(0, List.of(), List.of());
    final List<StepState> steps = new ArrayList<>();
    final Map<String, TaskState> tasks = new LinkedHashMap<>();
    final Map<String, Work> works = new LinkedHashMap<>();
    final Map<String, Stray> strays = new LinkedHashMap<>();
    final Map<String, long[]> lengths = new TreeMap<>();
    final Map<String, long[]> crcs = new TreeMap<>();
    Ledger ledger = new Ledger();
    RunStatus status = RunStatus.PENDING;
    Lane lane = Lane.BATCH;
    String reason = "";
    String detail = "";
    int formed;
    int jobsCreated;
    int revisions;
    String title = "";
    String approvedBy = "";
    long capPicos = -1;
    boolean pilotPassed;
    Instant createdAt = Instant.EPOCH;
    Instant startedAt = Instant.EPOCH;

    @Nullable Instant endedAt;

    Instant progressAt = Instant.EPOCH;

    public boolean created() {
        return facts != null;
    }

    public RunFacts facts() {
        return Objects.requireNonNull(facts, "the run has not been created");
    }

    public void apply(RunEvent event, Instant time) {
        if (event instanceof RunEvent.RunCreated e) {
            create(e.facts(), time);
        } else if (event instanceof RunEvent.RunStarted e) {
            status = RunStatus.RUNNING;
            lane = e.lane();
            reason = "";
            detail = "";
            startedAt = time;
            steps.forEach(each -> each.notBefore = Instant.EPOCH);
        } else if (event instanceof RunEvent.WorkFormed e) {
            form(e);
        } else if (event instanceof RunEvent.RepliesSettled e) {
            settleReplies(e, time);
        } else if (event instanceof RunEvent.ChunkSettled e) {
            settleChunk(e, time);
        } else if (event instanceof RunEvent.ChunkRebuilt e) {
            rebuild(e);
        } else if (event instanceof RunEvent.WorkDone e) {
            finish(work(e.work()));
        } else if (event instanceof RunEvent.CallsIntended e) {
            intendCalls(e);
        } else if (event instanceof RunEvent.CallsLost e) {
            loseCalls(e);
        } else if (event instanceof RunEvent.CallsNotBought e) {
            Ranges.parse(e.units()).stream().forEach(work(e.work()).open::remove);
        } else if (event instanceof RunEvent.UnitsReopened e) {
            reopen(e, time);
        } else if (event instanceof RunEvent.UnitsPromoted e) {
            promote(e, time);
        } else if (event instanceof RunEvent.JudgingRevised e) {
            revisions = e.revision();
        } else if (event instanceof RunEvent.CapSet e) {
            capPicos = e.picos();
        } else if (event instanceof RunEvent.PilotPassed) {
            letIn();
        } else if (event instanceof RunEvent.CostApproved e) {
            approvedBy = e.actor();
        } else if (event instanceof RunEvent.RunNamed e) {
            title = e.title();
        } else if (event instanceof RunEvent.TaskBegun e) {
            TaskState task = task(e.task());
            task.phase = TaskState.Phase.BEGUN;
            task.attempts = e.attempt();
            progressAt = time;
        } else if (event instanceof RunEvent.TaskEnded e) {
            TaskState task = task(e.task());
            task.phase = e.done() ? TaskState.Phase.DONE : TaskState.Phase.FAILED;
            task.detail = e.detail();
            progressAt = time;
        } else if (event instanceof RunEvent.TasksReopened) {
            tasks.values().stream()
                    .filter(each -> each.phase == TaskState.Phase.FAILED)
                    .forEach(each -> each.phase = TaskState.Phase.WAITING);
            reopened("failed tasks were given another chance", false);
        } else if (event instanceof RunEvent.RunPaused e) {
            status = RunStatus.PAUSED;
            reason = e.reason();
            detail = e.detail();
            steps.forEach(each -> each.braked |= facts().brake().stops(each));
        } else if (event instanceof RunEvent.RunKilled e) {
            status = RunStatus.KILLED;
            reason = e.reason();
            detail = "";
            endedAt = time;
        } else if (event instanceof RunEvent.RunCompleted) {
            status = RunStatus.COMPLETE;
            endedAt = time;
            // Runs of an earlier version were completed without a last search.
            strays.clear();
        } else {
            applyToJob(event, time);
        }
    }

    private void applyToJob(RunEvent event, Instant time) {
        if (event instanceof RunEvent.JobIntended e) {
            Work work = work(e.work());
            work.doubtedAt = null;
            work.phase = Work.Phase.INTENDED;
            work.intent = e;
            work.intendedAt = time;
            work.doubted = false;
        } else if (event instanceof RunEvent.JobCreated e) {
            Work work = work(e.work());
            work.phase = Work.Phase.CREATED;
            work.failedCreates = 0;
            work.throttledCreates = 0;
            work.troubleSince = null;
            jobsCreated += work.providerJob == null ? 1 : 0;
            work.adopted = e.adopted() && (work.adopted || !e.providerJob().equals(work.providerJob));
            work.providerJob = e.providerJob();
            progressAt = time;
        } else if (event instanceof RunEvent.JobNotCreated e) {
            Work work = work(e.work());
            if (work.intent != null && e.code().equals(RunEvent.JobNotCreated.NOT_FOUND)) {
                Stray lost = Stray.of(work.intent, work.step(), Objects.requireNonNullElse(work.intendedAt, time));
                strays.put(lost.nonce(), lost);
            }
            work.phase = Work.Phase.FORMED;
            work.intent = null;
            work.providerJob = null;
            work.ended = null;
            work.failedCreates++;
            work.throttledCreates = e.throttled() ? work.throttledCreates + 1 : 0;
            work.troubleSince = work.troubleSince == null ? time : work.troubleSince;
            work.notBefore = time.plusMillis(e.pauseMillis());
        } else if (event instanceof RunEvent.WorkSplit e) {
            split(e);
        } else if (event instanceof RunEvent.JobInDoubt e) {
            Work work = work(e.work());
            work.doubted = true;
            if (e.code().equals(RunEvent.JobInDoubt.FOREIGN)) {
                work.phase = Work.Phase.INTENDED;
                work.providerJob = null;
                work.ended = null;
            }
            work.doubtedAt = work.doubtedAt == null ? time : work.doubtedAt;
            work.notBefore = time.plusMillis(e.pauseMillis());
        } else if (event instanceof RunEvent.JobEnded e) {
            Work work = work(e.work());
            work.phase = Work.Phase.ENDED;
            work.ended = e;
            progressAt = time;
        } else {
            applyToStray(event, time);
        }
    }

    private void applyToStray(RunEvent event, Instant time) {
        if (event instanceof RunEvent.StrayFound e) {
            Stray known = strays.get(e.nonce());
            Instant since = known == null ? time : known.since();
            // A second job under an open intent is bounded by what the first may cost.
            Work work = works.get(e.work());
            long worst = known != null
                    ? known.worstPicos()
                    : work == null || work.intent == null ? -1 : work.intent.worstPicos();
            strays.put(
                    e.nonce(),
                    new Stray(
                            e.nonce(),
                            e.work(),
                            e.step(),
                            e.provider(),
                            e.model(),
                            since,
                            worst,
                            known == null ? 0 : known.requests(),
                            e.providerJob()));
        } else if (event instanceof RunEvent.StrayGone e) {
            strays.remove(e.nonce());
        } else if (event instanceof RunEvent.StraySettled e) {
            ledger.settle(e);
            strays.remove(e.nonce());
        } else {
            throw new IllegalStateException("no fold for " + event.type());
        }
    }

    private void create(RunFacts made, Instant time) {
        facts = made;
        createdAt = time;
        progressAt = time;
        units.allocate(made.units());
        shape = made.shape();
        made.tasks().forEach(each -> tasks.put(each, new TaskState(each)));
        for (int i = 0; i < made.steps().size(); i++) {
            steps.add(new StepState());
        }
        BitSet first = made.pilotUnits();
        pilotPassed = first.cardinality() == made.units();
        steps.get(0).fresh.or(first);
        steps.get(0).arrived = first.cardinality();
    }

    /** The units that waited for the pilot come in. */
    private void letIn() {
        if (!pilotPassed) {
            var rest = held();
            pilotPassed = true;
            steps.get(0).fresh.or(rest);
            steps.get(0).arrived += rest.cardinality();
        }
    }

    /** Units that wait for the pilot to be through. */
    private BitSet held() {
        var rest = new BitSet();
        if (!pilotPassed) {
            rest.set(0, facts().units());
            rest.andNot(facts().pilotUnits());
        }
        return rest;
    }

    /** Whether the units that go first are through and the others wait for a word. */
    public boolean pilotOver() {
        return created()
                && !pilotPassed
                && works.isEmpty()
                && units.count(Outcome.IN_FLIGHT) + units.count(Outcome.WAITING) == 0
                && units.count(Outcome.PENDING) == facts().units() - facts().pilot();
    }

    private void form(RunEvent.WorkFormed e) {
        BitSet members = Ranges.parse(e.units());
        StepState step = steps.get(e.step());
        step.fresh.andNot(members);
        step.pool.andNot(members);
        step.openWorks++;
        formed++;
        members.stream().forEach(unit -> units.outcome(unit, Outcome.IN_FLIGHT));
        works.put(e.work(), new Work(e.work(), e.step(), e.lane(), members));
    }

    private void settleReplies(RunEvent.RepliesSettled e, Instant time) {
        ledger.settle(e);
        progressAt = e.paid() > 0 ? time : progressAt;
        length(e.step(), e.chunk())[0] = e.to();
        Work work = works.get(e.work());
        if (work != null) {
            BitSet answered = Ranges.parse(e.units());
            work.answered.or(answered);
            work.resultsFrom.merge(e.chunk(), e.from(), Math::min);
            answered.stream().forEach(work.open::remove);
        }
    }

    private void settleChunk(RunEvent.ChunkSettled e, Instant time) {
        long[] length = length(e.step(), e.chunk());
        length[1] = e.validated().to();
        length[2] = e.failures().to();
        length[3] = e.findings().to();
        long[] crc = crcs.computeIfAbsent(e.step() + "/" + e.chunk(), key -> new long[3]);
        crc[0] = grown(crc[0], e.validated());
        crc[1] = grown(crc[1], e.failures());
        crc[2] = grown(crc[2], e.findings());
        StepState step = steps.get(e.step());
        e.notes().forEach((code, count) -> step.notes.merge(code, count, Integer::sum));
        Work work = work(e.work());
        BitSet done = Ranges.parse(e.done());
        BitSet failed = Ranges.parse(e.failed());
        BitSet retried = Ranges.parse(e.retried());
        BitSet returned = Ranges.parse(e.returned());
        BitSet dropped = Ranges.parse(e.dropped());
        step.done += done.cardinality();
        step.failed += failed.cardinality();
        step.dropped += dropped.cardinality();
        step.skipped.or(Ranges.parse(e.skipped()));
        BitSet sentBack = Ranges.parse(e.sentBack());
        dropped.stream().forEach(unit -> end(unit, Outcome.DROPPED));
        boolean moved = !(done.isEmpty() && dropped.isEmpty() && failed.isEmpty() && retried.isEmpty());
        progressAt = moved || !sentBack.isEmpty() ? time : progressAt;
        judged(step, first(done) + first(dropped), first(failed) + first(retried) + first(sentBack));
        if (shape.isFanOut(e.step())) {
            fanOut(e.step(), done, e.children(), time);
        } else {
            arrive(e.step() + 1, done, alone(done), time);
        }
        failed.stream().forEach(unit -> end(unit, Outcome.FAILED));
        retried.stream().forEach(units::countAttempt);
        returned.stream().forEach(unit -> units.countTry(unit, time.getEpochSecond()));
        retried.or(returned);
        pool(step, retried, time);
        sendBack(e.step(), e.backTo(), sentBack, time);
        if (e.pauseMillis() > 0) {
            step.troubles++;
            step.notBefore = time.plusMillis(e.pauseMillis() << Math.min(step.troubles - 1, MOST_DOUBLINGS));
        } else if (!done.isEmpty()) {
            step.troubles = 0;
        }
        for (BitSet each : List.of(done, failed, dropped, retried, sentBack)) {
            work.settled.or(each);
        }
    }

    /** What they came to at the steps in between is void, and done again. */
    private void sendBack(int from, int to, BitSet sent, Instant time) {
        if (sent.isEmpty()) {
            return;
        }
        int count = sent.cardinality();
        for (int i = to; i < from; i++) {
            StepState passed = steps.get(i);
            passed.done -= count;
            passed.skipped.andNot(sent);
            steps.get(i + 1).arrived -= count;
            for (int unit = sent.nextSetBit(0); unit >= 0; unit = sent.nextSetBit(unit + 1)) {
                voidFile(i, unit, 0);
            }
        }
        steps.get(from).sentBack += count;
        sent.stream().forEach(unit -> units.sendBack(unit, to));
        pool(steps.get(to), sent, time);
    }

    /** Units go on in their children: they wait for them at the gather, or are through. */
    private void fanOut(int index, BitSet parents, List<Integer> counts, Instant time) {
        int gather = shape.gatherOf(index);
        var born = new BitSet();
        var childless = new BitSet();
        int[] each = parents.stream().toArray();
        for (int i = 0; i < each.length; i++) {
            int parent = each[i];
            int first = units.bear(parent, index, counts.get(i), index + 1);
            born.set(first, first + counts.get(i));
            if (gather == Shape.NONE) {
                units.outcome(parent, Outcome.SUPERSEDED);
            } else {
                units.moveTo(parent, gather);
                steps.get(gather).arrived++;
                hold(parent, counts.get(i));
                childless.set(parent, counts.get(i) == 0);
            }
        }
        steps.get(index).born += born.cardinality();
        // Whole chunks of children go at once, the rest waits for company: one fan-out never means many tiny jobs.
        int rest = born.cardinality() % facts().chunkSize();
        var whole = Ranges.lowest(born, born.cardinality() - rest);
        born.andNot(whole);
        arrive(index + 1, whole, false, time);
        arrive(index + 1, born, true, time);
        childless.stream().forEach(this::ready);
    }

    /** A unit waits at its gather for children. */
    private void hold(int parent, int children) {
        units.outcome(parent, Outcome.WAITING);
        units.openChildren(parent, children);
        steps.get(units.step(parent)).held++;
    }

    /** All children of a unit have their outcome: it can be gathered. */
    private void ready(int parent) {
        StepState gather = steps.get(units.step(parent));
        gather.held--;
        gather.fresh.set(parent);
        units.outcome(parent, Outcome.PENDING);
    }

    /** A final outcome; should a parent wait for it, it has one child less to wait for. */
    private void end(int unit, Outcome outcome) {
        units.outcome(unit, outcome);
        if (shape.gatherOf(units.lineage().birth(unit)) != Shape.NONE) {
            int parent = units.lineage().familyOf(unit).parent();
            units.openChildren(parent, units.openChildren(parent) - 1);
            if (units.openChildren(parent) == 0) {
                ready(parent);
            }
        }
    }

    /**
     * A unit that failed is to go on: whoever waited for it, or failed for it, waits again.
     *
     * @throws IllegalStateException when its parent was gathered without it
     */
    private void revive(int unit) {
        if (shape.gatherOf(units.lineage().birth(unit)) == Shape.NONE) {
            return;
        }
        int parent = units.lineage().familyOf(unit).parent();
        if (!revivable(unit)) {
            throw new IllegalStateException("unit " + parent + " was gathered without its child " + unit);
        }
        StepState gather = steps.get(units.step(parent));
        switch (units.outcome(parent)) {
            case WAITING -> units.openChildren(parent, units.openChildren(parent) + 1);
            case PENDING -> {
                gather.fresh.clear(parent);
                gather.pool.clear(parent);
                hold(parent, 1);
            }
            default -> {
                gather.failed--;
                voidFile(units.step(parent), parent, 1);
                hold(parent, 1);
                revive(parent);
            }
        }
    }

    /** After a snapshot was read: how many children each waiting unit still waits for follows from their outcomes. */
    void countOpenChildren() {
        Lineage lineage = units.lineage();
        for (int i = 0; i < lineage.count(); i++) {
            Lineage.Family family = lineage.family(i);
            if (shape.gatherOf(family.birth()) != Shape.NONE
                    && units.children(family.parent(), family.birth()).equals(family)) {
                int open = 0;
                for (int child = family.first(); child < family.first() + family.count(); child++) {
                    open += units.outcome(child).terminal() ? 0 : 1;
                }
                units.openChildren(family.parent(), open);
            }
        }
    }

    /** Whether a unit that failed may get another chance: its parent must not have gone on without it. */
    public boolean revivable(int unit) {
        int gather = shape.gatherOf(units.lineage().birth(unit));
        if (gather == Shape.NONE) {
            return true;
        }
        int parent = units.lineage().familyOf(unit).parent();
        return units.step(parent) == gather
                && units.children(parent, shape.fanOutOf(gather)).count() > 0
                && switch (units.outcome(parent)) {
                    case WAITING, PENDING -> true;
                    case FAILED -> revivable(parent);
                    default -> false;
                };
    }

    /** A settled file holds a line too many: no checksum holds, so that the file is made again. 0: validated, 1: failures. */
    private void voidFile(int step, int unit, int which) {
        crcs.computeIfAbsent(step + "/" + facts().chunkOf(unit), key -> new long[3])[which] = VOID;
    }

    /** How many of them got their answer at the first try: what was sent in vain says nothing of quality. */
    private int first(BitSet settled) {
        return (int) settled.stream().filter(unit -> units.tries(unit) == 0).count();
    }

    private void judged(StepState step, int held, int rejected) {
        step.answered += held + rejected;
        step.rejected += rejected;
        if (step.answered >= facts().brake().answers() && !facts().brake().stops(step)) {
            step.braked = true;
        }
    }

    /** What is to be said of a step whose first answers were so bad that the run should pause. Said once a step. */
    public Optional<String> brakeTrouble() {
        if (status != RunStatus.RUNNING) {
            return Optional.empty();
        }
        for (int i = 0; i < steps.size(); i++) {
            StepState step = steps.get(i);
            if (!step.braked && facts().brake().stops(step)) {
                String finding = step.notes.entrySet().stream()
                        .max(Map.Entry.comparingByValue())
                        .map(each -> "; the commonest finding is " + each.getKey() + ", " + each.getValue() + " times")
                        .orElse("");
                return Optional.of(step.rejected + " of the first " + step.answered + " answers at step "
                        + facts().steps().get(i) + " did not hold" + finding);
            }
        }
        return Optional.empty();
    }

    private static long grown(long crc, RunEvent.Part part) {
        return crc == VOID ? VOID : Crc32c.combine(crc, part.crc(), part.to() - part.from());
    }

    private void rebuild(RunEvent.ChunkRebuilt e) {
        long[] length = length(e.step(), e.chunk());
        length[1] = e.validated().to();
        length[2] = e.failures().to();
        length[3] = e.findings().to();
        crcs.put(e.step() + "/" + e.chunk(), new long[] {
            e.validated().crc(), e.failures().crc(), e.findings().crc()
        });
    }

    private void reopen(RunEvent.UnitsReopened e, Instant time) {
        BitSet answered = Ranges.parse(e.answered());
        BitSet all = Ranges.parse(e.unanswered());
        all.or(answered);
        BitSet sentBack = Ranges.parse(e.sentBack());
        StepState step = steps.get(e.step());
        for (BitSet each : List.of(all, sentBack)) {
            each.stream().forEach(unit -> {
                failedAt(unit, e.step());
                revive(unit);
                voidFile(e.step(), unit, 1);
            });
            step.failed -= each.cardinality();
        }
        all.stream().forEach(unit -> units.reopen(unit, answered.get(unit)));
        pool(step, all, time);
        sendBack(e.step(), e.backTo(), sentBack, time);
        sentBack.stream().forEach(units::forgive);
        reopened((all.cardinality() + sentBack.cardinality()) + " units were given another chance");
    }

    private void failedAt(int unit, int step) {
        if (units.step(unit) != step || units.outcome(unit) != Outcome.FAILED) {
            throw new IllegalStateException("unit " + unit + " did not fail at step " + step);
        }
    }

    private void promote(RunEvent.UnitsPromoted e, Instant time) {
        BitSet all = Ranges.parse(e.units());
        StepState step = steps.get(e.step());
        all.stream().forEach(unit -> {
            failedAt(unit, e.step());
            revive(unit);
            voidFile(e.step(), unit, 0);
            voidFile(e.step(), unit, 1);
        });
        step.failed -= all.cardinality();
        step.done += all.cardinality();
        arrive(e.step() + 1, all, true, time);
        reopened(all.cardinality() + " units hold by the rules as they are now");
    }

    /** A run that was complete has something to do again; what was made of its results is out of date. */
    private void reopened(String why) {
        reopened(why, true);
    }

    private void reopened(String why, boolean all) {
        if (all) {
            tasks.values().forEach(each -> each.phase = TaskState.Phase.WAITING);
        }
        if (status == RunStatus.COMPLETE) {
            status = RunStatus.PAUSED;
            reason = "retry";
            detail = why;
            endedAt = null;
        }
    }

    /** Whether these units go on as stragglers: their chunk went ahead of them. */
    private boolean alone(BitSet arriving) {
        return arriving.stream().anyMatch(unit -> units.attempts(unit) > 0 || units.tries(unit) > 0);
    }

    private void arrive(int index, BitSet arriving, boolean alone, Instant time) {
        if (index == steps.size()) {
            arriving.stream().forEach(unit -> units.outcome(unit, Outcome.DONE));
            return;
        }
        if (shape.isGather(index)) {
            // They go on in their parent, who has been here since it fanned out.
            arriving.stream().forEach(unit -> {
                units.moveTo(unit, index);
                end(unit, Outcome.SUPERSEDED);
            });
            return;
        }
        StepState next = steps.get(index);
        next.arrived += arriving.cardinality();
        arriving.stream().forEach(unit -> units.moveTo(unit, index));
        if (alone) {
            pool(next, arriving, time);
        } else {
            next.fresh.or(arriving);
        }
    }

    private void pool(StepState step, BitSet arriving, Instant time) {
        if (arriving.isEmpty()) {
            return;
        }
        if (step.pool.isEmpty()) {
            step.pooledSince = time;
        }
        step.pool.or(arriving);
        arriving.stream().forEach(unit -> units.outcome(unit, Outcome.PENDING));
    }

    private void finish(Work work) {
        steps.get(work.step()).openWorks--;
        BitSet left = work.unsettled();
        if (!left.isEmpty()) {
            throw new IllegalStateException("work " + work.id() + " ended with units unsettled: " + Ranges.text(left));
        }
        works.remove(work.id());
    }

    private void split(RunEvent.WorkSplit e) {
        Work whole = work(e.work());
        BitSet left = whole.unsettled();
        works.remove(whole.id());
        steps.get(whole.step()).openWorks--;
        e.parts().forEach((id, text) -> {
            BitSet part = Ranges.parse(text);
            if (part.isEmpty() || part.stream().anyMatch(unit -> !left.get(unit))) {
                throw new IllegalStateException("work " + e.work() + " was split into what it does not hold: " + text);
            }
            left.andNot(part);
            steps.get(whole.step()).openWorks++;
            works.put(id, new Work(id, whole.step(), whole.lane(), part));
        });
        if (!left.isEmpty()) {
            throw new IllegalStateException("work " + e.work() + " was split and lost " + Ranges.text(left));
        }
    }

    private void intendCalls(RunEvent.CallsIntended e) {
        Work work = work(e.work());
        int[] called = Ranges.parse(e.units()).stream().toArray();
        for (int i = 0; i < called.length; i++) {
            work.open.put(called[i], e.worstPicos().get(i));
        }
    }

    private void loseCalls(RunEvent.CallsLost e) {
        ledger.lose(e.calls(), e.worstPicos());
        Work work = works.get(e.work());
        if (work != null) {
            Ranges.parse(e.units()).stream().forEach(work.open::remove);
        }
    }

    private TaskState task(String name) {
        return Objects.requireNonNull(tasks.get(name), () -> "no task " + name);
    }

    /** What is done once when every unit has its outcome, in its order. */
    public Collection<TaskState> tasks() {
        return Collections.unmodifiableCollection(tasks.values());
    }

    private Work work(String id) {
        return Objects.requireNonNull(works.get(id), () -> "no open work " + id);
    }

    private long[] length(int step, int chunk) {
        return lengths.computeIfAbsent(step + "/" + chunk, key -> new long[4]);
    }

    /** Journalled lengths in bytes of a chunk's files at a step: results, validated, failures, findings. */
    public long[] lengths(int step, int chunk) {
        long[] known = lengths.get(step + "/" + chunk);
        return known == null ? new long[4] : known.clone();
    }

    /** A copy of all journalled lengths, by {@code step/chunk}; files that hold nothing are left out. */
    public Map<String, long[]> allLengths() {
        var copy = new TreeMap<String, long[]>();
        lengths.forEach((key, value) -> copy.put(key, value.clone()));
        return copy;
    }

    /** CRC-32C over the journalled lengths of a chunk's settled files at a step: validated, failures, findings. */
    public long[] crcs(int step, int chunk) {
        long[] known = crcs.get(step + "/" + chunk);
        return known == null ? new long[3] : known.clone();
    }

    /** How often each kind of finding was seen, over all steps. */
    public Map<String, Integer> notes() {
        var all = new TreeMap<String, Integer>();
        steps.forEach(each -> each.notes.forEach((code, count) -> all.merge(code, count, Integer::sum)));
        return all;
    }

    public RunStatus status() {
        return status;
    }

    public Lane lane() {
        return lane;
    }

    public Units units() {
        return units;
    }

    public List<StepState> steps() {
        return Collections.unmodifiableList(steps);
    }

    /** Open work in the order it was formed. */
    public Collection<Work> works() {
        return Collections.unmodifiableCollection(works.values());
    }

    /** Jobs that nobody waits for, until they are settled or surely not there. */
    public Collection<Stray> strays() {
        return Collections.unmodifiableCollection(strays.values());
    }

    public @Nullable Work openWork(String id) {
        return works.get(id);
    }

    public Ledger ledger() {
        return ledger;
    }

    /** Pieces of work ever bound. */
    public int formedWorks() {
        return formed;
    }

    /** Where a unit stands as one step sees it. */
    public enum Standing {
        /** It has not come to the step, or never will: the step is its parent's, or its children's. */
        ABSENT,
        /** It is at the step, without an outcome. */
        OPEN,
        PASSED,
        FAILED,
        DROPPED;

        /** Whether the unit ever came to the step. */
        public boolean reached() {
            return this != ABSENT;
        }
    }

    public Standing standing(int unit, int step) {
        int at = units.step(unit);
        if (at < step || !shape.visits(units.lineage().birth(unit), step)) {
            return Standing.ABSENT;
        }
        if (at > step) {
            return Standing.PASSED;
        }
        return switch (units.outcome(unit)) {
            case DONE, SUPERSEDED -> Standing.PASSED;
            case FAILED -> Standing.FAILED;
            case DROPPED -> Standing.DROPPED;
            case PENDING, IN_FLIGHT, WAITING -> Standing.OPEN;
        };
    }

    public Shape shape() {
        return shape;
    }

    /** Chunks that hold units. */
    public int chunks() {
        return (units.count() + facts().chunkSize() - 1) / facts().chunkSize();
    }

    /** Behind the last unit of a chunk. */
    public int chunkEnd(int chunk) {
        return Math.min(units.count(), (chunk + 1) * facts().chunkSize());
    }

    /** Revisions of schemas and rules since the run was made. */
    public int revisions() {
        return revisions;
    }

    /** Most that the run may cost, in pico-dollars; -1 for no cap. */
    public long capPicos() {
        return capPicos;
    }

    /** Who let the run spend; empty when nobody was asked. */
    public String approvedBy() {
        return approvedBy;
    }

    /** What a person called the run; empty when nobody did. */
    public String title() {
        return title;
    }

    /** Until when everything that could be started is held back; the given time when something is not. */
    public Instant heldBackUntil(Instant now) {
        Instant first = Instant.MAX;
        for (StepState each : steps) {
            if (!each.fresh.isEmpty() || !each.pool.isEmpty()) {
                first = each.notBefore.isBefore(first) ? each.notBefore : first;
            }
        }
        for (Work each : works.values()) {
            if (each.phase == Work.Phase.CREATED) {
                continue;
            }
            first = each.notBefore.isBefore(first) ? each.notBefore : first;
        }
        return first.equals(Instant.MAX) || first.isBefore(now) ? now : first;
    }

    public int jobsCreated() {
        return jobsCreated;
    }

    /** Conservation at the end: every unit has its one final outcome. */
    public boolean everyUnitSettled() {
        return created()
                && works.isEmpty()
                && units.count(Outcome.PENDING) + units.count(Outcome.IN_FLIGHT) + units.count(Outcome.WAITING) == 0;
    }

    /** Units that passed the last step. */
    public int done() {
        return units.count(Outcome.DONE);
    }

    public int failed() {
        return units.count(Outcome.FAILED);
    }

    /** Units that left the run by {@code drop_if}. */
    public int dropped() {
        return units.count(Outcome.DROPPED);
    }

    /** Bound of what open jobs and calls can still cost beyond what is settled, lost calls included; -1: unknown. */
    public long atRiskPicos() {
        long sum = ledger.lostPicos();
        for (Stray stray : strays.values()) {
            sum = Ledger.sum(sum, stray.worstPicos());
        }
        for (Work work : works.values()) {
            if (work.intent != null && work.answered.cardinality() < work.size()) {
                sum = Ledger.sum(sum, work.intent.worstPicos());
            }
            for (long each : work.open.values()) {
                sum = Ledger.sum(sum, each);
            }
        }
        return sum;
    }

    RunSummary summary() {
        return RunSummary.of(this);
    }

    /** Why the run paused or was killed; empty when it was not. */
    public String reason() {
        return reason;
    }
}
