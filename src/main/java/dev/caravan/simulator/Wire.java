package dev.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.simulator.Failure.Refused;
import org.jspecify.annotations.Nullable;

/** A provider's way of speaking: which calls it knows, and the shapes of what is said. */
interface Wire {
    /** The provider's name. */
    String provider();

    /** The key a call carries, or null. */
    @Nullable String key(Talk talk);

    /** Answers an authorized call. */
    void route(Talk talk);

    /** HTTP status of a refusal. */
    int status(Failure failure);

    ObjectNode failure(Failure failure, String requestId, @Nullable Long retryAfterMillis);

    /** @throws Refused when the provider would not run it */
    Asked read(JsonNode body, String model, String version) throws Refused;

    /** What the provider counts of an answer's tokens. */
    default Made counted(Made made) {
        return made;
    }

    ObjectNode completion(String id, Asked asked, Made made);

    /** A line of a batch's input: whose it is, and the request in it. */
    Item item(JsonNode line, String model);

    /** A line of a batch's result, and the file it stands in; null where the provider says nothing of it. */
    @Nullable Row row(Job job, Item item, int number, Outcome outcome);

    /** Whether results come in any order. */
    boolean shuffles();

    /** Whether what was done is kept when a job ends early that way; what is not kept is not charged. */
    boolean keeps(Job.State end);

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
        record Answered(Asked asked, Made made) implements Outcome {}

        record Failed(Failure failure) implements Outcome {}

        /** The job ended before its turn. */
        record NotRun() implements Outcome {}
    }
}
