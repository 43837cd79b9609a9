package dev.caravan.step;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Problems;
import dev.caravan.base.TextFile;
import dev.caravan.pipeline.KnownFields;
import dev.caravan.pipeline.Manner;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.Step;
import dev.caravan.pipeline.StepSource;
import dev.caravan.transform.JsltTransform;
import dev.caravan.transform.TransformException;
import dev.caravan.transform.TransformSyntaxException;
import dev.caravan.validation.Judge;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A step that maps a record with JSLT. What the mapping makes is added to the record ({@code keep: all}) or takes its
 * place ({@code keep: none}).
 */
public final class TransformStepKind implements StepKind {
    private static final Set<String> KEYS = new TreeSet<>(Set.of("transform", "map", "keep", "schema", "validation"));

    @Override
    public String kind() {
        return "transform";
    }

    @Override
    public Set<String> keys() {
        return KEYS;
    }

    @Override
    public Manner manner() {
        return Manner.COMPUTES;
    }

    @Override
    public void check(Step step, StepSource source, Problems problems) {
        boolean inline = step.source().has("map");
        String file = step.transform();
        if (inline && file != null) {
            problems.at(source.file(), source.place() + ".map", "is also given as " + file + "; keep one of them");
        } else if (!inline && file == null) {
            problems.at(
                    source.file(),
                    source.place(),
                    "has no mapping; write transforms/" + step.name() + ".jslt, or the mapping itself as map:");
        }
        try {
            compile(step, source.folder());
        } catch (TransformSyntaxException e) {
            problems.at(
                    inline ? source.file() : String.valueOf(file),
                    inline ? source.place() + ".map" + (e.place().isEmpty() ? "" : ", " + e.place()) : e.place(),
                    String.valueOf(e.getMessage()));
        } catch (IOException e) {
            problems.at(String.valueOf(file), "", TextFile.trouble(e));
        }
        StepChecks.oneOf(step, "keep", List.of("all", "none"), source, problems);
        StepChecks.schema(step, source, problems);
        StepChecks.rules(step, source, problems);
        StepBranch.check(step, source, problems);
    }

    private static Optional<JsltTransform> compile(Step step, Path folder)
            throws IOException, TransformSyntaxException {
        JsonNode inline = step.source().get("map");
        String file = step.transform();
        if (inline != null) {
            return Optional.of(JsltTransform.compile(inline.asText()));
        }
        return file == null || !Files.isRegularFile(folder.resolve(file))
                ? Optional.empty()
                : Optional.of(JsltTransform.compile(StepChecks.read(folder, file)));
    }

    @Override
    public void flow(Step step, StepSource source, KnownFields known, Problems problems) {
        StepBranch.flow(step, source, known, problems, () -> {
            try {
                compile(step, source.folder()).ifPresent(each -> makes(step, each, known));
            } catch (TransformSyntaxException | IOException e) {
                // told when the step was checked
            }
            known.requires(step, source.file(), StepChecks.rulesPlace(step, source), problems);
            StepChecks.outputs(step, source, known, problems);
        });
    }

    /** The fields the mapping makes of the sample; where they depend on the record, others may come. */
    private static void makes(Step step, JsltTransform transform, KnownFields known) {
        JsonNode made;
        try {
            made = transform.apply(known.sample());
        } catch (TransformException e) {
            // The sample is no record: what fails on it may go well in the run.
            known.open();
            return;
        }
        if (!keepsAll(step)) {
            known.forget();
        }
        made.properties().forEach(each -> known.replace(each.getKey(), telling(each.getValue())));
        if (!transform.fixedKeys()) {
            known.open();
        }
    }

    /** A value that tells what a field holds: null and what is empty may only be for want of a real record. */
    private static @Nullable JsonNode telling(JsonNode value) {
        boolean empty = value.isNull() || (value.isContainerNode() && value.isEmpty());
        return empty ? null : value;
    }

    private static boolean keepsAll(Step step) {
        return !step.source().path("keep").asText().equals("none");
    }

    @Override
    public PreparedStep prepare(Step step, Pipeline pipeline, NumberedRules rules) {
        try {
            return new TransformStep(
                    step,
                    StepBranch.of(step, pipeline),
                    compile(step, pipeline.folder()).orElseThrow(),
                    keepsAll(step),
                    new Judge(StepChecks.schema(step, pipeline.folder()), step.validation(), rules.reading()));
        } catch (IOException e) {
            throw new UncheckedIOException("the run's copy of step " + step.name() + " cannot be read", e);
        } catch (TransformSyntaxException e) {
            throw new IllegalStateException("the run's copy of step " + step.name() + " does not compile", e);
        }
    }
}
