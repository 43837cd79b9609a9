package dev.caravan.limit;

import dev.caravan.provider.Account;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask a provider now: a gate for each account and model, all under one limit on calls in flight in this process.
 * Nobody waits in a thread: whoever must wait is called when it is their turn.
 */
public final class Turnstiles implements AutoCloseable {
    /** Creates of jobs that may be on their way at one time; uploads are long. */
    private static final int JOBS_AT_ONCE = 8;

    private final int ceiling;
    private final Clock clock;
    private final AccountPaces paces;
    private final ScheduledExecutorService timer =
            new ScheduledThreadPoolExecutor(1, Turnstiles::thread, new ThreadPoolExecutor.DiscardPolicy());
    private final Map<AccountPace, AccountTurnstile> gates = new LinkedHashMap<>();
    private int inUse;

    /** @param ceiling most realtime calls in flight, over all accounts */
    public Turnstiles(int ceiling, Clock clock, AccountPaces paces) {
        this.ceiling = ceiling;
        this.clock = clock;
        this.paces = paces;
    }

    private static Thread thread(Runnable task) {
        var thread = new Thread(task, "permits");
        thread.setDaemon(true);
        return thread;
    }

    /** The gate before a model of an account that others may ask too. */
    public AccountTurnstile calls(Account account, String model) {
        return gate(paces.of(account, model, false), ceiling, true);
    }

    /** The gate before the creation of such an account's jobs. */
    public AccountTurnstile jobs(Account account, String model) {
        return gate(paces.of(account, model, true), JOBS_AT_ONCE, false);
    }

    /**
     * A gate before an account of one run only, which has to be dropped.
     *
     * @param secondMillis by which pauses are counted
     */
    public AccountTurnstile alone(Account account, boolean jobs, long secondMillis) {
        return gate(AccountPaces.alone(account, jobs, secondMillis), jobs ? JOBS_AT_ONCE : ceiling, !jobs);
    }

    /** Forgets gates that nobody will ask for any more. */
    public synchronized void drop(Collection<AccountTurnstile> old) {
        gates.values().removeAll(old);
    }

    /** What lies in an account's unfinished jobs of a model. */
    public JobQueue queue(Account account, String model) {
        return paces.queue(account, model);
    }

    private synchronized AccountTurnstile gate(AccountPace pace, int most, boolean counted) {
        return gates.computeIfAbsent(pace, key -> new AccountTurnstile(this, pace, most, counted));
    }

    public long now() {
        return clock.millis();
    }

    /** Whether another call may be in flight. */
    boolean hasRoom() {
        return inUse < ceiling;
    }

    void taken(int more) {
        inUse += more;
    }

    void later(Runnable task, long millis) {
        Future<?> unused = timer.schedule(task, millis, TimeUnit.MILLISECONDS);
    }

    /** Lets through whoever may go; called without the lock, since those who go may ask again at once. */
    void serve() {
        while (true) {
            Runnable next = next();
            if (next == null) {
                return;
            }
            next.run();
        }
    }

    private synchronized @Nullable Runnable next() {
        for (AccountTurnstile each : gates.values()) {
            Runnable next = each.next();
            if (next != null) {
                return next;
            }
        }
        return null;
    }

    /** Tells everyone who is no longer wanted, at once; called when a run stops. */
    public void sweep() {
        List<Runnable> told = new ArrayList<>();
        synchronized (this) {
            gates.values().forEach(each -> each.sweep(told));
        }
        told.forEach(Runnable::run);
        serve();
    }

    public synchronized int inUse() {
        return inUse;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
