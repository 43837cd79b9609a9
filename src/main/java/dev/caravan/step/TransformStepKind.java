package dev.caravan.step;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Problems;
import dev.caravan.base.TextFile;
import dev.caravan.pipeline.KnownFields;
import dev.caravan.pipeline.Manner;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.Step;
import dev.caravan.pipeline.StepSettings;
import dev.caravan.pipeline.StepSource;
import dev.caravan.transform.JsltTransform;
import dev.caravan.transform.TransformException;
import dev.caravan.transform.TransformSyntaxException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A step that maps a record with JSLT. What the mapping makes is added to the record ({@code keep: all}) or takes its
 * place ({@code keep: none}).
 */
public final class TransformStepKind implements StepKind {
    private static final String MAP = "map";
    private static final Set<String> KEYS = new TreeSet<>(Set.of("transform", MAP, "keep", "schema", "validation"));

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

    /**
     * @param transform null when there is none that compiles
     * @param keepsAll whether what the mapping makes is added to the record, and does not take its place
     */
    private record Settings(
            @Nullable JsltTransform transform, boolean keepsAll, OutputRules output, BranchSettings branch)
            implements StepSettings {}

    @Override
    public StepSettings read(Step step, StepSource source, Problems problems) {
        var settings = new SettingReader(step, source, problems);
        JsltTransform transform = settings.has(MAP) ? inline(settings) : ofFile(settings);
        boolean keepsAll = settings.oneOf("keep", List.of("all", "none"), "all").equals("all");
        OutputRules output = OutputRules.read(settings);
        return new Settings(transform, keepsAll, output, BranchSettings.read(settings));
    }

    private static @Nullable JsltTransform inline(SettingReader settings) {
        String file = settings.step().transform();
        if (file != null) {
            settings.wrong(MAP, "is also given as " + file + "; keep one of them");
        }
        try {
            return JsltTransform.compile(settings.value(MAP).asText());
        } catch (TransformSyntaxException e) {
            String place = e.place().isEmpty() ? "" : ", " + e.place();
            settings.wrong(MAP + place, String.valueOf(e.getMessage()));
            return null;
        }
    }

    private static @Nullable JsltTransform ofFile(SettingReader settings) {
        StepSource source = settings.source();
        Problems problems = settings.problems();
        String file = settings.step().transform();
        if (file == null) {
            problems.at(
                    source.file(),
                    source.place(),
                    "has no mapping; write transforms/" + settings.step().name()
                            + ".jslt, or the mapping itself as map:");
            return null;
        }
        if (!Files.isRegularFile(source.folder().resolve(file))) {
            return null;
        }
        try {
            return JsltTransform.compile(OutputRules.text(source.folder(), file));
        } catch (TransformSyntaxException e) {
            problems.at(file, e.place(), String.valueOf(e.getMessage()));
        } catch (IOException e) {
            problems.at(file, "", TextFile.trouble(e));
        }
        return null;
    }

    @Override
    public void flow(Step step, StepSource source, KnownFields known, Problems problems) {
        Settings settings = step.settings(Settings.class);
        settings.branch().flow(source, known, problems, () -> {
            JsltTransform transform = settings.transform();
            if (transform != null) {
                makes(transform, settings.keepsAll(), known);
            }
            settings.output().requires(step, source, known, problems);
            settings.output().flow(step, source, known, problems);
        });
    }

    /** The fields the mapping makes of the sample; where they depend on the record, others may come. */
    private static void makes(JsltTransform transform, boolean keepsAll, KnownFields known) {
        JsonNode made;
        try {
            made = transform.apply(known.sample());
        } catch (TransformException e) {
            // The sample is no record: what fails on it may go well in the run.
            known.open();
            return;
        }
        if (!keepsAll) {
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

    @Override
    public PreparedStep prepare(Step step, Pipeline pipeline, NumberedRules rules) {
        Settings settings = step.settings(Settings.class);
        return new TransformStep(
                step,
                settings.branch().of(step, pipeline),
                Objects.requireNonNull(settings.transform()),
                settings.keepsAll(),
                settings.output().judge(step, rules.reading()));
    }
}
