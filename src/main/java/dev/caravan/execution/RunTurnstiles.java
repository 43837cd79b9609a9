package dev.caravan.execution;

import dev.caravan.limit.AccountTurnstile;
import dev.caravan.limit.Turnstiles;
import dev.caravan.provider.Account;
import dev.caravan.step.RunSteps;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The turnstiles at which a run's calls and jobs wait: those of its accounts, or its own at its simulator. */
final class RunTurnstiles {
    private final boolean simulated;
    private final RunSteps steps;
    private final ProviderAccess access;
    private final Turnstiles all;
    private final Map<String, AccountTurnstile> asked = new ConcurrentHashMap<>();

    RunTurnstiles(boolean simulated, RunSteps steps, ProviderAccess access, Turnstiles all) {
        this.simulated = simulated;
        this.steps = steps;
        this.access = access;
        this.all = all;
    }

    /**
     * The turnstile before a step's model.
     *
     * @param again for units that were tried before: another model may be asked then
     */
    AccountTurnstile calls(int step, boolean again) {
        return turnstile(step, again, false);
    }

    /** The turnstile before the creation of jobs for a step. */
    AccountTurnstile jobs(int step, boolean again) {
        return turnstile(step, again, true);
    }

    private AccountTurnstile turnstile(int step, boolean again, boolean jobs) {
        Account account = access.account(step);
        String model = steps.steps().get(step).step().model(again);
        return asked.computeIfAbsent(
                String.join("|", account.provider(), model, jobs ? "jobs" : ""),
                key -> simulated
                        ? all.alone(account, jobs, access.tempo().throttledMillis())
                        : jobs ? all.jobs(account, model) : all.calls(account, model));
    }

    /** Milliseconds since 1970, as turnstiles count them. */
    long now() {
        return all.now();
    }

    /** What holds back requests, for people; empty when nothing does. */
    String pressure() {
        return asked.values().stream()
                .map(AccountTurnstile::pressure)
                .filter(each -> !each.isEmpty())
                .findFirst()
                .orElse("");
    }

    /** Those of the run's own simulator serve nobody else. */
    void drop() {
        if (simulated) {
            all.drop(asked.values());
        }
    }
}
