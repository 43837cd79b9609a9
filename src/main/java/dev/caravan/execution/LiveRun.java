package dev.caravan.execution;

import dev.caravan.cost.RunPrices;
import dev.caravan.cost.WorstCaseSketch;
import dev.caravan.provider.Account;
import dev.caravan.provider.Lane;
import dev.caravan.run.CapPlan;
import dev.caravan.run.PauseReason;
import dev.caravan.run.Planner;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFacts;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunLog;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.run.RunSummary;
import dev.caravan.run.Ticket;
import dev.caravan.run.WorkOrder;
import dev.caravan.step.RunSteps;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** A run while a process is at it: what routes, the service and those who watch see of it. */
public final class LiveRun implements AutoCloseable {
    private final RunContext run;
    private final RunControl control;
    private final RecoveredFolder recovered;
    private final RunTransitions transitions;
    private final Conductor conductor;
    private final OutstandingWork outstanding;
    private final CallDesk calls;
    private final JobDesk jobs;
    private final JobWatch watch;
    private final StrayDesk strays;
    private final CommandDesk commands;
    private final RunHeartbeat heartbeat;

    private LiveRun(RunContext run, RunControl control, RecoveredFolder recovered, CapPlan capPlan) {
        RunStore store = run.store();
        this.run = run;
        this.control = control;
        this.recovered = recovered;
        var capReached = new CapReached(store, control);
        transitions = new RunTransitions(run, control, capPlan, capReached, recovered::reindex);
        conductor = new Conductor(
                store,
                new Planner(Duration.ofMillis(run.access().tempo().lingerMillis()), capPlan),
                transitions::allSettled,
                transitions::pilotOver,
                transitions::reviewDue,
                transitions::capReached);
        outstanding = new OutstandingWork(store, conductor);
        var refusals = new RefusalWatch(store, control);
        watch = new JobWatch(store, run.log(), control, run.access());
        calls = new CallDesk(run, control, refusals, capReached);
        jobs = new JobDesk(run, control, refusals, watch, capReached);
        strays = new StrayDesk(run, watch);
        commands = new CommandDesk(store, run.log(), control, watch);
        heartbeat = new RunHeartbeat(store, run.log(), watch, run.turnstiles(), outstanding);
    }

    /**
     * Brings a run's folder in order and sets up all that works at it; nothing is sent yet.
     *
     * @param store is closed with the run, once this has succeeded
     */
    public static LiveRun open(RunStore store, RunSteps steps, ProviderAccess access, ProcessServices services) {
        RunPrices prices = RunPrices.of(store);
        RecoveredFolder recovered = RecoveredFolder.of(store, steps, prices);
        var capPlan = new CapPlan(
                WorstCaseSketch.of(
                        steps.pipeline(), store.folder(), store.facts().units(), prices),
                steps.pipeline().minJob());
        RunContext run = RunContext.of(store, steps, access, services, prices, recovered);
        var control = new RunControl(store, () -> {
            services.turnstiles().sweep();
            run.budget().wakeWaiting();
        });
        return new LiveRun(run, control, recovered, capPlan);
    }

    /** Starts work: journals the start, lays the first tickets. */
    public void start(Lane lane, String command) {
        hear();
        if (is(RunStatus.KILLED)) {
            control.complete();
        } else if (store().onState(RunState::waitsForApproval)) {
            control.rest();
        } else {
            transitions.approve();
            store().recordAndWait(new RunEvent.RunStarted(lane, command));
        }
        conductor.start();
    }

    /** Takes a run up that is paused or killed, and leaves it so: nothing new is sent, what was paid for is collected. */
    public void collect() {
        hear();
        control.rest();
        conductor.start();
    }

    private void hear() {
        store().listen(new EventWatch(run.log(), control));
        commands.obey(true);
    }

    /** What a timer does, twice a second or so: held-back work, jobs to look at, commands of other processes. */
    public List<JobLook> tick() {
        commands.obey(false);
        conductor.tick();
        heartbeat.tick();
        run.log().flush();
        return conductor.stopping() ? List.of() : watch.due();
    }

    public Optional<WorkOrder> open(Ticket ticket) {
        return conductor.open(ticket);
    }

    public void closed(Ticket ticket) {
        conductor.closed(ticket);
    }

    /** Carries out the work of a step that asks no provider. Nothing when the run stopped meanwhile. */
    public @Nullable RunEvent perform(WorkOrder order) {
        return control.admits() ? run.settler().settle(order) : null;
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

    public void pause(PauseReason reason, String detail) {
        control.pause(reason, detail);
    }

    /** Something broke: pauses with the reason. Whether it is our fault. */
    public boolean fail(Throwable cause) {
        return control.fail(cause);
    }

    /** What broke, if the run stopped because of us. */
    public @Nullable Throwable failure() {
        return control.failure();
    }

    /** Whether new calls may be sent and new jobs be created. */
    public boolean admits() {
        return control.admits();
    }

    /** Nothing new is sent from here on; what is in flight may still come in. */
    public void stopAdmitting() {
        conductor.stop();
        control.stopAdmitting();
    }

    /** Waits for the run to be complete, paused or killed; false when the time is over first. */
    public boolean awaitEnd(long millis) throws InterruptedException {
        return control.awaitEnd(millis);
    }

    /** Whether another process waits for this one to give the run back. */
    public boolean wantedElsewhere() {
        return control.wantedElsewhere();
    }

    public RunFacts facts() {
        return store().facts();
    }

    public RunFolder folder() {
        return store().folder();
    }

    public RunStore store() {
        return run.store();
    }

    public RunSummary summary() {
        return store().summary();
    }

    public boolean is(RunStatus status) {
        return summary().status() == status;
    }

    public RunLog log() {
        return run.log();
    }

    /** As whom a step asks its provider. */
    public Account account(int step) {
        return run.account(step);
    }

    /** First pause when a provider is in trouble. */
    public long pauseMillis() {
        return run.pauseMillis();
    }

    public ExecutorService workers() {
        return run.services().workers();
    }

    /** Worst case of what is admitted and has no outcome. */
    public long reservedPicos() {
        return run.budget().reserved().picos();
    }

    /** What holds back requests of this run, for people; empty when nothing does. */
    public String pressure() {
        return run.turnstiles().pressure();
    }

    /** Calls that were sent and have no outcome yet. */
    public int callsInFlight() {
        return outstanding.calls();
    }

    /** Whether anything may still come of jobs: one lies at the provider, or a ticket is being worked on. */
    public boolean hasJobsOut() {
        return outstanding.hasJobs();
    }

    public List<RunSummary.JobLine> jobsOut() {
        return outstanding.jobs();
    }

    @Override
    public void close() {
        stopAdmitting();
        run.turnstiles().drop();
        calls.close();
        run.results().close();
        store().close();
        recovered.close();
    }
}
