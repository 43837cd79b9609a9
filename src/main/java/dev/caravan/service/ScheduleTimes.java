package dev.caravan.service;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Disk;
import dev.caravan.base.Json;
import dev.caravan.base.UserMistakeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Up to when the times of each pipeline are dealt with: a change holds once it is on disk. */
final class ScheduleTimes {

    /**
     * What is remembered of a pipeline.
     *
     * @param schedule in its own words; with other words all begins anew
     * @param upTo no time before it is missing
     * @param run that was last made for one of its times, or empty
     */
    record Mark(String schedule, Instant upTo, String run) {}

    private final Path file;
    private final Disk disk;
    private Map<String, Mark> marks;

    ScheduleTimes(Path file, Disk disk) {
        this.file = file;
        this.disk = disk;
        marks = Files.exists(file) ? read() : new TreeMap<>();
    }

    Optional<Mark> of(String pipeline) {
        return Optional.ofNullable(marks.get(pipeline));
    }

    void put(String pipeline, Mark mark) {
        var next = new TreeMap<>(marks);
        next.put(pipeline, mark);
        keep(next);
    }

    /** Forgets all others: what comes back has missed nothing. */
    void retain(Set<String> pipelines) {
        if (!pipelines.containsAll(marks.keySet())) {
            var next = new TreeMap<>(marks);
            next.keySet().retainAll(pipelines);
            keep(next);
        }
    }

    private void keep(Map<String, Mark> next) {
        ObjectNode root = Json.object();
        next.forEach((pipeline, mark) -> root.putObject(pipeline)
                .put("schedule", mark.schedule())
                .put("up_to", mark.upTo().toString())
                .put("run", mark.run()));
        disk.replace(file, Json.pretty(root).getBytes(StandardCharsets.UTF_8));
        marks = next;
    }

    private Map<String, Mark> read() {
        try {
            var found = new TreeMap<String, Mark>();
            for (Map.Entry<String, JsonNode> each :
                    Json.mapper().readTree(Files.readAllBytes(file)).properties()) {
                JsonNode mark = each.getValue();
                found.put(
                        each.getKey(),
                        new Mark(
                                mark.required("schedule").asText(),
                                Instant.parse(mark.required("up_to").asText()),
                                mark.required("run").asText()));
            }
            return found;
        } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
            throw new UserMistakeException(
                    file.toString(),
                    "",
                    "does not hold what was written into it; put it back from a copy, or remove it: then no time counts"
                            + " as missed");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
