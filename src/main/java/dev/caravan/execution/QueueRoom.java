package dev.caravan.execution;

import dev.caravan.limit.JobQueue;
import dev.caravan.run.EventTable;
import dev.caravan.run.OpenWork;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStore;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** A run's jobs in the queues of its accounts, where these are known to take only so much. */
final class QueueRoom implements RunStore.Listener {
    /** After these a work's job is in its queue no more. */
    private static final EventTable<QueueRoom> LEAVING = new EventTable<QueueRoom>()
            .on(RunEvent.JobEnded.class, (room, e, time) -> room.leave(e.work()))
            .on(RunEvent.JobNotCreated.class, (room, e, time) -> room.leave(e.work()))
            .on(RunEvent.WorkSplit.class, (room, e, time) -> room.leave(e.work()))
            .on(RunEvent.WorkDone.class, (room, e, time) -> room.leave(e.work()));

    private final RunStore store;
    private final String prefix;
    private final Map<String, JobQueue> inside = new ConcurrentHashMap<>();
    private final Set<JobQueue> tidied = ConcurrentHashMap.newKeySet();

    QueueRoom(RunStore store) {
        this.store = store;
        prefix = store.facts().run() + ".";
        store.listen(this);
    }

    /** Whether a work's job may be created now. */
    boolean enter(JobQueue queue, String work, long tokens, long most) {
        if (tidied.add(queue)) {
            Set<String> open = store.onState(
                    state -> state.works().stream().map(OpenWork::id).collect(Collectors.toSet()));
            queue.tidy(prefix, job -> open.contains(job.substring(prefix.length())));
            open.forEach(each -> inside.put(each, queue));
        }
        boolean entered = queue.enter(prefix + work, tokens, most, store.clock().instant());
        if (entered) {
            inside.put(work, queue);
        }
        return entered;
    }

    @Override
    public void folded(RunEvent event, RunState state, Instant time) {
        LEAVING.take(this, event, time);
    }

    private void leave(String work) {
        JobQueue queue = inside.remove(work);
        if (queue != null) {
            queue.leave(prefix + work);
        }
    }

    @Override
    public void broken(Throwable cause) {
        // The jobs stay where they are.
    }
}
