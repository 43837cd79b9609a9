package dev.caravan.run;

import dev.caravan.run.RunEvent.ApprovalAsked;
import dev.caravan.run.RunEvent.CallsIntended;
import dev.caravan.run.RunEvent.CallsLost;
import dev.caravan.run.RunEvent.CallsNotBought;
import dev.caravan.run.RunEvent.CapSet;
import dev.caravan.run.RunEvent.ChangesAccepted;
import dev.caravan.run.RunEvent.ChunkRebuilt;
import dev.caravan.run.RunEvent.ChunkSettled;
import dev.caravan.run.RunEvent.CostApproved;
import dev.caravan.run.RunEvent.JobCreated;
import dev.caravan.run.RunEvent.JobEnded;
import dev.caravan.run.RunEvent.JobInDoubt;
import dev.caravan.run.RunEvent.JobIntended;
import dev.caravan.run.RunEvent.JobNotCreated;
import dev.caravan.run.RunEvent.JudgingRevised;
import dev.caravan.run.RunEvent.PilotPassed;
import dev.caravan.run.RunEvent.RepliesSettled;
import dev.caravan.run.RunEvent.ReviewAnswered;
import dev.caravan.run.RunEvent.ReviewAsked;
import dev.caravan.run.RunEvent.RunCompleted;
import dev.caravan.run.RunEvent.RunCreated;
import dev.caravan.run.RunEvent.RunKilled;
import dev.caravan.run.RunEvent.RunMoved;
import dev.caravan.run.RunEvent.RunNamed;
import dev.caravan.run.RunEvent.RunPaused;
import dev.caravan.run.RunEvent.RunQueued;
import dev.caravan.run.RunEvent.RunRevised;
import dev.caravan.run.RunEvent.RunStarted;
import dev.caravan.run.RunEvent.StrayFound;
import dev.caravan.run.RunEvent.StrayGone;
import dev.caravan.run.RunEvent.StraySettled;
import dev.caravan.run.RunEvent.TaskBegun;
import dev.caravan.run.RunEvent.TaskEnded;
import dev.caravan.run.RunEvent.TasksReopened;
import dev.caravan.run.RunEvent.UnitsPromoted;
import dev.caravan.run.RunEvent.UnitsReopened;
import dev.caravan.run.RunEvent.UsageSettled;
import dev.caravan.run.RunEvent.WorkDone;
import dev.caravan.run.RunEvent.WorkFormed;
import dev.caravan.run.RunEvent.WorkSplit;
import java.time.Instant;
import java.util.Set;

/** What each event means: takes it to the parts of a run's state that it concerns. */
final class EventFold {

