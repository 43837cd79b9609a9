package dev.caravan.execution;

import dev.caravan.base.SaturatedMath;
import dev.caravan.base.SystemUser;
import dev.caravan.cost.Forecast;
import dev.caravan.cost.MoneyText;
import dev.caravan.operator.PacketDesk;
import dev.caravan.provider.Lane;
import dev.caravan.repair.CompletionCheck;
import dev.caravan.run.CapPlan;
import dev.caravan.run.PauseReason;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStore;
import dev.caravan.settle.PilotReport;

/** What a run does when all of its units have come to a point; on a worker, since it may read all that was answered. */
final class RunTransitions {
    /** Whoever goes on with such a run approves so many times what it cost. */
    private static final int MORE = 2;

    private final RunContext run;
    private final RunControl control;
    private final CapPlan capPlan;
    private final CapReached capReached;
    private final Runnable reindex;

    /** @param reindex reads again where each unit's lines lie */
    RunTransitions(RunContext run, RunControl control, CapPlan capPlan, CapReached capReached, Runnable reindex) {
        this.run = run;
        this.control = control;
        this.capPlan = capPlan;
        this.capReached = capReached;
        this.reindex = reindex;
    }

    /** Every unit is through: the files are made, and the run is complete. */
    void allSettled() {
        work(() -> {
            String trouble =
                    new CompletionCheck(run.store(), run.steps(), run.records(), reindex, this::closing).finish();
            if (!trouble.isEmpty()) {
                control.pause(PauseReason.INTEGRITY, trouble);
            }
        });
    }

    /** The units that go first are through: the others go on if enough of them held, else somebody is asked. */
    void pilotOver() {
        work(() -> {
            PilotReport report = PilotReport.of(run.store());
            run.log().log("PILOT", report.line());
            int least = run.facts().pilot().percent();
            if (least > 0 && report.percent() >= least) {
                run.store().record(approved("--pilot-pass " + least, report.forecast()), recorded -> {});
                run.store().record(new RunEvent.PilotPassed("pilot"), recorded -> {});
            } else {
                control.pause(PauseReason.PILOT, report.line());
            }
        });
    }

    /** Whoever goes on with a run that waits for a word on its pilot, or on what it costs, gives it. */
    void approve() {
        RunStore store = run.store();
        String actor = SystemUser.name();
        if (store.onState(state -> state.pilotOver() && PauseReason.PILOT.is(state.reason()))) {
            store.recordAndWait(approved(actor, PilotReport.of(store).forecast()));
            store.recordAndWait(new RunEvent.PilotPassed(actor));
        } else if (store.onState(state -> PauseReason.OVERRUN.is(state.reason()))) {
            long settled = store.summary().cost().settledPicos();
            store.recordAndWait(
                    new RunEvent.CostApproved(actor, -1, MORE * settled, "went on above what was approved"));
        }
    }

    private static RunEvent approved(String who, Forecast forecast) {
        return new RunEvent.CostApproved(who, forecast.expected(), forecast.high());
    }

    /** Why a run that cost far more than was approved does not go on, for people. */
    static String beyond(RunState state) {
        return "it cost " + MoneyText.display(state.ledger().settledPicos()) + " so far, and "
                + MoneyText.display(state.approvedHighPicos()) + " at most was approved by " + state.approvedBy()
                + "; going on approves up to "
                + MoneyText.display(MORE * state.ledger().settledPicos());
    }

    /** Nothing goes on before somebody says a word on the units that wait at a step. */
    void reviewDue(int step) {
        work(() -> {
            RunEvent asked = new PacketDesk(
                            run.store(),
                            run.steps(),
                            run.records(),
                            run.services().outlook())
                    .ask(step);
            run.store().record(asked, recorded -> {});
        });
    }

    /** Nothing is out, and the money that is left is not enough for what waits at a step. */
    void capReached(int step) {
        work(() -> {
            int units = run.store()
                    .onState(state -> state.laneOf(step) == Lane.BATCH
                            ? Math.min(run.minJob(), state.steps().get(step).waiting())
                            : 1);
            long each = run.store().onState(state -> capPlan.toEnd(state, step));
            capReached.pauseBefore(step, units, SaturatedMath.times(each, units));
        });
    }

    /** What is done once; whether all of it has ended. */
    private boolean closing() {
        return run.services().endTasks().run(run.store(), run.steps().pipeline(), run.log(), () -> !control.admits());
    }

    private void work(Runnable task) {
        run.workers().execute(() -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                control.fail(e);
            }
        });
    }
}
