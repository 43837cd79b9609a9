package dev.caravan.watch;

import dev.caravan.run.EventNames;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStore;
import java.time.Instant;

/** What happened last in a run. */
final class LastEvent implements RunStore.Listener {
    private volatile String text = "";

    @Override
    public void folded(RunEvent event, RunState state, Instant time) {
        text = time + " " + EventNames.of(event);
    }

    @Override
    public void broken(Throwable cause) {
        text = "the journal cannot be written";
    }

    @Override
    public String toString() {
        return text;
    }
}
