package dev.caravan.run;

import dev.caravan.base.Json;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Facts of simulated runs, for tests that are about something else. */
public final class PlainFacts {
    /** Of runs that have none. */
    public static final CapPlan NO_CAP = new CapPlan(Map.of(), 1);

    private PlainFacts() {}

    /** What is journalled when a run of one step is made. */
    public static RunEvent.RunCreated made(String run, int units, int chunkSize) {
        return new RunEvent.RunCreated(
                of(run, units, chunkSize, List.of(asking("one")), List.of(), RunFacts.Pilot.NONE));
    }

    static StepFact asking(String name) {
        return new StepFact(name, StepFact.Role.PLAIN, false, StepFact.NOWHERE, false);
    }

    static RunFacts of(
            String run, int units, int chunkSize, List<StepFact> steps, List<String> tasks, RunFacts.Pilot pilot) {
        return of(run, units, chunkSize, steps, tasks, pilot, FailureBrake.NONE);
    }

    static RunFacts of(
            String run,
            int units,
            int chunkSize,
            List<StepFact> steps,
            List<String> tasks,
            RunFacts.Pilot pilot,
            FailureBrake brake) {
        return new RunFacts(
                run,
                "p",
                new RunFacts.Digests("c", "i", "o"),
                units,
                chunkSize,
                steps,
                tasks,
                3,
                10,
                brake,
                null,
                pilot,
                true,
                new RuleNumbers(1, 1, RuleNumbers.NEWEST_OUTPUTS_FORM, 1),
                Json.object(),
                Collections.emptySortedMap(),
                "test");
    }
}
