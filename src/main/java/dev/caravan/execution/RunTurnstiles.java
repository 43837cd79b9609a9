package dev.caravan.execution;

import dev.caravan.limit.AccountTurnstile;
import dev.caravan.limit.Turnstiles;
import dev.caravan.provider.Account;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The gates before which the calls and jobs of a run wait: those of its accounts, or its own at its simulator. */
final class RunTurnstiles {
    private final LiveRun run;
    private final long throttledMillis;
    private final Map<String, AccountTurnstile> gates = new ConcurrentHashMap<>();

    /** @param throttledMillis by which pauses are counted after requests were turned away: 1,000 for seconds */
    RunTurnstiles(LiveRun run, long throttledMillis) {
        this.run = run;
        this.throttledMillis = throttledMillis;
    }

    /**
     * The gate before a step's model.
     *
     * @param again for units that were tried before: another model may be asked then
     */
    AccountTurnstile calls(int step, boolean again) {
        return gate(step, again, false);
    }

    /** The gate before the creation of jobs for a step. */
    AccountTurnstile jobs(int step, boolean again) {
        return gate(step, again, true);
    }

    private AccountTurnstile gate(int step, boolean again, boolean jobs) {
        Account account = run.account(step);
        String model = run.step(step).step().model(again);
        Turnstiles permits = run.permits();
        return gates.computeIfAbsent(
                String.join("|", account.provider(), model, jobs ? "jobs" : ""),
                key -> run.facts().simulated()
                        ? permits.alone(account, jobs, throttledMillis)
                        : jobs ? permits.jobs(account, model) : permits.calls(account, model));
    }

    /** What holds back requests, for people; empty when nothing does. */
    String pressure() {
        return gates.values().stream()
                .map(AccountTurnstile::pressure)
                .filter(each -> !each.isEmpty())
                .findFirst()
                .orElse("");
    }

    /** Those of the run's own simulator serve nobody else. */
    void drop() {
        if (run.facts().simulated()) {
            run.permits().drop(gates.values());
        }
    }
}
