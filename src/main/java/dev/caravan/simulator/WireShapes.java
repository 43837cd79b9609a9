package dev.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.simulator.RefusedCall.Refused;
import org.jspecify.annotations.Nullable;

/** The shapes of what is said in a provider's way of speaking, and how its jobs behave. */
interface WireShapes {
    /** The provider's name. */
    String provider();

    /** HTTP status of a refusal. */
    int status(RefusedCall failure);

    ObjectNode failure(RefusedCall failure, String requestId, @Nullable Long retryAfterMillis);

    /** @throws Refused when the provider would not run it */
    CompletionRequest read(JsonNode body, String model, String version) throws Refused;

    /** What the provider counts of an answer's tokens. */
    default CompletionAnswer counted(CompletionAnswer made) {
        return made;
    }

    ObjectNode completion(String id, CompletionRequest asked, CompletionAnswer made);

    /** A line of a batch's input: whose it is, and the request in it. */
    Item item(JsonNode line, String model);

    /** A line of a batch's result, and the file it stands in; null where the provider says nothing of it. */
    @Nullable Row row(SimulatedJob job, Item item, int number, Outcome outcome);

    /** Whether results come in any order. */
    boolean shuffles();

    /** Whether what was done is kept when a job ends early that way; what is not kept is not charged. */
    boolean keeps(SimulatedJob.State end);

    /** Whether a job may fail as a whole once it was created; where not, each of its requests does. */
    default boolean fails() {
        return true;
    }

    /** How long a job may run, in milliseconds. */
    long lifetime();

    /** @param body null when the line cannot be read */
    record Item(String key, String model, @Nullable JsonNode body) {}

    record Row(boolean error, ObjectNode line) {}

    /** What came of a line. */
    sealed interface Outcome {
        record Answered(CompletionRequest asked, CompletionAnswer made) implements Outcome {}

        record Failed(RefusedCall failure) implements Outcome {}

        /** The job ended before its turn. */
        record NotRun() implements Outcome {}
    }
}