    /** One row an event; {@code RunMoved} is kept only for whoever asks who said so. */
    private static final EventTable<RunState> MEANINGS = new EventTable<RunState>()
            // The run as a whole.
            .on(RunCreated.class, (run, e, time) -> run.create(e.facts(), time))
            .on(RunQueued.class, (run, e, time) -> run.life.queued(e))
            .on(RunStarted.class, EventFold::started)
            .on(RunPaused.class, EventFold::paused)
            .on(RunKilled.class, (run, e, time) -> run.life.killed(e, time))
            .on(RunCompleted.class, EventFold::completed)
            .on(RunNamed.class, (run, e, time) -> run.life.title = e.title())
            .on(RunMoved.class, (run, e, time) -> {})
            // What people allow, ask for and change.
            .on(CapSet.class, (run, e, time) -> run.allowance.cap = e.cap())
            .on(ApprovalAsked.class, EventFold::asked)
            .on(CostApproved.class, EventFold::approved)
            .on(ReviewAsked.class, EventFold::asked)
            .on(ReviewAnswered.class, EventFold::answered)
            .on(PilotPassed.class, (run, e, time) -> letIn(run))
            .on(RunRevised.class, (run, e, time) -> run.revise(e))
            .on(JudgingRevised.class, EventFold::revised)
            .on(ChangesAccepted.class, (run, e, time) -> run.given.putAll(e.given()))
            .on(
                    UnitsReopened.class,
                    (run, e, time) -> reopened(run, e, given(run.flow().reopen(e, time))))
            .on(
                    UnitsPromoted.class,
                    (run, e, time) -> reopened(run, e, holding(run.flow().promote(e, time))))
            .on(UsageSettled.class, (run, e, time) -> run.ledger.settle(e))
            // Work and what came of it.
            .on(WorkFormed.class, EventFold::formed)
            .on(WorkSplit.class, (run, e, time) -> run.works.split(e))
            .on(WorkDone.class, (run, e, time) -> run.works.finish(e.work()))
            .on(RepliesSettled.class, EventFold::settled)
            .on(ChunkSettled.class, EventFold::settled)
            .on(ChunkRebuilt.class, (run, e, time) -> run.files.rebuild(e))
            // Realtime calls.
            .on(CallsIntended.class, EventFold::intended)
            .on(CallsLost.class, EventFold::lost)
            .on(CallsNotBought.class, (run, e, time) -> run.works.get(e.work()).callsOver(e.units()))
            // Batch jobs.
            .on(JobIntended.class, EventFold::intended)
            .on(JobCreated.class, EventFold::created)
            .on(JobNotCreated.class, EventFold::notCreated)
            .on(JobInDoubt.class, (run, e, time) -> run.works.get(e.work()).doubted(e, time))
            .on(JobEnded.class, EventFold::ended)
            // Jobs that nobody waits for.
            .on(StrayFound.class, EventFold::found)
            .on(StrayGone.class, (run, e, time) -> run.strays.remove(e.nonce()))
            .on(StraySettled.class, EventFold::settled)
            // Tasks.
            .on(TaskBegun.class, EventFold::begun)
            .on(TaskEnded.class, EventFold::ended)
            .on(TasksReopened.class, EventFold::reopened);

    /** Events after which a run stands elsewhere than before: whoever looks at it from outside is to see them at once. */
    private static final Set<Class<? extends RunEvent>> TURNS = Set.of(
            RunCreated.class,
            RunQueued.class,
            RunStarted.class,
            RunPaused.class,
            RunKilled.class,
            RunCompleted.class,
            ApprovalAsked.class,
            CostApproved.class,
            ReviewAsked.class,
            ReviewAnswered.class);

    private EventFold() {}

    static void apply(RunState run, RunEvent event, Instant time) {
        if (!MEANINGS.take(run, event, time)) {
            throw new IllegalStateException("no meaning for " + EventNames.of(event));
        }
    }

    static boolean isTurn(RunEvent event) {
        return TURNS.contains(event.getClass());
    }

    static Set<Class<? extends RunEvent>> kinds() {
        return MEANINGS.kinds();
    }

    private static void started(RunState run, RunStarted e, Instant time) {
        run.life.started(e, time);
        run.steps.forEach(StepState::started);
    }

    private static void paused(RunState run, RunPaused e, Instant time) {
        run.life.paused(e);
        run.steps.forEach(each -> each.braked |= run.facts().brake().stops(each));
    }

    private static void completed(RunState run, RunCompleted e, Instant time) {
        run.life.completed(time);
        run.outputs.clear();
        run.outputs.putAll(e.outputs());
        // Runs of an earlier version were completed without a last search.
        run.strays.clear();
    }

    private static void asked(RunState run, ApprovalAsked e, Instant time) {
        run.allowance.approvalAsked = true;
        run.allowance.outlook = e.outlook();
        run.life.waits(e.detail());
    }

    private static void approved(RunState run, CostApproved e, Instant time) {
        run.allowance.approvalAsked = false;
        run.allowance.approvedBy = e.actor();
        run.allowance.approvedHigh = e.high();
        run.life.approved();
    }

    private static void asked(RunState run, ReviewAsked e, Instant time) {
        run.reviews.put(new UnitReview(e));
        run.life.asks(e.detail());
    }

