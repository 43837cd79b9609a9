package dev.caravan.run;

import dev.caravan.base.Json;
import java.util.List;

/** Facts of a simulated run of one step, for tests that are about something else. */
public final class PlainFacts {
    /** Of runs that have none. */
    public static final CapPlan NO_CAP = new CapPlan(java.util.Map.of(), 1);

    private PlainFacts() {}

    /** What is journalled when it is made. */
    public static RunEvent.RunCreated made(String run, int units, int chunkSize) {
        return new RunEvent.RunCreated(new RunFacts(
                run,
                "p",
                "c",
                "i",
                "o",
                units,
                chunkSize,
                List.of("one"),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                3,
                2,
                FailureBrake.NONE,
                null,
                0,
                0,
                true,
                1,
                1,
                RunFacts.NEWEST_OUTPUTS_FORM,
                1,
                Json.object(),
                java.util.Collections.emptySortedMap(),
                "test"));
    }
}
