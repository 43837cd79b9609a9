package dev.caravan.cost;

import dev.caravan.base.SaturatedMath;
import dev.caravan.run.OpenWork;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStore;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a run may still spend. A call or a job is admitted only while what is settled, what is at risk and the worst case
 * of everything admitted stay within the cap together, so that no answer, however long, can pass it.
 *
 * <p>All sums are pico-dollars. Without a cap everything is admitted.
 */
public final class RunBudget implements RunStore.Listener {
    /** Whether something may be bought. */
    public enum Verdict {
        YES,
        /** Not before something that was admitted turns out cheaper than it might have been. */
        LATER,
        /** Not under this cap. */
        NEVER
    }

    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private final Map<String, Long> jobs = new HashMap<>();
    private long cap;
    private long spent;
    private long reserved;

    /** Takes over what an earlier process admitted. */
    public RunBudget(RunStore store) {
        store.onState(state -> {
            look(state);
            for (OpenWork each : state.works()) {
                RunEvent.JobIntended intent = each.intent();
                if (intent != null) {
                    hold(each.id(), intent.worstPicos());
                }
            }
            return true;
        });
        store.listen(this);
    }

    private synchronized void look(RunState state) {
        cap = state.capPicos();
        spent = state.boundPicos();
    }

    @Override
    public void folded(RunEvent event, RunState state, Instant time) {
        if (event instanceof RunEvent.RepliesSettled
                || event instanceof RunEvent.CallsLost
                || event instanceof RunEvent.StraySettled
                || event instanceof RunEvent.UsageSettled
                || event instanceof RunEvent.StrayFound
                || event instanceof RunEvent.StrayGone
                || event instanceof RunEvent.JobNotCreated
                || event instanceof RunEvent.CapSet) {
            look(state);
        }
        if (event instanceof RunEvent.WorkDone e) {
            over(e.work());
        } else if (event instanceof RunEvent.WorkSplit e) {
            over(e.work());
        } else if (event instanceof RunEvent.JobNotCreated e) {
            over(e.work());
        }
    }

    public synchronized long reservedPicos() {
        return reserved;
    }

    private synchronized void hold(String work, long worst) {
        jobs.put(work, Math.max(0, worst));
        reserved = Math.addExact(reserved, Math.max(0, worst));
    }

    /** Admits a job, or not; it is released when its work is done, or was surely not bought. */
    public synchronized Verdict reserve(String work, long worst) {
        Verdict verdict = reserve(worst);
        if (verdict == Verdict.YES) {
            jobs.put(work, Math.max(0, worst));
        }
        return verdict;
    }

    private void over(String work) {
        Long held;
        synchronized (this) {
            held = jobs.remove(work);
        }
        if (held != null) {
            release(held);
        }
    }

    @Override
    public void broken(Throwable cause) {
        // Nothing is admitted any more by those who ask.
    }

    /** Admits a worst case, or not. */
    public synchronized Verdict reserve(long worst) {
        Verdict verdict = verdict(Math.max(0, worst));
        if (verdict == Verdict.YES) {
            reserved = Math.addExact(reserved, Math.max(0, worst));
        }
        return verdict;
    }

    /** What would become of a worst case, without admitting it. */
    public synchronized Verdict verdict(long worst) {
        if (cap < 0 || SaturatedMath.plus(SaturatedMath.plus(spent, reserved), worst) <= cap) {
            return Verdict.YES;
        }
        return reserved > 0 && SaturatedMath.plus(spent, worst) <= cap ? Verdict.LATER : Verdict.NEVER;
    }

    /** What could be admitted at this moment; {@link Long#MAX_VALUE} without a cap. */
    public synchronized long room() {
        return cap < 0 ? Long.MAX_VALUE : Math.max(0, cap - SaturatedMath.plus(spent, reserved));
    }

    /** An admitted worst case has its outcome, which is booked. */
    public void release(long worst) {
        Runnable next;
        synchronized (this) {
            reserved = Math.max(0, reserved - Math.max(0, worst));
            next = waiting.poll();
        }
        if (next != null) {
            next.run();
        }
    }

    /** Called again when something was released, or when the run stops. */
    public void park(Runnable again) {
        boolean nothingOut;
        synchronized (this) {
            nothingOut = reserved == 0;
            if (!nothingOut) {
                waiting.add(again);
            }
        }
        if (nothingOut) {
            again.run();
        }
    }

    /** Everyone who waits asks again. */
    public void sweep() {
        List<Runnable> all;
        synchronized (this) {
            all = new ArrayList<>(waiting);
            waiting.clear();
        }
        all.forEach(Runnable::run);
    }
}
