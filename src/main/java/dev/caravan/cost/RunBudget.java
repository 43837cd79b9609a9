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
import java.util.Set;

/**
 * What a run may still spend. A call or a job is admitted only while what is settled, what is at risk and the worst case
 * of everything admitted stay within the cap together, so that no answer, however long, can pass it.
 *
 * <p>All sums are pico-dollars. Without a cap everything is admitted.
 */
public final class RunBudget implements RunStore.Listener {
    /** Whether something may be bought. */
    public enum Admission {
        YES,
        /** Not before something that was admitted turns out cheaper than it might have been. */
        LATER,
        /** Not under this cap. */
        NEVER
    }

    /** After these more or less is spent, or may be. */
    private static final Set<Class<? extends RunEvent>> CHANGES_BOOKS = Set.of(
            RunEvent.RepliesSettled.class,
            RunEvent.CallsLost.class,
            RunEvent.StraySettled.class,
            RunEvent.UsageSettled.class,
            RunEvent.StrayFound.class,
            RunEvent.StrayGone.class,
            RunEvent.JobNotCreated.class,
            RunEvent.CapSet.class);

    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private final Map<String, Long> jobs = new HashMap<>();
    private long cap;
    private long spent;
    private long reserved;

    /** Takes over what an earlier process admitted. */
    public RunBudget(RunStore store) {
        store.onState(state -> {
            readBooks(state);
            for (OpenWork each : state.works()) {
                RunEvent.JobIntended intent = each.intent();
                if (intent != null) {
                    takeOver(each.id(), intent.worstPicos());
                }
            }
            return true;
        });
        store.listen(this);
    }

    private synchronized void readBooks(RunState state) {
        cap = state.capPicos();
        spent = state.boundPicos();
    }

    @Override
    public void folded(RunEvent event, RunState state, Instant time) {
        if (CHANGES_BOOKS.contains(event.getClass())) {
            readBooks(state);
        }
        if (event instanceof RunEvent.WorkDone e) {
            releaseJob(e.work());
        } else if (event instanceof RunEvent.WorkSplit e) {
            releaseJob(e.work());
        } else if (event instanceof RunEvent.JobNotCreated e) {
            releaseJob(e.work());
        }
    }

    public synchronized long reservedPicos() {
        return reserved;
    }

    private synchronized void takeOver(String work, long worst) {
        jobs.put(work, Math.max(0, worst));
        reserved = Math.addExact(reserved, Math.max(0, worst));
    }

    /** Admits a job, or not; it is released when its work is done, or was surely not bought. */
    public synchronized Admission reserve(String work, long worst) {
        Admission admission = reserve(worst);
        if (admission == Admission.YES) {
            jobs.put(work, Math.max(0, worst));
        }
        return admission;
    }

    private void releaseJob(String work) {
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
    public synchronized Admission reserve(long worst) {
        Admission admission = wouldAdmit(Math.max(0, worst));
        if (admission == Admission.YES) {
            reserved = Math.addExact(reserved, Math.max(0, worst));
        }
        return admission;
    }

    /** What would become of a worst case, without admitting it. */
    public synchronized Admission wouldAdmit(long worst) {
        if (cap < 0 || SaturatedMath.plus(SaturatedMath.plus(spent, reserved), worst) <= cap) {
            return Admission.YES;
        }
        return reserved > 0 && SaturatedMath.plus(spent, worst) <= cap ? Admission.LATER : Admission.NEVER;
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

    /** Calls when something was released, or when the run stops; at once when nothing is out. */
    public void whenReleased(Runnable again) {
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
    public void wakeWaiting() {
        List<Runnable> all;
        synchronized (this) {
            all = new ArrayList<>(waiting);
            waiting.clear();
        }
        all.forEach(Runnable::run);
    }
}
