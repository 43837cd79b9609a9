package dev.caravan.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.caravan.money.Money;
import dev.caravan.provider.Lane;
import dev.caravan.provider.Usage;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the fold of a large run takes: counted in bytes allocated, which are the same on every machine. */
class FoldCostTest {
    private static final int UNITS = 400_000;
    private static final int CHUNK = 100;
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final ThreadMXBean counter = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Planner planner = new Planner(Duration.ofSeconds(1), PlainFacts.NO_CAP);

    private long allocated() {
        return counter.getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    private static void apply(RunState state, RunEvent event) {
        EventFold.apply(state, event, NOW);
    }

    private static RunState started() {
        var state = new RunState();
        var steps = List.of(PlainFacts.asking("one"), PlainFacts.asking("two"));
        apply(
                state,
                new RunEvent.RunCreated(PlainFacts.of("big", UNITS, CHUNK, steps, List.of(), RunFacts.Pilot.NONE)));
        apply(state, new RunEvent.RunStarted(Lane.BATCH, "test"));
        return state;
    }

    /** Plans, and takes the first work to its end: some pass, one fails, one is asked again. */
    private void work(RunState state) {
        RunEvent.WorkFormed work = planner.form(state, NOW).get(0);
        apply(state, work);
        String id = work.work();
        UnitSet units = UnitSet.parse(work.units());
        int first = units.from(0);
        int chunk = first / CHUNK;
        apply(state, new RunEvent.JobIntended(id, id, "a", "b", "p", "m", CHUNK, 1, "s", new Money(10)));
        apply(state, new RunEvent.JobCreated(id, "j" + id, false));
        apply(state, new RunEvent.JobEnded(id, "completed", "", null, null));
        apply(
                state,
                new RunEvent.RepliesSettled(
                        id,
                        work.step(),
                        chunk,
                        0,
                        100,
                        work.units(),
                        units.cardinality(),
                        "p",
                        "m",
                        Lane.BATCH,
                        new Usage(1, 0, 1, 0, 0),
                        new Money(1),
                        "",
                        List.of()));
        var part = new RunEvent.Part(0, 10, 1);
        var none = new RunEvent.Part(0, 0, 0);
        String all = work.units();
        apply(
                state,
                new RunEvent.ChunkSettled(
                        id,
                        work.step(),
                        chunk,
                        part,
                        none,
                        none,
                        all,
                        "",
                        "",
                        "",
                        "",
                        "",
                        List.of(),
                        "",
                        -1,
                        Map.of(),
                        0));
        apply(state, new RunEvent.WorkDone(id));
        RunSummary.of(state);
    }

    @Test
    void an_event_and_the_plan_behind_it_cost_the_same_at_the_first_unit_and_the_last() {
        RunState state = started();
        long[] tenths = new long[10];
        int works = 2 * UNITS / CHUNK;
        for (int tenth = 0; tenth < tenths.length; tenth++) {
            long before = allocated();
            for (int i = 0; i < works / tenths.length; i++) {
                work(state);
            }
            tenths[tenth] = (allocated() - before) / (works / tenths.length);
        }
        assertThat(state.done()).isEqualTo(UNITS);
        assertThat(tenths[9])
                .as("bytes for each work, by tenths of the run: %s", tenths)
                .isLessThan(2 * tenths[1]);
        assertThat(tenths[9]).isLessThan(200_000);
    }

    @Test
    void a_unit_is_held_in_a_few_dozen_bytes() {
        started();
        long before = allocated();
        RunState state = started();
        assertThat((allocated() - before) / UNITS).as("when the run begins").isLessThan(30);
        assertThat(state.units().count()).isEqualTo(UNITS);
    }
}
