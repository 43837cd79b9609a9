package dev.caravan.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.provider.Lane;
import java.time.Duration;
import java.util.AbstractList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What never changes in a run: written once, as its first event, in the form of {@link RunFactsJson}.
 *
 * @param run the run's name, which is its folder's name
 * @param pipeline display name of the pipeline
 * @param units number of units of the input, numbered from 0 in their order; children come after them
 * @param chunkSize units stored together; unit {@code n} lives in chunk {@code n / chunkSize}
 * @param stepFacts the steps in order
 * @param tasks what is done once when every unit has its outcome, by name, in their order
 * @param maxRetries paid answers a unit may use at one step after its first
 * @param maxInflightJobs jobs that may lie at the provider at one time
 * @param brake when mostly bad answers pause the run
 * @param giveUpAfterSeconds how long an attempt that gets no answer is sent again before its unit fails; null for
 *     a day in batch and a quarter of an hour in realtime
 * @param simulated whether the provider is the built-in simulator
 * @param prices what each step's model cost when the run was made
 * @param given digests of the files the run was made with, by their path in its folder; empty in runs of an earlier
 *     version, whose files are not checked
 * @param version of Caravan that made the run
 */
public record RunFacts(
        String run,
        String pipeline,
        Digests digests,
        int units,
        int chunkSize,
        List<StepFact> stepFacts,
        List<String> tasks,
        int maxRetries,
        int maxInflightJobs,
        FailureBrake brake,
        @Nullable Long giveUpAfterSeconds,
        Pilot pilot,
        boolean simulated,
        RuleNumbers rules,
        ObjectNode prices,
        SortedMap<String, String> given,
        String version) {

    /**
     * What the run was made of.
     *
     * @param config SHA-256 over the files the pipeline uses, items aside
     * @param items SHA-256 of the items file
     * @param options those of the call that shape the result, as JSON
     */
    public record Digests(String config, String items, String options) {}

    /**
     * Units that go first.
     *
     * @param units so many, spread over the input; the others wait for their end. 0 for no pilot
     * @param percent of them that must hold for the others to go on unasked; 0 to ask always
     */
    public record Pilot(int units, int percent) {
        public static final Pilot NONE = new Pilot(0, 0);
    }

    public RunFacts {
        stepFacts = List.copyOf(stepFacts);
        tasks = List.copyOf(tasks);
        given = Collections.unmodifiableSortedMap(new TreeMap<>(given));
        if (chunkSize < 1 || stepFacts.isEmpty() || units < 0) {
            throw new IllegalArgumentException("a run needs steps and a chunk size: " + stepFacts + ", " + chunkSize);
        }
    }

    /** Names of the steps in order. */
    public List<String> steps() {
        return new AbstractList<>() {
            @Override
            public String get(int place) {
                return stepFacts.get(place).name();
            }

            @Override
            public int size() {
                return stepFacts.size();
            }
        };
    }

    /** Places of the steps of which something holds. */
    public List<Integer> places(Predicate<StepFact> wanted) {
        return IntStream.range(0, stepFacts.size())
                .filter(place -> wanted.test(stepFacts.get(place)))
                .boxed()
                .toList();
    }

    /** How long an attempt that gets no answer is sent again before its unit fails. */
    public Duration giveUpAfter(Lane lane) {
        if (giveUpAfterSeconds != null) {
            return Duration.ofSeconds(giveUpAfterSeconds);
        }
        return lane == Lane.BATCH ? Duration.ofHours(24) : Duration.ofMinutes(15);
    }

    /** Place of the step that a unit goes back to when it does not hold at a step; -1 for none. */
    public int retryFrom(int step) {
        return stepFacts.get(step).retryFrom();
    }

    /** The units that go first: evenly spread over the input; all of them without a pilot. */
    public UnitSet pilotUnits() {
        if (pilot.units() == 0 || pilot.units() >= units) {
            return UnitSet.range(0, units);
        }
        var first = new UnitSet();
        for (int i = 0; i < pilot.units(); i++) {
            first.add((int) ((long) i * units / pilot.units()));
        }
        return first;
    }

    /** The others, which wait for the pilot's end. */
    public UnitSet unitsBehindPilot() {
        UnitSet rest = UnitSet.range(0, units);
        rest.andNot(pilotUnits());
        return rest;
    }

    /** Whether a step works in process and costs nothing. */
    public boolean isLocal(int step) {
        return stepFacts.get(step).local();
    }

    /** Whether units wait at a step for a person's word. */
    public boolean isApproval(int step) {
        return stepFacts.get(step).role() == StepFact.Role.APPROVAL;
    }

    /** Whether they do at any step. */
    public boolean asksForApproval() {
        return stepFacts.stream().anyMatch(each -> each.role() == StepFact.Role.APPROVAL);
    }

    /** How units multiply and come together along the steps. */
    public StepShape shape() {
        return StepShape.of(
                stepFacts.size(),
                places(each -> each.role() == StepFact.Role.FAN_OUT),
                places(each -> each.role() == StepFact.Role.GATHER));
    }

    public int chunkOf(int unit) {
        return unit / chunkSize;
    }

    public static String chunkName(int chunk) {
        String number = Integer.toString(chunk);
        return "chunk_" + "000".substring(Math.min(3, number.length())) + number;
    }
}
