package dev.caravan.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/**
 * What {@code .manifest_summary.json} says of a run: enough to pass over those that are no concern of whoever looks
 * through many, without reading their journals. It is derived, and may be as old as the run's last turn.
 *
 * @param status as it was journalled, in lower case
 */
public record RunBrief(String pipeline, String status) {

    /** Empty where there is none, or none that can be read: then the journal has to be asked. */
    public static Optional<RunBrief> of(RunFolder folder) {
        try {
            JsonNode node = Json.mapper().readTree(Files.readAllBytes(folder.manifestSummary()));
            return node.path("status").isTextual() && node.path("pipeline_name").isTextual()
                    ? Optional.of(new RunBrief(
                            node.get("pipeline_name").textValue(),
                            node.get("status").textValue()))
                    : Optional.empty();
        } catch (NoSuchFileException | JsonProcessingException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + folder.manifestSummary(), e);
        }
    }

    /** Whether the run was complete; one that was killed may have jobs out still. */
    public boolean isComplete() {
        return status.equals(RunStatus.COMPLETE.toString());
    }

    /** Whether a process was at it, or was at it last. */
    public boolean isRunning() {
        return status.equals(RunStatus.RUNNING.toString());
    }
}
