package dev.caravan.run;

import dev.caravan.base.SaturatedMath;
import dev.caravan.provider.Lane;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How many units a step may take up under a run's cap. Units are taken to their end before others begin: what those that
 * began may still cost at the steps that lie before them is put aside first, and what a unit may cost at its later steps counts as
 * soon as it is taken up.
 *
 * <p>These are figures to plan by: what one request of a step can cost at worst, as measured on those that were made
 * ready so far. That the cap is never passed rests on each request's own worst case, which is held against it before it
 * is sent.
 *
 * <p>What comes back is not given out in crumbs: while something is out, a piece of work waits until it may be a fair
 * share of what the money left would pay for, and a job until it may have its least size.
 */
public final class CapPlan {
    /** A piece of work is at least this part of what the whole money left would pay for. */
    private static final int SHARE = 4;

    private final Map<Lane, List<Long>> first;
    private final int minJob;

    /**
     * @param first by lane, what one request of each step can cost at worst before any was made ready; 0 where nothing
     *     is asked
     * @param minJob requests that a job has at least, but for the last of a step
     */
    public CapPlan(Map<Lane, List<Long>> first, int minJob) {
        this.first = Map.copyOf(first);
        this.minJob = minJob;
    }

    /** What there is to give out at one moment. */
    Budget budget(RunState state) {
        return new Budget(state);
    }

    /** Picos that a unit can cost at worst from a step to its end, by what became of those before it. */
    public long toEnd(RunState state, int step) {
        return new Budget(state).ahead[step];
    }

    /** Picos that a request of a step can cost at worst. */
    long each(RunState state, int step) {
        if (state.facts().isLocal(step)) {
            return 0;
        }
        StepState at = state.steps().get(step);
        return at.readied > 0
                ? at.readiedPicos / at.readied
                : Objects.requireNonNull(first.get(state.laneOf(step))).get(step);
    }

    /** Money at one moment, and what was given out of it since. */
    final class Budget {
        private final RunState state;
        private final int steps;
        /** By step, what a unit can still cost that has it before it. */
        private final long[] ahead;

        private final int[] waiting;
        private final int[] open;
        /** Of the cap, what nothing was spent of yet. */
        private long left;
        /** What is out, about to go, or was given out here. */
        private long out;
        /** Whether no answer is awaited, and no money will come back but what strays bring at the end. */
        private boolean nothingOut;

        Budget(RunState state) {
            this.state = state;
            steps = state.facts().steps().size();
            ahead = new long[steps + 1];
            waiting = new int[steps];
            open = new int[steps];
            for (int i = steps - 1; i >= 0 && capped(); i--) {
                ahead[i] = SaturatedMath.plus(each(state, i), passing(i));
            }
            if (capped()) {
                nothingOut =
                        state.works().stream().allMatch(each -> state.facts().isLocal(each.step()));
                count();
            }
        }

        boolean capped() {
            return state.capPicos() >= 0;
        }

        /** What a unit costs behind a step, by what became of the units that were through with it. */
        private long passing(int step) {
            StepState at = state.steps().get(step);
            long behind = ahead[step + 1];
            int over = at.done + at.failed + at.dropped;
            if (state.shape().isFanOut(step) && at.done > 0) {
                return SaturatedMath.times(behind, Math.max(1, at.born)) / at.done;
            }
            if (state.shape().isGather(step)) {
                return at.done > 0 && at.arrived > 0
                        ? SaturatedMath.times(behind, at.done) / Math.max(at.done, at.arrived)
                        : behind;
            }
            return over < minJob ? behind : SaturatedMath.times(behind, at.done) / over;
        }

        private void count() {
            left = Math.max(0, state.capPicos() - state.boundPicos());
            for (OpenWork each : state.works()) {
                out = SaturatedMath.plus(out, Math.max(0, risk(each)));
            }
            for (int i = 0; i < steps; i++) {
                StepState at = state.steps().get(i);
                waiting[i] = at.waiting();
                open[i] = at.arrived - at.done - at.failed - at.dropped - at.held;
            }
        }

        /** What is out or about to go of a piece of work. */
        private long risk(OpenWork work) {
            if (state.facts().isLocal(work.step())) {
                return 0;
            }
            if (work.lane() == Lane.BATCH && work.intent() != null) {
                return work.atRiskPicos();
            }
            int unasked = work.size() - work.answered.cardinality() - work.open.size();
            return SaturatedMath.plus(
                    work.atRiskPicos(), SaturatedMath.times(each(state, work.step()), Math.max(0, unasked)));
        }

        /** What units that are at later steps, and those that are out at this one, may still cost. */
        private long kept(int step) {
            long kept = SaturatedMath.times(passing(step), Math.max(0, open[step] - waiting[step]));
            for (int i = step + 1; i < steps; i++) {
                kept = SaturatedMath.plus(kept, SaturatedMath.times(each(state, i), waiting[i]));
                kept = SaturatedMath.plus(kept, SaturatedMath.times(passing(i), open[i]));
            }
            return kept;
        }

        /** Whether units may yet come to a step that are not there. */
        private boolean more(int step) {
            boolean more = state.steps().get(step).openWorks > 0;
            for (int i = 0; i < step; i++) {
                more |= open[i] > 0;
            }
            return more;
        }

        /**
         * So many of the units that wait at a step may be taken up in one piece of work; 0 where they wait on.
         *
         * @param last whether nothing else can be taken up, and so nothing is worth waiting for
         */
        int most(int step, int units, boolean last) {
            if (!capped() || state.facts().isLocal(step)) {
                return units;
            }
            long own = each(state, step);
            // A unit that began needs its next step more than the money for those behind it.
            long price = Math.max(1, last && step > 0 ? own : SaturatedMath.plus(own, passing(step)));
            long bound = SaturatedMath.plus(out, last && step > 0 ? 0 : kept(step));
            long can = Math.max(0, left - bound) / price;
            int fits = (int) Math.min(units, can);
            int least = state.laneOf(step) == Lane.BATCH ? minJob : 1;
            if (last) {
                return fits >= Math.min(least, units) ? fits : 0;
            }
            long share =
                    Math.max(least, Math.min(left / price / SHARE, state.facts().chunkSize()));
            boolean fair = nothingOut || fits >= Math.min(share, units);
            boolean whole = fits >= least || (fits == units && !more(step));
            return fair && whole ? fits : 0;
        }

        /** So many were taken up. */
        void take(int step, int units) {
            if (capped() && !state.facts().isLocal(step)) {
                out = SaturatedMath.plus(out, SaturatedMath.times(each(state, step), units));
                waiting[step] -= units;
            }
        }
    }
}
