package dev.caravan.execution;

import dev.caravan.cost.MoneyText;
import dev.caravan.run.PauseReason;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStore;
import dev.caravan.run.RunSummary;
import java.util.Locale;

/** Pauses a run at its cap: it says how far it came, and what more money would bring. */
final class CapReached {
    private static final long DOLLAR = 1_000_000_000_000L;

    private final RunStore store;
    private final RunControl control;

    CapReached(RunStore store, RunControl control) {
        this.store = store;
        this.control = control;
    }

    /**
     * Pauses a run whose next requests do not fit.
     *
     * @param worst what they can cost at most, in pico-dollars
     */
    void pause(int step, int requests, long worst) {
        String name = store.facts().steps().get(step);
        pause((requests == 1 ? "the next request" : "the next " + requests + " requests") + " of step '" + name
                + "' can cost " + MoneyText.display(worst));
    }

    /** As {@link #pause}, where units could go through a step, but not to their end. */
    void pauseBefore(int step, int units, long worst) {
        String name = store.facts().steps().get(step);
        pause((units == 1 ? "the next unit" : "the next " + units + " units") + " can cost " + MoneyText.display(worst)
                + " from step '" + name + "' to the end");
    }

    private void pause(String next) {
        RunSummary summary = store.summary();
        control.pause(PauseReason.CAP, store.onState(state -> detail(state, summary, next)));
    }

    private static String detail(RunState state, RunSummary summary, String next) {
        long bound = state.boundPicos();
        int finished = summary.progress().settled();
        var text = new StringBuilder("the cap of ").append(MoneyText.display(state.capPicos()));
        text.append(" would be passed: ").append(MoneyText.display(bound)).append(" is settled or at risk, and ");
        text.append(next).append(". Finished: ").append(count(finished)).append(" of ");
        text.append(count(summary.progress().total())).append(" units");
        if (finished > 0 && bound > 0) {
            long each = Math.max(1, bound / finished);
            text.append(", for ").append(MoneyText.display(each)).append(" each; one dollar more would finish about ");
            text.append(count(Math.min(DOLLAR / each, summary.progress().total() - finished)))
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
