package dev.caravan.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.base.Json;
import dev.caravan.provider.Lane;
import dev.caravan.provider.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlannerTest {
    private static final RunEvent.Part NOTHING = new RunEvent.Part(0, 0, 0);

    private final Planner planner = new Planner(Duration.ofSeconds(20));
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void settled_units_go_on_without_the_failures_of_their_chunk() {
        RunState state = started(10, 10, Lane.BATCH);
        formAll(state);
        settle(state, "w000001", 0, "0-6", "", "7-9", "");

        List<RunEvent.WorkFormed> next = planner.form(state, now);

        assertThat(next).extracting(RunEvent.WorkFormed::step).containsExactlyInAnyOrder(0, 1);
        assertThat(next).extracting(RunEvent.WorkFormed::units).containsExactlyInAnyOrder("7-9", "0-6");
    }

    @Test
    void failures_of_many_chunks_pool_into_one_retry_job() {
        RunState state = started(40, 10, Lane.BATCH);
        formAll(state);
        for (int i = 0; i < 4; i++) {
            settle(state, "w00000" + (i + 1), i, (i * 10) + "-" + (i * 10 + 8), "", String.valueOf(i * 10 + 9), "");
        }

        assertThat(planner.form(state, now))
                .filteredOn(each -> each.step() == 0)
                .extracting(RunEvent.WorkFormed::units)
                .containsExactly("9,19,29,39");
    }

    /** Random legal lives of a run: asked after each event or only at the end, the planner wants the same. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void incremental_and_full_planning_want_the_same_and_every_snapshot_folds_on(int seed) {
        var random = new Random(seed);
        RunState state = started(
                30 + random.nextInt(60), 4 + random.nextInt(12), random.nextBoolean() ? Lane.BATCH : Lane.REALTIME);
        var journal = new ArrayList<RunEvent>();
        for (int i = 0; i < 4_000 && !state.everyUnitSettled(); i++) {
            for (RunEvent.WorkFormed each : planner.form(state, now)) {
                journal.add(each);
                state.apply(each, now);
            }
            RunState restored = Manifest.restore(Manifest.of(state, i, now));
            assertThat(json(restored)).isEqualTo(json(state));
            assertThat(tickets(restored)).isEqualTo(tickets(state));
            assertThat(planner.form(restored, now))
                    .isEqualTo(planner.form(state, now))
                    .isEmpty();
            step(state, random, journal);
            now = now.plusSeconds(30);
        }

        assertThat(state.everyUnitSettled()).isTrue();
        assertThat(state.done() + state.failed()).isEqualTo(state.facts().units());
    }

    private static String json(RunState state) {
        return Json.text(Manifest.of(state, 0, Instant.EPOCH).get("fold"));
    }

    private java.util.Set<String> tickets(RunState state) {
        var found = new TreeSet<String>();
        state.works()
                .forEach(each -> planner.ticket(state, each, 1, now).ifPresent(ticket -> found.add(ticket.need())));
        return found;
    }

    private void step(RunState state, Random random, List<RunEvent> journal) {
        var works = new ArrayList<>(state.works());
        if (works.isEmpty()) {
            return;
        }
        Work work = works.get(random.nextInt(works.size()));
        if (work.lane() == Lane.BATCH && work.phase() != Work.Phase.ENDED) {
            apply(state, journal, jobEvent(work, random));
            return;
        }
        if (work.lane() == Lane.BATCH && work.size() > 1 && random.nextInt(5) == 0) {
            apply(state, journal, refusedWhole(work));
            return;
        }
        var chunks = new TreeSet<Integer>();
        work.unsettled().stream().forEach(unit -> chunks.add(state.facts().chunkOf(unit)));
        for (int chunk : chunks) {
            var sets = new BitSet[] {new BitSet(), new BitSet(), new BitSet(), new BitSet()};
            var all = new BitSet();
            work.unsettled().stream()
                    .filter(unit -> state.facts().chunkOf(unit) == chunk)
                    .forEach(unit -> {
                        all.set(unit);
                        sets[state.units().attempts(unit) > 2 ? 1 : random.nextInt(10) < 6 ? 0 : 2 + random.nextInt(2)]
                                .set(unit);
                    });
            apply(
                    state,
                    journal,
                    new RunEvent.RepliesSettled(
                            work.id(),
                            work.step(),
                            chunk,
                            0,
                            10,
                            Ranges.text(all),
                            all.cardinality(),
                            "openai",
                            "m",
                            work.lane(),
                            new Usage(5, 0, 5, 0),
                            10));
            apply(
                    state,
                    journal,
                    new RunEvent.ChunkSettled(
                            work.id(),
                            work.step(),
                            chunk,
                            NOTHING,
                            NOTHING,
                            NOTHING,
                            Ranges.text(sets[0]),
                            Ranges.text(sets[1]),
                            Ranges.text(sets[2]),
                            Ranges.text(sets[3]),
                            Map.of(),
                            sets[3].isEmpty() ? 0 : 100));
        }
        apply(state, journal, new RunEvent.WorkDone(work.id()));
    }

    private static RunEvent jobEvent(Work work, Random random) {
        return switch (work.phase()) {
            case FORMED -> new RunEvent.JobIntended(work.id(), "n", "a", "b", "openai", "m", 1, 1, "s", 100);
            case INTENDED ->
                random.nextInt(4) == 0
                        ? new RunEvent.JobNotCreated(work.id(), "c", "d", 10)
                        : random.nextInt(4) == 0
                                ? new RunEvent.JobInDoubt(work.id(), "c", "d", 10)
                                : new RunEvent.JobCreated(work.id(), "job", false);
            default -> new RunEvent.JobEnded(work.id(), "ENDED", "", null, null);
        };
    }

    private static RunEvent refusedWhole(Work work) {
        int[] units = work.unsettled().stream().toArray();
        var halves = new TreeMap<String, String>();
        for (int half = 0; half < 2; half++) {
            var part = new BitSet();
            for (int i = half; i < units.length; i += 2) {
                part.set(units[i]);
            }
            halves.put(work.id() + (half == 0 ? "a" : "b"), Ranges.text(part));
        }
        return new RunEvent.WorkSplit(work.id(), "c", "d", halves);
    }

    private void apply(RunState state, List<RunEvent> journal, RunEvent event) {
        RunEvent again = RunEvent.of(event.type(), event.body());
        assertThat(again).isEqualTo(event);
        journal.add(event);
        state.apply(again, now);
    }

    private RunState started(int units, int chunkSize, Lane lane) {
        var state = new RunState();
        var facts = new RunFacts(
                "r",
                "p",
                "c",
                "i",
                "o",
                units,
                chunkSize,
                List.of("one", "two"),
                List.of(),
                3,
                10,
                Brake.NONE,
                null,
                true,
                Json.object(),
                "test");
        state.apply(new RunEvent.RunCreated(facts), now);
        state.apply(new RunEvent.RunStarted(lane, "test"), now);
        return state;
    }

    private void formAll(RunState state) {
        planner.form(state, now).forEach(each -> state.apply(each, now));
    }

    private void settle(
            RunState state, String work, int chunk, String done, String failed, String retried, String returned) {
        state.apply(
                new RunEvent.ChunkSettled(
                        work, 0, chunk, NOTHING, NOTHING, NOTHING, done, failed, retried, returned, Map.of(), 0),
                now);
        state.apply(new RunEvent.WorkDone(work), now);
    }
}
