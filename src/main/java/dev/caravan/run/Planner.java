package dev.caravan.run;

import dev.caravan.provider.Lane;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Decides what comes next, from the state alone: which units to bind into work, and which ticket each piece of work
 * needs. Given the same state it decides the same, whether asked after each event or once at start.
 */
public final class Planner {
    /** Work bound ahead of each step's calls and computations: asynchronous routes have no back-pressure of their own. */
    private static final int WINDOW = 4;

    private final Duration linger;
    private final CapPlan cap;

    /**
     * @param linger how long stragglers wait for company before they go alone
     * @param cap how much may be taken up under a cap
     */
    public Planner(Duration linger, CapPlan cap) {
        this.linger = linger;
        this.cap = cap;
    }

    /** Work that should be bound now, last step first: what is nearly done goes ahead. The events are to be journalled; until they are folded nothing has changed. */
    public List<RunEvent.WorkFormed> form(RunState state, Instant now) {
        if (state.status() != RunStatus.RUNNING) {
            return List.of();
        }
        CapPlan.Budget budget = cap.budget(state);
        List<RunEvent.WorkFormed> found = form(state, now, budget, false);
        return found.isEmpty() && budget.capped() && state.works.isEmpty() ? form(state, now, budget, true) : found;
    }

    /**
     * The step whose units could go on if there were more money, where nothing else can go on and nothing is out that
     * could bring some back.
     */
    public OptionalInt heldByCap(RunState state, Instant now) {
        if (state.status() != RunStatus.RUNNING || state.cap().isEmpty() || !state.works.isEmpty()) {
            return OptionalInt.empty();
        }
        if (!form(state, now).isEmpty()) {
            return OptionalInt.empty();
        }
        OptionalInt held = OptionalInt.empty();
        for (int i = 0; i < state.steps().size(); i++) {
            StepState step = state.steps().get(i);
            if (step.waiting() > 0 && !state.facts().isApproval(i)) {
                if (now.isBefore(step.notBefore)) {
                    return OptionalInt.empty();
                }
                held = OptionalInt.of(i);
            }
        }
        return held;
    }

    private List<RunEvent.WorkFormed> form(RunState state, Instant now, CapPlan.Budget budget, boolean last) {
        var found = new ArrayList<RunEvent.WorkFormed>();
        int number = state.works.formed;
        int room = room(state);
        for (int i = state.steps().size() - 1; i >= 0; i--) {
            StepState step = state.steps().get(i);
            if (!hasBindable(state, i) || now.isBefore(step.notBefore)) {
                continue;
            }
            boolean local = state.facts().isLocal(i);
            Lane lane = state.laneOf(i);
            boolean job = lane == Lane.BATCH && !local;
            if (step.openWorks >= window(job)) {
                continue;
            }
            var picking = new Picking(state, i);
            int open = step.openWorks;
            while ((!job || room > 0) && open < window(job)) {
                UnitSet members =
                        budget.capped() && !local ? underCap(picking, budget, last) : next(picking, open, now);
                if (members.isEmpty()) {
                    break;
                }
                picking.taken.or(members);
                budget.take(i, members.cardinality());
                open++;
                room -= job ? 1 : 0;
                number++;
                found.add(new RunEvent.WorkFormed("w%06d".formatted(number), i, lane, members.text()));
            }
        }
        return found;
    }

    /** Whether units wait at a step that may be bound: at an approval step only those that were decided on. */
    private static boolean hasBindable(RunState state, int index) {
        StepState step = state.steps().get(index);
        return state.facts().isApproval(index) ? !step.cleared.isEmpty() : step.hasWaiting();
    }

    /** What of a step's units may be bound together, while work is formed of them that is not folded yet. */
    private static final class Picking {
        private final RunState state;
        private final int index;
        private final StepState step;
        private final boolean approval;
        private final boolean escalating;
        private final int most;
        /** Those that are bound already. */
        private final UnitSet taken = new UnitSet();

