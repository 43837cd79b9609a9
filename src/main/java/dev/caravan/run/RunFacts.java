package dev.caravan.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.provider.Lane;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What never changes in a run: written once, as its first event.
 *
 * @param run the run's name, which is its folder's name
 * @param pipeline display name of the pipeline
 * @param configDigest SHA-256 over the files the pipeline uses, items aside
 * @param itemsDigest SHA-256 of the items file
 * @param optionsDigest SHA-256 of the options of the call that shape the result
 * @param units number of units, numbered from 0 in input order
 * @param chunkSize units stored together; unit {@code n} lives in chunk {@code n / chunkSize}
 * @param steps names in order
 * @param localSteps places of the steps that ask no provider
 * @param maxRetries paid answers a unit may use at one step after its first
 * @param maxInflightJobs jobs that may lie at the provider at one time
 * @param brake when mostly bad answers pause the run
 * @param giveUpAfterSeconds how long an attempt that gets no answer is sent again before its unit fails; null for
 *     a day in batch and a quarter of an hour in realtime
 * @param simulated whether the provider is the built-in simulator
 * @param prices what each step's model cost when the run was made
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
        int maxRetries,
        int maxInflightJobs,
        Brake brake,
        @Nullable Long giveUpAfterSeconds,
        boolean simulated,
        ObjectNode prices,
        String version) {

    public RunFacts {
        steps = List.copyOf(steps);
        // Runs of an earlier version have no such facts.
        localSteps = List.copyOf(Objects.requireNonNullElse(localSteps, List.of()));
        brake = Objects.requireNonNullElse(brake, Brake.NONE);
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

    /** Whether a step works in process and costs nothing. */
    public boolean isLocal(int step) {
        return localSteps.contains(step);
    }

    public int chunks() {
        return (units + chunkSize - 1) / chunkSize;
    }

    public int chunkOf(int unit) {
        return unit / chunkSize;
    }

    public static String chunkName(int chunk) {
        return "chunk_%03d".formatted(chunk);
    }
}
