package dev.caravan.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.Worded;
import java.util.EnumSet;
import java.util.Set;

/** A task of a run: what is done once when every unit has its outcome. */
public final class TaskState {
    /** How far it has come. */
    public enum Phase implements Stage<Phase>, Worded {
        WAITING,
        /** Begun; should the process be gone, it begins anew. */
        BEGUN,
        DONE,
        FAILED;

        /** What units came to changes when failed ones get another chance: then all is done again. */
        @Override
        public Set<Phase> successors() {
            return switch (this) {
                case WAITING -> EnumSet.of(WAITING, BEGUN);
                case BEGUN -> EnumSet.of(WAITING, BEGUN, DONE, FAILED);
                case DONE, FAILED -> EnumSet.of(WAITING);
            };
        }
    }

    private final String name;
    Phase phase = Phase.WAITING;
    int attempts;
    String detail = "";

    TaskState(String name) {
        this.name = name;
    }

    public String name() {
        return name;
    }

    public Phase phase() {
        return phase;
    }

    /** How often it was begun. */
    public int attempts() {
        return attempts;
    }

    /** Why it failed; empty when it did not. */
    public String detail() {
        return detail;
    }

    public boolean ended() {
        return phase == Phase.DONE || phase == Phase.FAILED;
    }

    ObjectNode toJson() {
        return Json.object()
                .put("name", name)
                .put("phase", phase.name())
                .put("attempts", attempts)
                .put("detail", detail);
    }

    static TaskState fromJson(JsonNode node) {
        var task = new TaskState(node.get("name").textValue());
        task.phase = Phase.valueOf(node.get("phase").textValue());
        task.attempts = node.get("attempts").intValue();
        task.detail = node.get("detail").textValue();
        return task;
    }
}
