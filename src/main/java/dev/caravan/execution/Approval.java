package dev.caravan.execution;

import dev.caravan.run.Commands;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunLog;
import dev.caravan.run.RunStore;
import java.util.Optional;
import java.util.Set;

/** The word that a run waits for before anything is sent: given or refused, once, by somebody who is named. */
public final class Approval {
    private static final Set<Commands.Verb> WORDS = Set.of(Commands.Verb.APPROVE, Commands.Verb.REJECT);

    private Approval() {}

    /** @return false when the run does not wait for a word */
    public static boolean give(RunStore store, String actor) {
        Optional<RunEvent> word = store.onState(state -> state.waitsForApproval()
                ? Optional.of(new RunEvent.CostApproved(
                        actor, state.outlook().expectedPicos(), state.outlook().highPicos()))
                : Optional.empty());
        word.ifPresent(store::recordAndWait);
        return word.isPresent();
    }

    /** @return false when the run does not wait for a word */
    public static boolean refuse(RunStore store, String actor, String reason) {
        boolean waits = store.onState(state -> state.waitsForApproval());
        if (waits) {
            store.recordAndWait(new RunEvent.RunKilled(RunLog.clean("rejected by " + actor + ": " + reason)));
        }
        return waits;
    }

    /** Whether somebody left a word for a holder that was gone before it looked. */
    public static boolean isLeft(Commands commands) {
        return commands.waiting().stream().anyMatch(each -> WORDS.contains(each.verb()));
    }

    /** Carries out the words that were left. */
    public static void obey(RunStore store, Commands commands) {
        for (Commands.Command each : commands.waiting()) {
            if (each.verb() == Commands.Verb.APPROVE) {
                give(store, each.actor());
                commands.done(each);
            } else if (each.verb() == Commands.Verb.REJECT) {
                refuse(store, each.actor(), each.text());
                commands.done(each);
            }
        }
    }
}
