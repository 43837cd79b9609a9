package dev.caravan.run;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What events are called in a journal. A name on disk stays for good, whatever becomes of its class; so do the names of
 * an event's members, which are those of its record. {@code EventNamesTest} holds both against a list.
 */
public final class EventNames {
    private static final Map<Class<? extends RunEvent>, String> NAMES = Map.ofEntries(
            Map.entry(RunEvent.RunCreated.class, "RunCreated"),
            Map.entry(RunEvent.RunStarted.class, "RunStarted"),
            Map.entry(RunEvent.WorkFormed.class, "WorkFormed"),
            Map.entry(RunEvent.JobIntended.class, "JobIntended"),
            Map.entry(RunEvent.JobCreated.class, "JobCreated"),
            Map.entry(RunEvent.JobNotCreated.class, "JobNotCreated"),
            Map.entry(RunEvent.WorkSplit.class, "WorkSplit"),
            Map.entry(RunEvent.JobInDoubt.class, "JobInDoubt"),
            Map.entry(RunEvent.StrayFound.class, "StrayFound"),
            Map.entry(RunEvent.StrayGone.class, "StrayGone"),
            Map.entry(RunEvent.StraySettled.class, "StraySettled"),
            Map.entry(RunEvent.JobEnded.class, "JobEnded"),
            Map.entry(RunEvent.CallsIntended.class, "CallsIntended"),
            Map.entry(RunEvent.CallsLost.class, "CallsLost"),
            Map.entry(RunEvent.CallsNotBought.class, "CallsNotBought"),
            Map.entry(RunEvent.RepliesSettled.class, "RepliesSettled"),
            Map.entry(RunEvent.ChunkSettled.class, "ChunkSettled"),
            Map.entry(RunEvent.ChunkRebuilt.class, "ChunkRebuilt"),
            Map.entry(RunEvent.WorkDone.class, "WorkDone"),
            Map.entry(RunEvent.UnitsReopened.class, "UnitsReopened"),
            Map.entry(RunEvent.UnitsPromoted.class, "UnitsPromoted"),
            Map.entry(RunEvent.JudgingRevised.class, "JudgingRevised"),
            Map.entry(RunEvent.UsageSettled.class, "UsageSettled"),
            Map.entry(RunEvent.ChangesAccepted.class, "ChangesAccepted"),
            Map.entry(RunEvent.RunMoved.class, "RunMoved"),
            Map.entry(RunEvent.CapSet.class, "CapSet"),
            Map.entry(RunEvent.CostApproved.class, "CostApproved"),
            Map.entry(RunEvent.ApprovalAsked.class, "ApprovalAsked"),
            Map.entry(RunEvent.ReviewAsked.class, "ReviewAsked"),
            Map.entry(RunEvent.ReviewAnswered.class, "ReviewAnswered"),
            Map.entry(RunEvent.RunRevised.class, "RunRevised"),
            Map.entry(RunEvent.RunQueued.class, "RunQueued"),
            Map.entry(RunEvent.PilotPassed.class, "PilotPassed"),
            Map.entry(RunEvent.RunNamed.class, "RunNamed"),
            Map.entry(RunEvent.TaskBegun.class, "TaskBegun"),
            Map.entry(RunEvent.TaskEnded.class, "TaskEnded"),
            Map.entry(RunEvent.TasksReopened.class, "TasksReopened"),
            Map.entry(RunEvent.RunPaused.class, "RunPaused"),
            Map.entry(RunEvent.RunKilled.class, "RunKilled"),
            Map.entry(RunEvent.RunCompleted.class, "RunCompleted"));
    private static final Map<String, Class<? extends RunEvent>> EVENTS = new HashMap<>();

    static {
        NAMES.forEach((event, name) -> EVENTS.put(name, event));
    }

    private EventNames() {}

    /** The name of an event in the journal's {@code type} member. */
    public static String of(RunEvent event) {
        return of(event.getClass());
    }

    static String of(Class<? extends RunEvent> event) {
        String name = NAMES.get(event);
        if (name == null) {
            throw new IllegalStateException("an event without a name on disk: " + event);
        }
        return name;
    }

    /** The event of a name; null for a name that this version does not know. */
    static @Nullable Class<? extends RunEvent> event(String name) {
        return EVENTS.get(name);
    }
}
