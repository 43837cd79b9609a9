package dev.caravan.cost;

import dev.caravan.money.Money;
import dev.caravan.run.EventTable;
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
import java.util.Optional;
import java.util.Set;

/**
 * What a run may still spend. A call or a job is admitted only while what is settled, what is at risk and the worst case
 * of everything admitted stay within the cap together, so that no answer, however long, can pass it.
 *
 * <p>Without a cap everything is admitted. What has no known worst case reserves nothing.
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
    /** After these nothing more is bought by a work's job. */
    private static final EventTable<RunBudget> RELEASING = new EventTable<RunBudget>()
            .on(RunEvent.WorkDone.class, (budget, e, time) -> budget.releaseJob(e.work()))
            .on(RunEvent.WorkSplit.class, (budget, e, time) -> budget.releaseJob(e.work()))
            .on(RunEvent.JobNotCreated.class, (budget, e, time) -> budget.releaseJob(e.work()));

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
    private final Map<String, Money> jobs = new HashMap<>();
    private Optional<Money> cap = Optional.empty();
    private Money spent = Money.ZERO;
    private Money reserved = Money.ZERO;

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
        cap = state.cap();
        spent = state.bound();
    }

    @Override
    public void folded(RunEvent event, RunState state, Instant time) {
        if (CHANGES_BOOKS.contains(event.getClass())) {
            readBooks(state);
        }
        RELEASING.take(this, event, time);
    }

    /** What was admitted and has no outcome yet. */
    public synchronized Money reserved() {
        return reserved;
    }

    private synchronized void takeOver(String work, Money worst) {
        jobs.put(work, worst);
        reserved = reserved.plus(worst.known());
    }

    /** Admits a job, or not; it is released when its work is done, or was surely not bought. */
    public synchronized Admission reserve(String work, Money worst) {
        Admission admission = reserve(worst);
        if (admission == Admission.YES) {
            jobs.put(work, worst);
        }
        return admission;
    }

    private void releaseJob(String work) {
        Money held;
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
    public synchronized Admission reserve(Money worst) {
        Admission admission = wouldAdmit(worst);
        if (admission == Admission.YES) {
            reserved = reserved.plus(worst.known());
        }
        return admission;
    }

    /** What would become of a worst case, without admitting it. */
    public synchronized Admission wouldAdmit(Money worst) {
        Money alone = spent.plus(worst.known());
        if (fits(alone.plus(reserved))) {
            return Admission.YES;
        }
        return isOut() && fits(alone) ? Admission.LATER : Admission.NEVER;
    }

    private boolean fits(Money sum) {
        return cap.isEmpty() || sum.fits(cap.get());
    }

    private boolean isOut() {
        return !reserved.equals(Money.ZERO);
    }

    /** What could be admitted at this moment; {@link Money#MOST} without a cap. */
    public synchronized Money room() {
        return cap.map(most -> most.minus(spent.plus(reserved))).orElse(Money.MOST);
    }

    /** An admitted worst case has its outcome, which is booked. */
    public void release(Money worst) {
        Runnable next;
        synchronized (this) {
            reserved = reserved.minus(worst.known());
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
            nothingOut = !isOut();
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
