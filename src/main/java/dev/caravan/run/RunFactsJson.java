package dev.caravan.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.StdConverter;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A run's facts as its first event and its manifest have them: what is known of its steps stands there in lists of their
 * places. The names of the members stay for good; what runs of an earlier version lack is null or 0.
 */
record RunFactsJson(
        String run,
        String pipeline,
        String configDigest,
        String itemsDigest,
        String optionsDigest,
        int units,
        int chunkSize,
        List<String> steps,
        @Nullable List<Integer> localSteps,
        @Nullable List<Integer> fanOuts,
        @Nullable List<Integer> gathers,
        @Nullable List<Integer> approvals,
        @Nullable List<Integer> retryFrom,
        @Nullable List<String> tasks,
        @Nullable List<Integer> escalating,
        int maxRetries,
        int maxInflightJobs,
        @Nullable FailureBrake brake,
        @Nullable Long giveUpAfterSeconds,
        int pilot,
        int pilotPercent,
        boolean simulated,
        int reading,
        int ids,
        int outputsForm,
        int rendering,
        ObjectNode prices,
        @Nullable SortedMap<String, String> given,
        String version) {

    static RunFactsJson of(RunFacts facts) {
        return new RunFactsJson(
                facts.run(),
                facts.pipeline(),
                facts.digests().config(),
                facts.digests().items(),
                facts.digests().options(),
                facts.units(),
                facts.chunkSize(),
                List.copyOf(facts.steps()),
                facts.places(StepFact::local),
                facts.places(each -> each.role() == StepFact.Role.FAN_OUT),
                facts.places(each -> each.role() == StepFact.Role.GATHER),
                facts.places(each -> each.role() == StepFact.Role.APPROVAL),
                facts.stepFacts().stream().map(StepFact::retryFrom).toList(),
                facts.tasks(),
                facts.places(StepFact::escalating),
                facts.maxRetries(),
                facts.maxInflightJobs(),
                facts.brake(),
                facts.giveUpAfterSeconds(),
                facts.pilot().units(),
                facts.pilot().percent(),
                facts.simulated(),
                facts.rules().reading(),
                facts.rules().ids(),
                facts.rules().outputsForm(),
                facts.rules().rendering(),
                facts.prices(),
                facts.given(),
                facts.version());
    }

    RunFacts facts() {
        return new RunFacts(
                run,
                pipeline,
                new RunFacts.Digests(configDigest, itemsDigest, optionsDigest),
                units,
                chunkSize,
                IntStream.range(0, steps.size()).mapToObj(this::step).toList(),
                Objects.requireNonNullElse(tasks, List.of()),
                maxRetries,
                maxInflightJobs,
                Objects.requireNonNullElse(brake, FailureBrake.NONE),
                giveUpAfterSeconds,
                new RunFacts.Pilot(pilot, pilotPercent),
                simulated,
                new RuleNumbers(reading, ids, outputsForm, rendering),
                prices,
                new TreeMap<>(Objects.requireNonNullElse(given, Map.of())),
                version);
    }

    private StepFact step(int place) {
        return new StepFact(
                steps.get(place),
                role(place),
                holds(localSteps, place),
                retryFrom == null || place >= retryFrom.size() ? StepFact.NOWHERE : retryFrom.get(place),
                holds(escalating, place));
    }

    private StepFact.Role role(int place) {
        return holds(fanOuts, place)
                ? StepFact.Role.FAN_OUT
                : holds(gathers, place)
                        ? StepFact.Role.GATHER
                        : holds(approvals, place) ? StepFact.Role.APPROVAL : StepFact.Role.PLAIN;
    }

    private static boolean holds(@Nullable List<Integer> places, int place) {
        return places != null && places.contains(place);
    }

    /** For Jackson: facts on their way to disk. */
    static final class Writer extends StdConverter<RunFacts, RunFactsJson> {
        @Override
        public RunFactsJson convert(RunFacts facts) {
            return of(facts);
        }
    }

    /** For Jackson: facts on their way from disk. */
    static final class Reader extends StdConverter<RunFactsJson, RunFacts> {
        @Override
        public RunFacts convert(RunFactsJson written) {
            return written.facts();
        }
    }
}
