package dev.caravan.execution;

import dev.caravan.run.PauseReason;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunLog;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStore;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;

/** Hears all events of a run: writes them into its log, and stops it where they say so. */
final class EventWatch implements RunStore.Listener {
    /** What becomes of a run by an event; others let it go on. */
    private static final Map<Class<? extends RunEvent>, Consumer<RunControl>> ENDINGS = Map.of(
            RunEvent.RunCompleted.class, RunControl::complete,
            RunEvent.RunPaused.class, RunControl::halt,
            RunEvent.RunKilled.class, RunControl::halt,
            RunEvent.ReviewAsked.class, RunControl::rest);

    private final RunLog log;
    private final RunControl control;

    EventWatch(RunLog log, RunControl control) {
        this.log = log;
        this.control = control;
    }

    @Override
    public void folded(RunEvent event, RunState state, Instant time) {
        state.brakeTrouble().ifPresent(trouble -> control.pause(PauseReason.QUALITY, trouble));
        if (state.isBeyondApproval()) {
            control.pause(PauseReason.OVERRUN, RunTransitions.beyond(state));
        }
        EventNotes.note(log, event, state);
        Consumer<RunControl> ending = ENDINGS.get(event.getClass());
        if (ending != null) {
            ending.accept(control);
        }
    }

    @Override
    public void broken(Throwable cause) {
        log.log("CRASH", "the journal cannot be written: " + cause.getMessage());
        control.broken(cause);
    }
}
