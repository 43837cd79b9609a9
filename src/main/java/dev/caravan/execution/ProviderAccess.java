package dev.caravan.execution;

import dev.caravan.provider.Account;
import java.util.List;

/**
 * How a run asks its providers.
 *
 * @param accounts as whom each step asks, in the order of the steps
 * @param tempo how long it waits between questions
 * @param listener told of every call
 */
public record ProviderAccess(List<Account> accounts, Tempo tempo, CallListener listener) {
    public ProviderAccess {
        accounts = List.copyOf(accounts);
    }

    /** As whom a step asks. */
    Account account(int step) {
        return accounts.get(step);
    }
}
