package dev.caravan.run;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The tasks of a run in their order, and how far each has come. */
final class TaskStates {
    private final StageChanges changes;
    private final Map<String, TaskState> tasks = new LinkedHashMap<>();

    TaskStates(StageChanges changes) {
        this.changes = changes;
    }

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
        become(task, TaskState.Phase.BEGUN, e.getClass());
        task.attempts = e.attempt();
    }

    void ended(RunEvent.TaskEnded e) {
        TaskState task = task(e.task());
        become(task, e.done() ? TaskState.Phase.DONE : TaskState.Phase.FAILED, e.getClass());
        task.detail = e.detail();
    }

    /** Those that failed get another chance. */
    void reopenFailed() {
        tasks.values().stream()
                .filter(each -> each.phase == TaskState.Phase.FAILED)
                .forEach(each -> become(each, TaskState.Phase.WAITING, RunEvent.TasksReopened.class));
    }

    /** What they are to work on has changed: all are to be done again. */
    void reopenAll(Class<? extends RunEvent> event) {
        tasks.values().forEach(each -> become(each, TaskState.Phase.WAITING, event));
    }

    private void become(TaskState task, TaskState.Phase next, Class<? extends RunEvent> event) {
        task.phase = changes.next("task " + task.name(), task.phase, next, event);
    }

    private TaskState task(String name) {
        return Objects.requireNonNull(tasks.get(name), () -> "no task " + name);
    }
}