        Picking(RunState state, int index) {
            this.state = state;
            this.index = index;
            step = state.steps().get(index);
            approval = state.facts().isApproval(index);
            escalating = state.facts().stepFacts().get(index).escalating();
            most = state.facts().chunkSize();
        }

        /**
         * The lowest units that may go together, at most a chunk's. Where another model is asked again, what is asked the
         * first time goes apart from it: a job asks one model.
         */
        UnitSet lowest(boolean fresh, boolean pool) {
            var picked = new UnitSet();
            boolean again = false;
            for (int unit = next(0, fresh, pool); unit >= 0 && picked.cardinality() < most; ) {
                int behind = taken.endOfRange(unit);
                if (behind > unit) {
                    unit = next(behind, fresh, pool);
                    continue;
                }
                boolean asked = escalating && state.units().attempts(unit) > 0;
                again = picked.isEmpty() ? asked : again;
                if (asked == again && (!approval || step.cleared.get(unit))) {
                    picked.add(unit);
                }
                unit = next(unit + 1, fresh, pool);
            }
            return picked;
        }

        private int next(int from, boolean fresh, boolean pool) {
            int first = fresh ? step.fresh.next(from) : -1;
            int second = pool ? step.pool.next(from) : -1;
            return first < 0 || second < 0 ? Math.max(first, second) : Math.min(first, second);
        }
    }

    /** Those that were asked before go with those that were not: money for a piece of work alone is dearer to wait for. */
    private static UnitSet underCap(Picking picking, CapPlan.Budget budget, boolean last) {
        UnitSet all = picking.lowest(true, true);
        int units = all.cardinality();
        return all.lowest(units == 0 ? 0 : budget.most(picking.index, units, last));
    }

    private UnitSet next(Picking picking, int open, Instant now) {
        UnitSet fresh = picking.lowest(true, false);
        if (!fresh.isEmpty()) {
            return fresh;
        }
        UnitSet pool = picking.lowest(false, true);
        boolean enough = pool.cardinality() >= picking.most;
        boolean alone = open == 0 || picking.state.facts().isLocal(picking.index);
        boolean waitedLongEnough = !now.isBefore(picking.step.pooledSince.plus(linger));
        return enough || alone || waitedLongEnough ? pool : new UnitSet();
    }

    /** How many jobs may be out beside those that are. */
    private static int room(RunState state) {
        return state.facts().maxInflightJobs()
                - (int) state.works().stream()
                        .filter(each ->
                                each.lane() == Lane.BATCH && !state.facts().isLocal(each.step()))
                        .count();
    }

    private static int window(boolean job) {
        return job ? Integer.MAX_VALUE : WINDOW;
    }

    /** The ticket that a piece of work needs now, if any. Created jobs need none: they are polled. */
    public Optional<Ticket> ticket(RunState state, OpenWork work, long epoch, Instant now) {
        if (state.status() != RunStatus.RUNNING && !costsNothing(work)) {
            return Optional.empty();
        }
        if (now.isBefore(work.notBefore())) {
            return Optional.empty();
        }
        boolean local = state.facts().isLocal(work.step());
        return (local ? Optional.of(Ticket.Action.PERFORM) : action(work))
                .map(action -> new Ticket(state.facts().run(), work.step(), work.id(), action, epoch));
    }

    /** A paused or killed run still looks for jobs it may have and collects what it paid for. */
    private static boolean costsNothing(OpenWork work) {
        return work.phase() == OpenWork.Phase.ENDED || work.phase() == OpenWork.Phase.INTENDED;
    }

    private static Optional<Ticket.Action> action(OpenWork work) {
        if (work.lane() == Lane.REALTIME) {
            return Optional.of(Ticket.Action.CALL);
        }
        return switch (work.phase()) {
            case FORMED -> Optional.of(Ticket.Action.SUBMIT);
            case INTENDED -> work.doubted() ? Optional.of(Ticket.Action.FIND) : Optional.empty();
            case ENDED -> Optional.of(Ticket.Action.COLLECT);
            case CREATED -> Optional.empty();
        };
    }
}
