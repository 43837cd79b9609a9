package dev.caravan.execution;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Disk;
import dev.caravan.base.InvalidFileException;
import dev.caravan.base.NotReadyException;
import dev.caravan.base.Problems;
import dev.caravan.cost.RunBudget;
import dev.caravan.cost.RunPrices;
import dev.caravan.cost.WorstCaseSketch;
import dev.caravan.expression.EvaluationException;
import dev.caravan.limit.Turnstiles;
import dev.caravan.operator.OutlookSource;
import dev.caravan.prompt.RenderException;
import dev.caravan.provider.Account;
import dev.caravan.provider.Lane;
import dev.caravan.provider.Prompt;
import dev.caravan.provider.Usage;
import dev.caravan.repair.RunRecovery;
import dev.caravan.run.CapPlan;
import dev.caravan.run.ModelChoice;
import dev.caravan.run.OpenWork;
import dev.caravan.run.Planner;
import dev.caravan.run.RecordIndex;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFacts;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunLog;
import dev.caravan.run.RunPacking;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.run.RunSummary;
import dev.caravan.run.Ticket;
import dev.caravan.run.WorkOrder;
import dev.caravan.settle.RecordReader;
import dev.caravan.settle.ReplyRow;
import dev.caravan.settle.ResultsWriter;
import dev.caravan.settle.SettledFiles;
import dev.caravan.settle.Settler;
import dev.caravan.step.PreparedStep;
import dev.caravan.step.RunSteps;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A run while a process is at it: its store, its desks, and what they share. */
public final class LiveRun implements AutoCloseable {
    /**
     * What a run needs from the process.
     *
     * @param permits who may ask a provider now, shared by all runs
     * @param workers where rendering, judging and booking are done
     * @param pollMillis between two looks at a job
     * @param pauseMillis first pause when a provider is in trouble
     * @param throttledMillis by which pauses are counted after requests were turned away: 1,000 for seconds
     * @param lingerMillis how long stragglers wait for company
     * @param closing does what is to be done when every unit is through
     * @param outlook says what steps that are still to come will cost
     * @param graceMillis how long a job may be missing from the provider's list before it is said not to exist
     */
    public record Shared(
            Turnstiles permits,
            ExecutorService workers,
            long pollMillis,
            long pauseMillis,
            long throttledMillis,
            long lingerMillis,
            long graceMillis,
            EndTasks closing,
            OutlookSource outlook) {}

    private final RunStore store;
    private final Shared shared;
    private final List<Account> accounts;
    private final RunSteps judging;
    private final List<PreparedStep> steps;
    private final RunPrices prices;
    private final RecordIndex index;
    private final RecordReader records;
    private final ResultsWriter results;
    private final IntentJournal intents;
    private final Settler settler;
    private final Conductor conductor;
    private final RunLog log;
    private final CallDesk calls;
    private final JobDesk jobs;
    private final CommandDesk commands;
    private final RunHeartbeat heart;
    private final RunBudget purse;
    private final QueueRoom queueRoom;
    private final RunTurnstiles gates;
    private final RunTransitions milestones;
    private final CapPlan capPlan;
    private final int minJob;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final JobWatch watch;
    private final StrayDesk strays;
    private final RefusalWatch refusals;
    private volatile CallListener callWatch = CallListener.NONE;
    private volatile boolean paused;
    private volatile boolean wantedElsewhere;
    private volatile @Nullable Throwable failure;

