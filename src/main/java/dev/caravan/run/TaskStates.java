package dev.caravan.run;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The tasks of a run in their order, and how far each has come. */
final class TaskStates {
    private final Map<String, TaskState> tasks = new LinkedHashMap<>();

    void create(List<String> names) {
        names.forEach(each -> put(new TaskState(each)));
    }

    void put(TaskState task) {
        tasks.put(task.name(), task);
    }

    Collection<TaskState> all() {
        return Collections.unmodifiableCollection(tasks.values());
    }

    void begun(RunEvent.TaskBegun e) {
        TaskState task = task(e.task());
        task.phase = TaskState.Phase.BEGUN;
        task.attempts = e.attempt();
    }

    void ended(RunEvent.TaskEnded e) {
        TaskState task = task(e.task());
        task.phase = e.done() ? TaskState.Phase.DONE : TaskState.Phase.FAILED;
        task.detail = e.detail();
    }

    /** Those that failed get another chance. */
    void reopenFailed() {
        tasks.values().stream()
                .filter(each -> each.phase == TaskState.Phase.FAILED)
                .forEach(each -> each.phase = TaskState.Phase.WAITING);
    }

    /** What they are to work on has changed: all are to be done again. */
    void reopenAll() {
        tasks.values().forEach(each -> each.phase = TaskState.Phase.WAITING);
    }

    private TaskState task(String name) {
        return Objects.requireNonNull(tasks.get(name), () -> "no task " + name);
    }
}
