package dev.caravan.execution;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.provider.Answer;
import dev.caravan.provider.Prompt;
import java.util.SortedMap;

/** Turns rows of a provider's batch files into our types and back; the provider's mappings do it. */
public interface RowMapping {
    /**
     * A request as a line of a request file.
     *
     * @param endpoint that answers it
     * @param headers it asks for; of all lines of a job the lowest of each is sent
     */
    record Line(JsonNode line, String endpoint, SortedMap<String, String> headers) {}

    /** @param customId the request's name, as we sent it */
    record Row(String customId, Answer answer) {}

    /** @param customId its name in the job */
    Line line(Prompt prompt, String customId, String flavour);

    /** A row of a result file: whose it is and what it says. */
    Row read(JsonNode row);
}
