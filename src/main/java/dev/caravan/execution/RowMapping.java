package dev.caravan.execution;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.JsonBytes;
import dev.caravan.provider.Answer;
import dev.caravan.provider.Prompt;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** Turns rows of a provider's batch files into our types and back; the provider's mappings do it. */
public interface RowMapping {
    /** The requests of one job as lines of a request file. Used by one thread. */
    interface RequestLines {
        /**
         * Writes a request's line, its end included.
         *
         * @param customId its name in the job
         */
        void write(Prompt prompt, String customId, JsonBytes into);

        /** The endpoint that answers the last one. */
        String endpoint();

        /** The headers they ask for: of all lines the lowest of each. */
        SortedMap<String, String> headers();
    }

    /** @param customId the request's name, as we sent it */
    record Row(String customId, Answer answer) {}

    /** @param flavour of the account's wire */
    RequestLines requestLines(String flavour);

    /** A row of a result file: whose it is and what it says. */
    Row read(JsonNode row);

    /** The same of a row that has the form of nearly all; null where it must be read the other way, or is none. */
    @Nullable Row plain(byte[] bytes, int length);
}
