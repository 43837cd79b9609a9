package dev.caravan.execution;

import dev.caravan.money.Money;
import dev.caravan.run.PauseReason;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStore;
import dev.caravan.run.RunSummary;
import java.util.Locale;

/** Pauses a run at its cap: it says how far it came, and what more money would bring. */
final class CapReached {
    private static final Money DOLLAR = new Money(1_000_000_000_000L);
    private static final Money LEAST = new Money(1);

    private final RunStore store;
    private final RunControl control;

    CapReached(RunStore store, RunControl control) {
        this.store = store;
        this.control = control;
    }

    /**
     * Pauses a run whose next requests do not fit.
     *
     * @param worst what they can cost at most
     */
    void pause(int step, int requests, Money worst) {
        String name = store.facts().steps().get(step);
        pause((requests == 1 ? "the next request" : "the next " + requests + " requests") + " of step '" + name
                + "' can cost " + worst.display());
    }

    /** As {@link #pause}, where units could go through a step, but not to their end. */
    void pauseBefore(int step, int units, Money worst) {
        String name = store.facts().steps().get(step);
        pause((units == 1 ? "the next unit" : "the next " + units + " units") + " can cost " + worst.display()
                + " from step '" + name + "' to the end");
    }

    private void pause(String next) {
        RunSummary summary = store.summary();
        control.pause(PauseReason.CAP, store.onState(state -> detail(state, summary, next)));
    }

    private static String detail(RunState state, RunSummary summary, String next) {
        Money bound = state.bound();
        int finished = summary.progress().settled();
        var text = new StringBuilder("the cap of ")
                .append(state.cap().orElse(Money.UNKNOWN).display());
        text.append(" would be passed: ").append(bound.display()).append(" is settled or at risk, and ");
        text.append(next).append(". Finished: ").append(count(finished)).append(" of ");
        text.append(count(summary.progress().total())).append(" units");
        if (finished > 0 && !bound.equals(Money.ZERO)) {
            Money each = bound.dividedBy(finished).max(LEAST);
            text.append(", for ").append(each.display()).append(" each; one dollar more would finish about ");
            text.append(count(Math.min(
                            DOLLAR.picos() / each.picos(), summary.progress().total() - finished)))
                    .append(" more");
        }
        return text.append(
                        ". A lower max_tokens lets more go at a time: `caravan report RUN` tells the longest answers")
                .toString();
    }

    private static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