    /** @param accounts that each step asks, in their order */
    public LiveRun(RunStore store, RunSteps judging, List<Account> accounts, Shared shared) {
        this.store = store;
        this.shared = shared;
        this.accounts = List.copyOf(accounts);
        log = new RunLog(store.folder().root(), store.clock());
        steps = judging.steps();
        new RunPacking(store.folder(), store.disk()).unpack();
        this.judging = judging;
        prices = RunPrices.of(store);
        var recovery = new RunRecovery(store, judging, prices::picos);
        int booked = recovery.bookTails();
        recovery.settleDoubts();
        int mended = new SettledFiles(store, judging).mend();
        index = new RecordIndex(store.folder());
        recovery.index(index);
        records = new RecordReader(store, steps, index);
        Map<String, long[]> lengths = store.onState(RunState::allLengths);
        var resultLengths = new HashMap<String, Long>();
        lengths.forEach((key, value) -> resultLengths.put(key, value[0]));
        results = new ResultsWriter(store.folder(), judging, store, store.disk(), prices::picos, resultLengths);
        settler = new Settler(store, judging, records, index, lengths, shared.pauseMillis());
        intents = new IntentJournal(store);
        minJob = judging.pipeline().minJob();
        capPlan = new CapPlan(
                WorstCaseSketch.of(
                        judging.pipeline(), store.folder(), store.facts().units(), prices),
                minJob);
        milestones = new RunTransitions(this, judging, shared, () -> recovery.index(index));
        conductor = new Conductor(
                store,
                new Planner(java.time.Duration.ofMillis(shared.lingerMillis()), capPlan),
                milestones::allSettled,
                milestones::pilotOver,
                milestones::reviewDue,
                milestones::capReached);
        gates = new RunTurnstiles(this, shared.throttledMillis());
        calls = new CallDesk(this);
        jobs = new JobDesk(this);
        watch = new JobWatch(this, shared.pollMillis(), shared.graceMillis());
        strays = new StrayDesk(this);
        refusals = new RefusalWatch(this);
        commands = new CommandDesk(this);
        heart = new RunHeartbeat(this);
        purse = new RunBudget(store);
        queueRoom = new QueueRoom(store);
        if (store.recovery().cutBytes() > 0) {
            log.log("INIT", "journal: cut " + store.recovery().cutBytes() + " bytes behind the last commit");
        }
        if (mended > 0) {
            log.log(
                    "INIT",
                    "made the settled files of " + mended + " chunks again: they did not hold what was settled");
        }
        recovery.mended().forEach(each -> log.log("WARN", each + " were taken out; what came in them is unknown"));
        if (booked > 0) {
            log.log("INIT", "booked " + booked + " replies that had reached their file but not the journal");
        }
    }

    long worstPicos(int step, WorkOrder.Member member, Lane lane, Prompt prompt) {
        return prices.worst(ModelChoice.of(step, member), lane, prompt);
    }

    /** Starts work: journals the start, lays the first tickets. */
    public void start(Lane lane, String command) {
        store.listen(new Watch());
        commands.obey(true);
        if (is(RunStatus.KILLED)) {
            ended.countDown();
        } else if (store.onState(RunState::waitsForApproval)) {
            rest();
        } else {
            milestones.approve();
            store.recordAndWait(new RunEvent.RunStarted(lane, command));
        }
        conductor.start();
    }

    /** Takes a run up that is paused or killed, and leaves it so: nothing new is sent, what was paid for is collected. */
    public void collect() {
        store.listen(new Watch());
        commands.obey(true);
        rest();
        conductor.start();
    }

    private void rest() {
        paused = true;
        ended.countDown();
    }

    /** Somebody wants a run that rests here for another process. */
    void giveBack() {
        wantedElsewhere = true;
    }

    /** Whether another process waits for this one to give the run back. */
    public boolean wantedElsewhere() {
        return wantedElsewhere;
    }

    /** Writes the log and notices the end. */
    private final class Watch implements RunStore.Listener {
        @Override
        public void folded(RunEvent event, RunState state, Instant time) {
            state.brakeTrouble().ifPresent(trouble -> pause("quality", trouble));
            if (state.isBeyondApproval()) {
                pause(RunTransitions.OVERRUN, RunTransitions.beyond(state));
            }
            if (event instanceof RunEvent.RunCompleted e) {
                log.log("COMPLETE", e.done() + " done, " + e.failed() + " failed, " + e.dropped() + " dropped");
                ended.countDown();
            } else if (event instanceof RunEvent.RunPaused e) {
                log.log("PAUSED", e.reason() + ": " + e.detail());
                paused = true;
                sweep();
                ended.countDown();
            } else if (event instanceof RunEvent.ReviewAsked e) {
                log.log("WAIT", e.detail());
                rest();
            } else if (event instanceof RunEvent.ReviewAnswered e) {
                log.log(
                        "STATE",
                        (e.approved() ? "approved by " : "rejected by ") + e.actor() + ": step "
                                + state.facts().steps().get(e.step()) + ", round " + e.round());
            } else if (event instanceof RunEvent.RunKilled e) {
                log.log("STOP", "killed: " + e.reason());
                paused = true;
                sweep();
                ended.countDown();
            } else {
                EventNotes.note(log, event, state);
            }
        }

