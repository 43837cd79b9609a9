package dev.caravan.run;

import java.time.Instant;

/** What each event means: takes it to the parts of a run's state that it concerns. */
final class EventFold {
    private EventFold() {}

    static void apply(RunState run, RunEvent event, Instant time) {
        if (event instanceof RunEvent.WorkFormed e) {
            var members = UnitRanges.parse(e.units());
            run.flow().bind(e.step(), members);
            run.works.form(e, members);
        } else if (event instanceof RunEvent.RepliesSettled e) {
            settle(run, e, time);
        } else if (event instanceof RunEvent.ChunkSettled e) {
            settle(run, e, time);
        } else if (event instanceof RunEvent.ChunkRebuilt e) {
            run.files.rebuild(e);
        } else if (event instanceof RunEvent.WorkSplit e) {
            run.works.split(e);
        } else if (event instanceof RunEvent.WorkDone e) {
            run.works.finish(e.work());
        } else if (event instanceof RunEvent.UnitsReopened e) {
            reopened(run, run.flow().reopen(e, time) + " units were given another chance");
        } else if (event instanceof RunEvent.UnitsPromoted e) {
            reopened(run, run.flow().promote(e, time) + " units hold by the rules as they are now");
        } else {
            applyToCalls(run, event, time);
        }
    }

    private static void applyToCalls(RunState run, RunEvent event, Instant time) {
        if (event instanceof RunEvent.CallsIntended e) {
            OpenWork work = run.works.get(e.work());
            work.calling(e);
            e.worstPicos().forEach(each -> run.steps.get(work.step()).readied(1, each));
        } else if (event instanceof RunEvent.CallsLost e) {
            run.ledger.lose(e.calls(), e.worstPicos());
            OpenWork work = run.works.find(e.work());
            if (work != null) {
                work.callsOver(e.units());
            }
        } else if (event instanceof RunEvent.UsageSettled e) {
            run.ledger.settle(e);
        } else if (event instanceof RunEvent.CallsNotBought e) {
            run.works.get(e.work()).callsOver(e.units());
        } else {
            applyToJob(run, event, time);
        }
    }

    private static void applyToJob(RunState run, RunEvent event, Instant time) {
        if (event instanceof RunEvent.JobIntended e) {
            OpenWork work = run.works.get(e.work());
            work.intended(e, run.revised.size(), time);
            run.steps.get(work.step()).readied(e.requests(), e.worstPicos());
        } else if (event instanceof RunEvent.JobCreated e) {
            run.works.created(e);
            run.life.progressed(time);
        } else if (event instanceof RunEvent.JobNotCreated e) {
            OpenWork work = run.works.get(e.work());
            run.strays.lost(work, e, time);
            work.notCreated(e, time);
        } else if (event instanceof RunEvent.JobInDoubt e) {
            run.works.get(e.work()).doubted(e, time);
        } else if (event instanceof RunEvent.JobEnded e) {
            run.works.get(e.work()).ended(e);
            run.life.progressed(time);
        } else if (event instanceof RunEvent.StrayFound e) {
            run.strays.found(e, run.works.find(e.work()), run.revised.size(), time);
        } else if (event instanceof RunEvent.StrayGone e) {
            run.strays.remove(e.nonce());
        } else if (event instanceof RunEvent.StraySettled e) {
            run.ledger.settle(e);
            run.strays.remove(e.nonce());
        } else {
            applyToTasks(run, event, time);
        }
    }

    private static void applyToTasks(RunState run, RunEvent event, Instant time) {
        if (event instanceof RunEvent.TaskBegun e) {
            run.tasks.begun(e);
            run.life.progressed(time);
        } else if (event instanceof RunEvent.TaskEnded e) {
            run.tasks.ended(e);
            run.life.progressed(time);
        } else if (event instanceof RunEvent.TasksReopened) {
            run.tasks.reopenFailed();
            run.life.reopened("failed tasks were given another chance", false);
        } else {
            applyToRun(run, event, time);
        }
    }

    private static void applyToRun(RunState run, RunEvent event, Instant time) {
        if (event instanceof RunEvent.RunCreated e) {
            run.create(e.facts(), time);
        } else if (event instanceof RunEvent.RunStarted e) {
            run.life.started(e, time);
            run.steps.forEach(StepState::started);
        } else if (event instanceof RunEvent.CapSet e) {
            run.allowance.capPicos = e.picos();
        } else if (event instanceof RunEvent.RunQueued e) {
            run.life.queued(e);
        } else if (event instanceof RunEvent.ApprovalAsked e) {
            run.allowance.approvalAsked = true;
            run.allowance.outlook = e.outlook();
            run.life.waits(e.detail());
        } else if (event instanceof RunEvent.CostApproved e) {
            run.allowance.approvalAsked = false;
            run.allowance.approvedBy = e.actor();
            run.allowance.approvedHighPicos = e.highPicos();
            run.life.approved();
        } else if (event instanceof RunEvent.ReviewAsked e) {
            run.reviews.put(new UnitReview(e));
            run.life.asks(e.detail());
        } else if (event instanceof RunEvent.ReviewAnswered e) {
            // A second word counts for nothing.
            run.reviews.answer(e).ifPresent(review -> {
                run.steps.get(e.step()).cleared.or(review.units());
                run.life.answered(e);
            });
        } else if (event instanceof RunEvent.PilotPassed) {
            letIn(run);
        } else if (event instanceof RunEvent.JudgingRevised e) {
            run.life.revised(e);
            run.given.putAll(e.given());
        } else if (event instanceof RunEvent.ChangesAccepted e) {
            run.given.putAll(e.given());
        } else if (event instanceof RunEvent.RunRevised e) {
            run.revise(e);
        } else if (event instanceof RunEvent.RunNamed e) {
            run.life.title = e.title();
        } else if (event instanceof RunEvent.RunMoved) {
            // Kept for whoever asks who said so.
            return;
        } else if (event instanceof RunEvent.RunPaused e) {
            run.life.paused(e);
            run.steps.forEach(each -> each.braked |= run.facts().brake().stops(each));
        } else if (event instanceof RunEvent.RunKilled e) {
            run.life.killed(e, time);
        } else if (event instanceof RunEvent.RunCompleted e) {
            run.life.completed(time);
            run.outputs.clear();
            run.outputs.putAll(e.outputs());
            // Runs of an earlier version were completed without a last search.
            run.strays.clear();
        } else {
            throw new IllegalStateException("no fold for " + event.type());
        }
    }

    /** The units that waited for the pilot come in. */
    private static void letIn(RunState run) {
        if (!run.allowance.pilotPassed) {
            run.allowance.pilotPassed = true;
            run.flow().enter(run.facts().unitsBehindPilot());
        }
    }

    private static void settle(RunState run, RunEvent.RepliesSettled e, Instant time) {
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

    private static void settle(RunState run, RunEvent.ChunkSettled e, Instant time) {
        var sets = ChunkSettlement.of(e);
        run.files.grow(e);
        run.flow().settle(e, sets, time);
        sets.addTo(run.works.get(e.work()).settled);
        if (sets.moved()) {
            run.life.progressed(time);
        }
    }

    /** Units go on in a run that may have been complete; what was made of its results is out of date. */
    private static void reopened(RunState run, String why) {
        run.tasks.reopenAll();
        run.life.reopened(why, run.reviews.withdraw());
    }
}
