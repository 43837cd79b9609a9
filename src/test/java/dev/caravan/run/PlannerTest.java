package dev.caravan.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.base.Json;
import dev.caravan.money.Money;
import dev.caravan.provider.Lane;
import dev.caravan.provider.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlannerTest {
    private static final RunEvent.Part NOTHING = new RunEvent.Part(0, 0, 0);

    private static final List<Long> TENS = Collections.nCopies(10, 10L);

    private final Planner planner =
            new Planner(Duration.ofSeconds(20), new CapPlan(Map.of(Lane.BATCH, TENS, Lane.REALTIME, TENS), 3));
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
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24})
    void incremental_and_full_planning_want_the_same_and_every_snapshot_folds_on(int seed) {
        var random = new Random(seed);
        Lane lane = random.nextBoolean() ? Lane.BATCH : Lane.REALTIME;
        pilot = seed % 2 == 0 ? 4 : 0;
        RunState state = seed > 18
                ? started(10 + random.nextInt(30), 4 + random.nextInt(12), lane, REVIEWED)
                : seed % 3 == 0
                        ? started(30 + random.nextInt(60), 4 + random.nextInt(12), lane)
                        : seed % 3 == 1
                                ? started(20 + random.nextInt(30), 4 + random.nextInt(12), lane, REFEREED)
                                : started(5 + random.nextInt(15), 4 + random.nextInt(12), lane, NESTED);
        var journal = new ArrayList<Fact>();
        journal.add(new Fact(new RunEvent.RunCreated(state.facts()), now));
        journal.add(new Fact(new RunEvent.RunStarted(state.lane(), "test"), now));
        int chances = 12;
        for (int i = 0; i < 20_000 && (!state.everyUnitSettled() || chances > 0); i++) {
            if (random.nextInt(8) == 0 && chances-- > 0) {
                person(state, random, journal);
            }
            for (RunEvent.WorkFormed each : planner.form(state, now)) {
                apply(state, journal, each);
            }
            if (state.pilotOver()) {
                apply(state, journal, new RunEvent.PilotPassed("tester"));
                continue;
            }
            if (state.reviewDue().isPresent()) {
                review(state, random, journal);
                continue;
            }
            if (planner.heldByCap(state, now).isPresent()) {
                apply(state, journal, new RunEvent.CapSet(random.nextInt(4) == 0 ? -1 : state.capPicos() * 2 + 100));
                continue;
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
        assertThat(state.done()
                        + state.failed()
                        + state.dropped()
                        + state.units().count(UnitOutcome.SUPERSEDED))
                .isEqualTo(state.units().count());
        eachStepAddsUp(state);
        replayed(state, journal, random);
    }

    /** Two, a nested pair inside a pair, and one that is left open. */
    private static final List<String> NESTED =
            List.of("one", "<split", "two", "<again", "three", ">join", ">bind", "four", "<open", "five");

    /** The last two send what does not hold back to the second. */
    private static final List<String> REFEREED = List.of("one", "two", "three", "+check", "^judge");

    /** Somebody decides at two places, the first of which sends back what is turned down. */
    private static final List<String> REVIEWED = List.of("one", "two", "?^first", "three", "?second", "four");

    /** Somebody is asked, and answers; or is asked, and the question is withdrawn because failed units get a chance. */
    private void review(RunState state, Random random, List<Fact> journal) {
        int step = state.reviewDue().getAsInt();
        int round = state.nextRound(step);
        BitSet waiting = state.waitingAt(step);
        apply(
                state,
                journal,
                new RunEvent.ReviewAsked(
                        step, round, UnitRanges.text(waiting), "digest " + round, "look", CostOutlook.UNKNOWN));
        assertThat(state.status()).isEqualTo(RunStatus.WAITING);
        assertThat(state.waitsForApproval()).isTrue();
        assertThat(planner.form(state, now)).isEmpty();
        if (random.nextInt(4) == 0) {
            person(state, random, journal);
        }
        apply(
                state,
                journal,
                new RunEvent.ReviewAnswered(step, round, "digest " + round, random.nextInt(3) > 0, "tester", "why"));
        assertThat(state.waitsForApproval()).isFalse();
        String before = json(state);
        EventFold.apply(state, new RunEvent.ReviewAnswered(step, round, "digest " + round, false, "late", "no"), now);
        assertThat(json(state)).as("a second word").isEqualTo(before);
        if (state.status() != RunStatus.RUNNING && !state.waitsForApproval()) {
            apply(state, journal, new RunEvent.RunStarted(state.lane(), "again"));
        }
    }

    /** What a step counted on the way is what its units come to when they are looked at one by one. */
    private static void eachStepAddsUp(RunState state) {
        for (int step = 0; step < state.steps().size(); step++) {
            var counts = new EnumMap<UnitStanding, Integer>(UnitStanding.class);
            for (int unit = 0; unit < state.units().count(); unit++) {
                counts.merge(state.standing(unit, step), 1, Integer::sum);
            }
            StepState counted = state.steps().get(step);
            assertThat(counted.done()).isEqualTo(counts.getOrDefault(UnitStanding.PASSED, 0));
            assertThat(counted.failed()).isEqualTo(counts.getOrDefault(UnitStanding.FAILED, 0));
            assertThat(counted.dropped()).isEqualTo(counts.getOrDefault(UnitStanding.DROPPED, 0));
            assertThat(counted.arrived()).isEqualTo(counted.done() + counted.failed() + counted.dropped());
            assertThat(counted.cleared.isEmpty()).isTrue();
            assertThat(counted.held() + counted.waiting() + counted.inFlight()).isZero();
        }
    }

    /** A fact and when it was written. */
    private record Fact(RunEvent event, Instant time) {}

    /** Any prefix of a journal is a life that can go on: folded, kept as a snapshot, and folded on to the same end. */
    private static void replayed(RunState end, List<Fact> journal, Random random) {
        for (int i = 0; i < 10; i++) {
            int cut = 2 + random.nextInt(journal.size() - 2);
            var prefix = new RunState();
            journal.subList(0, cut).forEach(each -> EventFold.apply(prefix, each.event(), each.time()));
            assertThat(prefix.done() + prefix.failed())
                    .isLessThanOrEqualTo(prefix.units().count());
            RunState restored = Manifest.restore(Manifest.of(prefix, cut, Instant.EPOCH));
            journal.subList(cut, journal.size()).forEach(each -> EventFold.apply(restored, each.event(), each.time()));
            assertThat(json(restored)).isEqualTo(json(end));
        }
    }

    /** What people and the provider's surprises bring at any time. */
    private void person(RunState state, Random random, List<Fact> journal) {
        switch (random.nextInt(6)) {
            case 0 -> apply(state, journal, new RunEvent.RunPaused("asked", "by a person"));
            case 4 -> {
                apply(state, journal, new RunEvent.CapSet(random.nextInt(1000)));
                apply(state, journal, new RunEvent.CostApproved("tester " + random.nextInt(), 1, 2));
            }
            case 1 ->
                failedAt(state, random, (step, units) -> {
                    var answered = UnitRanges.parse(units);
                    var unanswered = (BitSet) answered.clone();
                    answered.stream().filter(each -> each % 2 == 0).forEach(unanswered::clear);
                    answered.andNot(unanswered);
                    apply(
                            state,
                            journal,
                            state.facts().retryFrom(step) >= 0
                                    ? new RunEvent.UnitsReopened(
                                            step, "", "", units, state.facts().retryFrom(step))
                                    : new RunEvent.UnitsReopened(
                                            step, UnitRanges.text(answered), UnitRanges.text(unanswered), "", -1));
                });
            case 2 ->
                failedAt(state, random, (step, units) -> {
                    apply(state, journal, new RunEvent.JudgingRevised(state.revisions() + 1, "d", 1, new TreeMap<>()));
                    if (!state.shape().isFanOut(step)) {
                        apply(state, journal, new RunEvent.UnitsPromoted(step, units));
                    }
                });
            case 3 -> apply(state, journal, new RunEvent.RunNamed("name " + random.nextInt()));
            default ->
                state.strays().stream().findFirst().ifPresent(each -> {
                    if (random.nextBoolean()) {
                        apply(state, journal, new RunEvent.StrayGone(each.nonce()));
                    } else {
                        apply(
                                state,
                                journal,
                                new RunEvent.StrayFound(
                                        each.nonce(),
                                        each.work(),
                                        each.step(),
                                        "openai",
                                        "m",
                                        "batch_" + random.nextInt()));
                        apply(
                                state,
                                journal,
                                new RunEvent.StraySettled(
                                        each.nonce(),
                                        each.step(),
                                        "openai",
                                        "m",
                                        3,
                                        new Usage(5, 0, 5, 0, 0),
                                        new Money(10)));
                    }
                });
        }
        if (state.status() != RunStatus.RUNNING && !state.waitsForApproval()) {
            apply(state, journal, new RunEvent.RunStarted(state.lane(), "again"));
        }
    }

    private static void failedAt(RunState state, Random random, BiConsumer<Integer, String> then) {
        int step = random.nextInt(state.steps().size());
        var failed = new BitSet();
        for (int unit = 0; unit < state.units().count(); unit++) {
            failed.set(
                    unit,
                    state.units().step(unit) == step
                            && state.units().outcome(unit) == UnitOutcome.FAILED
                            && state.revivable(unit)
                            && random.nextBoolean());
        }
        if (!failed.isEmpty()) {
            then.accept(step, UnitRanges.text(failed));
        }
    }

    private static String json(RunState state) {
        return Json.text(Manifest.of(state, 0, Instant.EPOCH).get("fold"));
    }

    private Set<String> tickets(RunState state) {
        var found = new TreeSet<String>();
        state.works()
                .forEach(each -> planner.ticket(state, each, 1, now).ifPresent(ticket -> found.add(ticket.need())));
        return found;
    }

    private void step(RunState state, Random random, List<Fact> journal) {
        var works = new ArrayList<>(state.works());
        if (works.isEmpty()) {
            return;
        }
        OpenWork work = works.get(random.nextInt(works.size()));
        boolean local = state.facts().isLocal(work.step());
        if (!local && work.lane() == Lane.BATCH && work.phase() != OpenWork.Phase.ENDED) {
            apply(state, journal, jobEvent(work, random));
            return;
        }
        if (!local && work.lane() == Lane.BATCH && random.nextInt(8) == 0) {
            apply(state, journal, new RunEvent.JobInDoubt(work.id(), RunEvent.JobInDoubt.FOREIGN, "d", 10));
            return;
        }
        if (!local && work.lane() == Lane.REALTIME && random.nextInt(3) == 0) {
            calls(state, work, random, journal);
        }
        if (!local && work.lane() == Lane.BATCH && work.size() > 1 && random.nextInt(5) == 0) {
            apply(state, journal, refusedWhole(work));
            return;
        }
        var chunks = new TreeSet<Integer>();
        work.unsettled().stream().forEach(unit -> chunks.add(state.facts().chunkOf(unit)));
        for (int chunk : chunks) {
            var sets = new BitSet[] {new BitSet(), new BitSet(), new BitSet(), new BitSet(), new BitSet()};
            var all = new BitSet();
            work.unsettled().stream()
                    .filter(unit -> state.facts().chunkOf(unit) == chunk)
                    .forEach(unit -> {
                        all.set(unit);
                        int bought = state.units().attempts(unit) > 2
                                ? 1
                                : random.nextInt(10) < 6 ? 0 : 2 + random.nextInt(3);
                        if (state.facts().isApproval(work.step())) {
                            boolean passes =
                                    state.word(work.step(), unit).orElseThrow().approved();
                            sets[passes ? 0 : 1].set(unit);
                            return;
                        }
                        int computed = random.nextInt(10) < 8 ? 0 : random.nextBoolean() ? 1 : 4;
                        sets[local ? computed : bought].set(unit);
                    });
            if (!local) {
                apply(
                        state,
                        journal,
                        new RunEvent.RepliesSettled(
                                work.id(),
                                work.step(),
                                chunk,
                                0,
                                10,
                                UnitRanges.text(all),
                                all.cardinality(),
                                "openai",
                                "m",
                                work.lane(),
                                new Usage(5, 0, 5, 0, 0),
                                new Money(10)));
            }
            var sentBack = new BitSet();
            if (state.facts().retryFrom(work.step()) >= 0) {
                // A failure is a second chance at an earlier step, as long as its budget lasts.
                sets[1].stream()
                        .filter(unit ->
                                state.units().attempts(unit, state.facts().retryFrom(work.step())) < 3)
                        .forEach(sentBack::set);
                sets[1].andNot(sentBack);
            }
            var children = new ArrayList<Integer>();
            if (state.shape().isFanOut(work.step())) {
                sets[0].stream().forEach(unit -> children.add(random.nextInt(6)));
            }
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
                            UnitRanges.text(sets[0]),
                            UnitRanges.text(sets[1]),
                            UnitRanges.text(sets[2]),
                            UnitRanges.text(sets[3]),
                            UnitRanges.text(sets[4]),
                            "",
                            children,
                            UnitRanges.text(sentBack),
                            sentBack.isEmpty() ? -1 : state.facts().retryFrom(work.step()),
                            Map.of(),
                            sets[3].isEmpty() ? 0 : 100));
        }
        apply(state, journal, new RunEvent.WorkDone(work.id()));
    }

    private void calls(RunState state, OpenWork work, Random random, List<Fact> journal) {
        int unit = work.unsettled().stream().findFirst().orElse(-1);
        String one = String.valueOf(unit);
        apply(state, journal, new RunEvent.CallsIntended(work.id(), one, List.of(new Money(7))));
        if (random.nextBoolean()) {
            apply(state, journal, new RunEvent.CallsLost(work.id(), one, "reset", 1, new Money(7)));
        } else if (random.nextBoolean()) {
            apply(state, journal, new RunEvent.CallsNotBought(work.id(), one, "key"));
        }
    }

    private static RunEvent jobEvent(OpenWork work, Random random) {
        return switch (work.phase()) {
            case FORMED ->
                new RunEvent.JobIntended(
                        work.id(), "n" + random.nextLong(), "a", "b", "openai", "m", 1, 1, "s", new Money(100));
            case INTENDED ->
                random.nextInt(4) == 0
                        ? new RunEvent.JobNotCreated(
                                work.id(),
                                random.nextBoolean() ? "c" : RunEvent.JobNotCreated.NOT_FOUND,
                                "d",
                                10,
                                random.nextBoolean())
                        : random.nextInt(4) == 0
                                ? new RunEvent.JobInDoubt(work.id(), "c", "d", 10)
                                : new RunEvent.JobCreated(work.id(), "job", random.nextBoolean());
            default -> new RunEvent.JobEnded(work.id(), "ENDED", "", null, null);
        };
    }

    private static RunEvent refusedWhole(OpenWork work) {
        int[] units = work.unsettled().stream().toArray();
        var halves = new TreeMap<String, String>();
        for (int half = 0; half < 2; half++) {
            var part = new BitSet();
            for (int i = half; i < units.length; i += 2) {
                part.set(units[i]);
            }
            halves.put(work.id() + (half == 0 ? "a" : "b"), UnitRanges.text(part));
        }
        return new RunEvent.WorkSplit(work.id(), "c", "d", halves);
    }

    private void apply(RunState state, List<Fact> journal, RunEvent event) {
        RunEvent again = EventJson.read(EventNames.of(event), EventJson.body(event));
        assertThat(again).isEqualTo(event);
        journal.add(new Fact(again, now));
        EventFold.apply(state, again, now);
    }

    /** Units that go first in the runs that are started from here on. */
    private int pilot;

    private RunState started(int units, int chunkSize, Lane lane) {
        return started(units, chunkSize, lane, List.of("one", "two"));
    }

    /** @param steps with a bracket before a fan-out or a gather, ^ where units go back to step 1, + where they do locally */
    private RunState started(int units, int chunkSize, Lane lane, List<String> steps) {
        var state = new RunState();
        RunFacts facts = PlainFacts.of(
                "r",
                units,
                chunkSize,
                steps.stream().map(PlannerTest::step).toList(),
                List.of("task"),
                new RunFacts.Pilot(pilot, 0));
        state.refuseUnfit();
        EventFold.apply(state, new RunEvent.RunCreated(facts), now);
        EventFold.apply(state, new RunEvent.RunStarted(lane, "test"), now);
        return state;
    }

    private static StepFact step(String name) {
        StepFact.Role role = switch (name.charAt(0)) {
            case '<' -> StepFact.Role.FAN_OUT;
            case '>' -> StepFact.Role.GATHER;
            case '?' -> StepFact.Role.APPROVAL;
            default -> StepFact.Role.PLAIN;
        };
        boolean local = role != StepFact.Role.PLAIN || name.startsWith("+");
        return new StepFact(name, role, local, name.matches("[?]?[+^].*") ? 1 : StepFact.NOWHERE, false);
    }

    private void formAll(RunState state) {
        planner.form(state, now).forEach(each -> EventFold.apply(state, each, now));
    }

    private void settle(
            RunState state, String work, int chunk, String done, String failed, String retried, String returned) {
        EventFold.apply(
                state,
                new RunEvent.ChunkSettled(
                        work, 0, chunk, NOTHING, NOTHING, NOTHING, done, failed, retried, returned, "", "", List.of(),
                        "", -1, Map.of(), 0),
                now);
        EventFold.apply(state, new RunEvent.WorkDone(work), now);
    }
}