        @Override
        public void broken(Throwable cause) {
            failure = Objects.requireNonNullElse(disk(cause), cause);
            log.log("CRASH", "the journal cannot be written: " + cause.getMessage());
            paused = true;
            sweep();
            ended.countDown();
        }
    }

    /**
     * Something broke: the run pauses with the reason rather than guess. Whether it is our fault; it is not where a file
     * of the run or of the operator's does not hold what it should, nor where the disk refuses.
     */
    public boolean fail(Throwable cause) {
        UncheckedIOException disk = disk(cause);
        InvalidFileException file = file(cause);
        if (file != null) {
            Problems.Problem first = file.problems().get(0);
            pause(file instanceof NotReadyException ? "unusable" : "integrity", first.toString());
            return false;
        }
        if (disk == null) {
            failure = cause;
            pause("fault", cause.getClass().getSimpleName() + ": " + cause.getMessage());
        } else {
            failure = disk;
            pause("disk", Disk.reason(disk));
        }
        return disk == null;
    }

    /** The file that is wrong, if one is behind it: a route wraps what a bean throws. */
    private static @Nullable InvalidFileException file(Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof InvalidFileException found) {
                return found;
            }
        }
        return null;
    }

    /** What the disk refused, if that is behind it. */
    private static @Nullable UncheckedIOException disk(Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof UncheckedIOException refused) {
                return refused;
            }
        }
        return null;
    }

    /** Whoever waits to buy something asks again, and hears that the run stops. */
    private void sweep() {
        shared.permits().sweep();
        purse.sweep();
    }

    RefusalWatch refusals() {
        return refusals;
    }

    QueueRoom queueRoom() {
        return queueRoom;
    }

    /** @param watch told of every call from here on */
    public void listen(CallListener watch) {
        callWatch = watch;
    }

    CallListener callWatch() {
        return callWatch;
    }

    /** Worst case of what is admitted and has no outcome. */
    public long reservedPicos() {
        return purse.reservedPicos();
    }

    CapPlan capPlan() {
        return capPlan;
    }

    /** Requests that a job has at least under a cap, but for the last of a step. */
    int minJob() {
        return minJob;
    }

    RunBudget purse() {
        return purse;
    }

    public void pause(String reason, String detail) {
        if (!paused) {
            paused = true;
            sweep();
            store.record(new RunEvent.RunPaused(reason, RunLog.clean(detail)), recorded -> {});
        }
    }

    /** What a timer does, twice a second or so: held-back work, jobs to look at, commands of other processes. */
    public List<JobLook> tick() {
        commands.obey(false);
        conductor.tick();
        heart.tick();
        log.flush();
        return conductor.stopping() ? List.of() : watch.due();
    }

    void kill(String reason) {
        paused = true;
        store.recordAndWait(new RunEvent.RunKilled(reason));
        watch.hurry();
    }

    CommandDesk commands() {
        return commands;
    }

    /** Until when everything that could be started is held back; the given time when something is not. */
    Instant heldBackUntil(Instant now) {
        return store.onState(state -> state.heldBackUntil(now));
    }

    long worksIn(OpenWork.Phase phase) {
        return store.onState(state ->
                state.works().stream().filter(each -> each.phase() == phase).count());
    }

    int tickets() {
        return conductor.openTickets();
    }

    /** What holds back requests of this run, for people; empty when nothing does. */
    public String pressure() {
        return gates.pressure();
    }

    RunTurnstiles gates() {
        return gates;
    }

    public Optional<WorkOrder> open(Ticket ticket) {
        return conductor.open(ticket);
    }

    public void closed(Ticket ticket) {
        conductor.closed(ticket);
    }

    /** Whether new calls may be sent and new jobs be created. */
    public boolean admits() {
        return !paused && !conductor.stopping();
    }

    /** The outcome of a unit that is not to be asked at a step: it passes it by, or that cannot be told. */
    Optional<ReplyRow> unasked(WorkOrder order, WorkOrder.Member member, ObjectNode record, Lane lane) {
        String unitId = record.path("unit_id").asText();
        try {
            return steps.get(order.step()).branch().skips(record)
                    ? Optional.of(ReplyRow.skipped(member, unitId, order.work(), lane))
                    : Optional.empty();
        } catch (EvaluationException e) {
            return Optional.of(ReplyRow.undecided(member, unitId, order.work(), lane, "skip_if: " + e.getMessage()));
        }
    }

    Prompt prompt(int step, WorkOrder.Member member, ObjectNode record) throws RenderException {
        return judging.step(step, member.revision())
                .asking()
                .orElseThrow()
                .prompt(
                        member.key(),
                        record,
                        records.errors(step, member.unit(), member.attempts()),
                        member.attempts() > 0);
    }

    /** Whether its step asks another model by now than the job did that it is about: what was wrong there is no more. */
    boolean isOutdated(WorkOrder order) {
        return order.members().stream().limit(1).anyMatch(each -> {
            ModelChoice asked = ModelChoice.of(order.step(), each);
            return !judging.asked(asked)
                    .equals(judging.asked(new ModelChoice(order.step(), judging.revision(), asked.again())));
        });
    }

    /** Carries out the work of a step that asks no provider. Nothing when the run stopped meanwhile. */
    public @Nullable RunEvent perform(WorkOrder order) {
        return admits() ? settler.settle(order) : null;
    }

    public String provider(int step) {
        return steps.get(step).step().provider();
    }

    RunSteps judging() {
        return judging;
    }

    PreparedStep step(int index) {
        return steps.get(index);
    }

    public RunFacts facts() {
        return store.facts();
    }

    public RunFolder folder() {
        return store.folder();
    }

    public RunStore store() {
        return store;
    }

    public RunSummary summary() {
        return store.summary();
    }

    /** As whom a step asks its provider. */
    public Account account(int step) {
        return accounts.get(step);
    }

    String accountName(int step) {
        return facts().simulated() ? "simulator" : account(step).baseUrl();
    }

    public CallDesk calls() {
        return calls;
    }

    public JobDesk jobs() {
        return jobs;
    }

    public StrayDesk strays() {
        return strays;
    }

    public JobWatch watch() {
        return watch;
    }

    long picos(ModelChoice asked, Lane lane, Usage usage) {
        return prices.picos(asked, lane, usage);
    }

    public long pauseMillis() {
        return shared.pauseMillis();
    }

    public ExecutorService workers() {
        return shared.workers();
    }

    public RunLog log() {
        return log;
    }

    Turnstiles permits() {
        return shared.permits();
    }

    RecordReader records() {
        return records;
    }

    ResultsWriter results() {
        return results;
    }

    IntentJournal intents() {
        return intents;
    }

    Settler settler() {
        return settler;
    }

    /** What broke, if the run stopped because of us. */
    public @Nullable Throwable failure() {
        return failure;
    }

    /** Waits for the run to be complete, paused or killed; false when the time is over first. */
    public boolean awaitEnd(long millis) throws InterruptedException {
        return ended.await(millis, TimeUnit.MILLISECONDS);
    }

    /** Nothing new is sent from here on; what is in flight may still come in. */
    public void stopAdmitting() {
        conductor.stop();
        sweep();
    }

    /** Calls that were sent and have no outcome yet. */
    public int callsInFlight() {
        return store.isBroken()
                ? 0
                : store.onState(state -> state.works().stream()
                        .mapToInt(each -> each.openCalls().size())
                        .sum());
    }

    /** Whether anything may still come of jobs: one lies at the provider, or a ticket is being worked on. */
    public boolean hasJobsOut() {
        return !jobsOut().isEmpty() || conductor.openTickets() > 0;
    }

    public List<RunSummary.JobLine> jobsOut() {
        return store.isBroken() ? List.of() : store.onState(RunSummary::jobs);
    }

    public boolean is(RunStatus status) {
        return summary().status() == status;
    }

    @Override
    public void close() {
        stopAdmitting();
        gates.drop();
        results.close();
        store.close();
        index.close();
        log.close();
    }
}