    /** A second word counts for nothing. */
    private static void answered(RunState run, ReviewAnswered e, Instant time) {
        run.reviews.answer(e).ifPresent(review -> {
            run.steps.get(e.step()).cleared.or(review.units());
            run.life.answered(e);
        });
    }

    /** The units that waited for the pilot come in. */
    private static void letIn(RunState run) {
        if (!run.allowance.pilotPassed) {
            run.allowance.pilotPassed = true;
            run.flow().enter(run.facts().unitsBehindPilot());
        }
    }

    private static void revised(RunState run, JudgingRevised e, Instant time) {
        run.life.revised(e);
        run.given.putAll(e.given());
    }

    private static String given(int units) {
        return units + " units were given another chance";
    }

    private static String holding(int units) {
        return units + " units hold by the rules as they are now";
    }

    /** Units go on in a run that may have been complete; what was made of its results is out of date. */
    private static void reopened(RunState run, RunEvent e, String why) {
        run.tasks.reopenAll(e.getClass());
        run.life.reopened(why, run.reviews.withdraw(), e.getClass());
    }

    private static void formed(RunState run, WorkFormed e, Instant time) {
        var members = UnitSet.parse(e.units());
        run.flow().bind(e.step(), members);
        run.works.form(e, members);
    }

    /** Replies of work that is over are booked all the same. */
    private static void settled(RunState run, RepliesSettled e, Instant time) {
        run.ledger.settle(e);
        run.files.grow(e);
        OpenWork work = run.works.find(e.work());
        if (work != null) {
            work.answered(e);
        }
        if (e.paid() > 0) {
            run.life.progressed(time);
        }
    }

    private static void settled(RunState run, ChunkSettled e, Instant time) {
        var sets = ChunkSettlement.of(e);
        run.files.grow(e);
        run.flow().settle(e, sets, time);
        sets.addTo(run.works.get(e.work()).settled);
        if (sets.moved()) {
            run.life.progressed(time);
        }
    }

    private static void intended(RunState run, CallsIntended e, Instant time) {
        OpenWork work = run.works.get(e.work());
        work.calling(e);
        e.worstPicos().forEach(each -> run.steps.get(work.step()).readied(1, each));
    }

    private static void lost(RunState run, CallsLost e, Instant time) {
        run.ledger.lose(e.calls(), e.worstPicos());
        OpenWork work = run.works.find(e.work());
        if (work != null) {
            work.callsOver(e.units());
        }
    }

    private static void intended(RunState run, JobIntended e, Instant time) {
        OpenWork work = run.works.get(e.work());
        work.intended(e, run.revised.size(), time);
        run.steps.get(work.step()).readied(e.requests(), e.worstPicos());
    }

    private static void created(RunState run, JobCreated e, Instant time) {
        run.works.created(e);
        run.life.progressed(time);
    }

    private static void notCreated(RunState run, JobNotCreated e, Instant time) {
        OpenWork work = run.works.get(e.work());
        run.strays.lost(work, e, time);
        work.notCreated(e, time);
    }

    private static void ended(RunState run, JobEnded e, Instant time) {
        run.works.get(e.work()).ended(e);
        run.life.progressed(time);
    }

    private static void found(RunState run, StrayFound e, Instant time) {
        run.strays.found(e, run.works.find(e.work()), run.revised.size(), time);
    }

    private static void settled(RunState run, StraySettled e, Instant time) {
        run.ledger.settle(e);
        run.strays.remove(e.nonce());
    }

    private static void begun(RunState run, TaskBegun e, Instant time) {
        run.tasks.begun(e);
        run.life.progressed(time);
    }

    private static void ended(RunState run, TaskEnded e, Instant time) {
        run.tasks.ended(e);
        run.life.progressed(time);
    }

    private static void reopened(RunState run, TasksReopened e, Instant time) {
        run.tasks.reopenFailed();
        run.life.reopened("failed tasks were given another chance", false, TasksReopened.class);
    }
}
