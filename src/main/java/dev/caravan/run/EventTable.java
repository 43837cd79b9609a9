package dev.caravan.run;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What is done at each kind of event: one row a kind. Events are records, so a row is found by the event's own class.
 *
 * @param <C> what the rows work on
 */
public final class EventTable<C> {

    /** What is done at one kind of event. */
    @FunctionalInterface
    public interface Row<C, E extends RunEvent> {
        void take(C context, E event, Instant time);
    }

    private final Map<Class<? extends RunEvent>, Row<C, RunEvent>> rows = new HashMap<>();

    /** Adds the row of a kind. */
    public <E extends RunEvent> EventTable<C> on(Class<E> kind, Row<? super C, ? super E> row) {
        if (rows.put(kind, (context, event, time) -> row.take(context, kind.cast(event), time)) != null) {
            throw new IllegalStateException("two rows for " + EventNames.of(kind));
        }
        return this;
    }

    /** Does what the event's row says. Returns false when it has none. */
    public boolean take(C context, RunEvent event, Instant time) {
        Row<C, RunEvent> row = rows.get(event.getClass());
        if (row != null) {
            row.take(context, event, time);
        }
        return row != null;
    }

    Set<Class<? extends RunEvent>> kinds() {
        return rows.keySet();
    }
}
