package dev.caravan.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.provider.Lane;
import java.time.Duration;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What never changes in a run: written once, as its first event.
 *
 * @param run the run's name, which is its folder's name
 * @param pipeline display name of the pipeline
 * @param configDigest SHA-256 over the files the pipeline uses, items aside
 * @param itemsDigest SHA-256 of the items file
 * @param optionsDigest SHA-256 of the options of the call that shape the result
 * @param units number of units of the input, numbered from 0 in their order; children come after them
 * @param chunkSize units stored together; unit {@code n} lives in chunk {@code n / chunkSize}
 * @param steps names in order
 * @param localSteps places of the steps that ask no provider
 * @param fanOuts places of the steps that turn one unit into many
 * @param gathers places of the steps that make one unit of many
 * @param approvals places of the steps at which units wait for a person's word
 * @param retryFrom for each step the place of the one that units go back to from it, or -1
 * @param tasks what is done once when every unit has its outcome, by name, in their order
 * @param escalating places of the steps that ask another model when they ask again
 * @param maxRetries paid answers a unit may use at one step after its first
 * @param maxInflightJobs jobs that may lie at the provider at one time
 * @param brake when mostly bad answers pause the run
 * @param giveUpAfterSeconds how long an attempt that gets no answer is sent again before its unit fails; null for
 *     a day in batch and a quarter of an hour in realtime
 * @param pilot so many units, spread over the input, go first; the others wait for their end. 0 for no pilot
 * @param pilotPercent of the pilot's units that must hold for the others to go on unasked; 0 to ask always
 * @param simulated whether the provider is the built-in simulator
 * @param reading number of the rule by which replies are read and mended; 1 for runs of a version that had no other
 * @param ids number of the rule by which names became ids of units; 1 for runs of a version that had no other. The units
 *     of a run keep them, and with them their seeds and keys
 * @param outputsForm what a line of {@code outputs/failures.jsonl} holds: 1, for runs of a version that had no other,
 *     without the unit's fields and its last reply; 2 with them
 * @param rendering number of the rule by which prompts are made; 1 for runs of a version that had no other
 * @param prices what each step's model cost when the run was made
 * @param given digests of the files the run was made with, by their path in its folder; empty in runs of an earlier
 *     version, whose files are not checked
 * @param version of Caravan that made the run
 */
public record RunFacts(
        String run,
        String pipeline,
        String configDigest,
        String itemsDigest,
        String optionsDigest,
        int units,
        int chunkSize,
        List<String> steps,
        List<Integer> localSteps,
        List<Integer> fanOuts,
        List<Integer> gathers,
        List<Integer> approvals,
        List<Integer> retryFrom,
        List<String> tasks,
        List<Integer> escalating,
        int maxRetries,
        int maxInflightJobs,
        FailureBrake brake,
        @Nullable Long giveUpAfterSeconds,
        int pilot,
        int pilotPercent,
        boolean simulated,
        int reading,
        int ids,
        int outputsForm,
        int rendering,
        ObjectNode prices,
        SortedMap<String, String> given,
        String version) {

    /** The form in which runs that are made now tell of their failures. */
    public static final int NEWEST_OUTPUTS_FORM = 2;

    public RunFacts {
        steps = List.copyOf(steps);
        // Runs of an earlier version have no such facts.
        localSteps = List.copyOf(Objects.requireNonNullElse(localSteps, List.of()));
        fanOuts = List.copyOf(Objects.requireNonNullElse(fanOuts, List.of()));
        gathers = List.copyOf(Objects.requireNonNullElse(gathers, List.of()));
        approvals = List.copyOf(Objects.requireNonNullElse(approvals, List.of()));
        retryFrom = List.copyOf(Objects.requireNonNullElse(retryFrom, List.of()));
        tasks = List.copyOf(Objects.requireNonNullElse(tasks, List.of()));
        given = Collections.unmodifiableSortedMap(new TreeMap<>(Objects.requireNonNullElse(given, Map.of())));
        escalating = List.copyOf(Objects.requireNonNullElse(escalating, List.of()));
        brake = Objects.requireNonNullElse(brake, FailureBrake.NONE);
        reading = Math.max(1, reading);
        ids = Math.max(1, ids);
        outputsForm = Math.max(1, outputsForm);
        rendering = Math.max(1, rendering);
        if (chunkSize < 1 || steps.isEmpty() || units < 0) {
            throw new IllegalArgumentException("a run needs steps and a chunk size: " + steps + ", " + chunkSize);
        }
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
        return step < retryFrom.size() ? retryFrom.get(step) : -1;
    }

    /** The units that go first: evenly spread over the input; all of them without a pilot. */
    public BitSet pilotUnits() {
        var first = new BitSet();
        if (pilot == 0 || pilot >= units) {
            first.set(0, units);
        } else {
            for (int i = 0; i < pilot; i++) {
                first.set((int) ((long) i * units / pilot));
            }
        }
        return first;
    }

    /** The others, which wait for the pilot's end. */
    public BitSet unitsBehindPilot() {
        var rest = new BitSet();
        rest.set(0, units);
        rest.andNot(pilotUnits());
        return rest;
    }

    /** Whether a step works in process and costs nothing. */
    public boolean isLocal(int step) {
        return localSteps.contains(step);
    }

    /** Whether units wait at a step for a person's word. */
    public boolean isApproval(int step) {
        return approvals.contains(step);
    }

    /** How units multiply and come together along the steps. */
    public StepShape shape() {
        return StepShape.of(steps.size(), fanOuts, gathers);
    }

    public int chunkOf(int unit) {
        return unit / chunkSize;
    }

    public static String chunkName(int chunk) {
        return "chunk_%03d".formatted(chunk);
    }
}
