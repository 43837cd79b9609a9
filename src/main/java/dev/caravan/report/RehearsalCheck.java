package dev.caravan.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Problem;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.Step;
import dev.caravan.pipeline.UnitWriter;
import dev.caravan.simulator.Rehearsal;
import dev.caravan.validation.StructuredOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Says of a checked pipeline which steps the simulator cannot rehearse, because it finds no answer to their schema. */
public final class RehearsalCheck {
    private RehearsalCheck() {}

    /** What the reader noticed, and the steps without an answer. */
    public static List<Problem> hints(Pipeline pipeline) {
        var hints = new ArrayList<>(UnitWriter.hints(pipeline));
        for (Step each : pipeline.steps()) {
            String file = each.schema();
            if (file != null && each.simulate() == null && !Rehearsal.fits(sent(pipeline, each))) {
                hints.add(new Problem(
                        file,
                        "",
                        "the simulator finds no answer that fits; give step " + each.name()
                                + " a `simulate:` block to rehearse it"));
            }
        }
        return hints;
    }

    /** The schema in the form its provider takes, which is what the simulator sees. */
    private static JsonNode sent(Pipeline pipeline, Step step) {
        JsonNode schema = Objects.requireNonNull(step.schemaIn(pipeline.folder()));
        JsonNode sent = StructuredOutput.of(schema, step.call().schemas()).schema();
        return sent == null ? schema : sent;
    }
}
