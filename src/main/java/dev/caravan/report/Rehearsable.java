package dev.caravan.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.base.Problems;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.Step;
import dev.caravan.pipeline.UnitWriter;
import dev.caravan.simulator.Rehearsal;
import dev.caravan.validation.StructuredOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** Says of a checked pipeline which steps the simulator cannot rehearse, because it finds no answer to their schema. */
public final class Rehearsable {
    private Rehearsable() {}

    /** What the reader noticed, and the steps without an answer. */
    public static List<Problems.Problem> hints(Pipeline pipeline) {
        var hints = new ArrayList<>(UnitWriter.hints(pipeline));
        for (Step each : pipeline.steps()) {
            String file = each.schema();
            if (file != null && each.simulate() == null && !Rehearsal.fits(sent(pipeline, each, file))) {
                hints.add(new Problems.Problem(
                        file,
                        "",
                        "the simulator finds no answer that fits; give step " + each.name()
                                + " a `simulate:` block to rehearse it"));
            }
        }
        return hints;
    }

    /** The schema in the form its provider takes, which is what the simulator sees. */
    private static JsonNode sent(Pipeline pipeline, Step step, String file) {
        try {
            JsonNode schema =
                    Json.mapper().readTree(Files.readString(pipeline.folder().resolve(file)));
            JsonNode sent = StructuredOutput.of(schema, step.call().schemas()).schema();
            return sent == null ? schema : sent;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(file + " was checked and is no JSON now", e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
