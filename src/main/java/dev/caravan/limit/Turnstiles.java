package dev.caravan.limit;

import dev.caravan.provider.Account;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask a provider now: a turnstile for each account and model, all under one limit on calls in flight in this process.
 * Nobody waits in a thread: whoever must wait is called when it is their turn.
 */
public final class Turnstiles implements AutoCloseable {
    /** Creates of jobs that may be on their way at one time; uploads are long. */
    private static final int JOBS_AT_ONCE = 8;

    private final ProcessCeiling ceiling;
    private final AccountPaces paces;
    private final Map<AccountPace, AccountTurnstile> turnstiles = new LinkedHashMap<>();

    /** @param most realtime calls in flight, over all accounts */
    public Turnstiles(int most, Clock clock, AccountPaces paces) {
        ceiling = new ProcessCeiling(most, clock);
        this.paces = paces;
    }

    /** The turnstile before a model of an account that others may ask too. */
    public AccountTurnstile calls(Account account, String model) {
        return turnstile(paces.of(account, model, false), ceiling.most(), true);
    }

    /** The turnstile before the creation of such an account's jobs. */
    public AccountTurnstile jobs(Account account, String model) {
        return turnstile(paces.of(account, model, true), JOBS_AT_ONCE, false);
    }

    /**
     * A turnstile before an account of one run only, which has to be dropped.
     *
     * @param secondMillis by which pauses are counted
     */
    public AccountTurnstile alone(Account account, boolean jobs, long secondMillis) {
        return turnstile(AccountPaces.alone(account, jobs, secondMillis), jobs ? JOBS_AT_ONCE : ceiling.most(), !jobs);
    }

    /** Forgets turnstiles that nobody will ask for any more. */
    public void drop(Collection<AccountTurnstile> old) {
        synchronized (ceiling) {
            turnstiles.values().removeAll(old);
        }
    }

    /** What lies in an account's unfinished jobs of a model. */
    public JobQueue queue(Account account, String model) {
        return paces.queue(account, model);
    }

    private AccountTurnstile turnstile(AccountPace pace, int most, boolean counted) {
        synchronized (ceiling) {
            return turnstiles.computeIfAbsent(
                    pace, key -> new AccountTurnstile(ceiling, this::letThrough, pace, most, counted));
        }
    }

    public long now() {
        return ceiling.now();
    }

    /** Lets through whoever may go; called without the lock, since those who go may ask again at once. */
    private void letThrough() {
        while (true) {
            Runnable next = next();
            if (next == null) {
                return;
            }
            next.run();
        }
    }

    private @Nullable Runnable next() {
        synchronized (ceiling) {
            for (AccountTurnstile each : turnstiles.values()) {
                Runnable next = each.next();
                if (next != null) {
                    return next;
                }
            }
            return null;
        }
    }

    /** Tells everyone who is no longer wanted, at once; called when a run stops. */
    public void sweep() {
        List<Runnable> told = new ArrayList<>();
        synchronized (ceiling) {
            turnstiles.values().forEach(each -> each.sweep(told));
        }
        told.forEach(Runnable::run);
        letThrough();
    }

    @Override
    public void close() {
        ceiling.close();
    }
}
