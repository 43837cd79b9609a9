package dev.caravan.step;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Problems;
import dev.caravan.pipeline.KnownFields;
import dev.caravan.pipeline.Manner;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.Step;
import dev.caravan.pipeline.StepSettings;
import dev.caravan.pipeline.StepSource;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * A step that turns one unit into many: each element of an array becomes a child, with a copy of its parent's record
 * and the element in {@code child_field}. What follows is done for each child, up to a gather or to the end.
 */
public final class FanOutStepKind implements StepKind {
    private static final String FIELD = "field";
    private static final String CHILD_FIELD = "child_field";
    private static final String ON_EMPTY = "on_empty";
    private static final Set<String> KEYS = new TreeSet<>(Set.of(FIELD, CHILD_FIELD, "max_children", ON_EMPTY));
    private static final int USUAL_CHILDREN = 1_000;
    private static final int MOST_CHILDREN = 100_000;

    @Override
    public String kind() {
        return "fan_out";
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
    public Role role() {
        return Role.FAN_OUT;
    }

    private record Settings(String field, String childField, int most, FanOutStep.OnEmpty onEmpty)
            implements StepSettings {}

    @Override
    public StepSettings read(Step step, StepSource source, Problems problems) {
        var settings = new SettingReader(step, source, problems);
        String field = settings.name(
                FIELD, "is missing; name the field that holds the array, each of whose elements becomes a unit");
        settings.name(CHILD_FIELD);
        int most = settings.whole("max_children", MOST_CHILDREN, USUAL_CHILDREN);
        FanOutStep.OnEmpty onEmpty =
                onEmpty(settings, FanOutBrackets.gatherOf(step, source).isPresent());
        for (String each : List.of("skip_if", "drop_if")) {
            if (settings.has(each)) {
                settings.wrong(
                        each,
                        "has no place at a fan-out; give it to the step before, or to the first step of the children");
            }
        }
        return new Settings(field, childField(step.source()), most, onEmpty);
    }

    private static FanOutStep.OnEmpty onEmpty(SettingReader settings, boolean gathered) {
        FanOutStep.OnEmpty usual = gathered ? FanOutStep.OnEmpty.KEEP : FanOutStep.OnEmpty.FAIL;
        var read = FanOutStep.OnEmpty.of(settings.oneOf(ON_EMPTY, FanOutStep.OnEmpty.words(), usual.word()));
        if (read == FanOutStep.OnEmpty.KEEP && !gathered) {
            settings.wrong(
                    ON_EMPTY,
                    "keep needs a gather that ends this fan-out: without one the unit would be gone; use drop or fail");
        }
        return read;
    }

    /** The field in which a child of a fan-out, as it is written, finds its element. */
    static String childField(JsonNode fanOut) {
        return fanOut.path(CHILD_FIELD).asText(fanOut.path(FIELD).asText());
    }

    @Override
    public void flow(Step step, StepSource source, KnownFields known, Problems problems) {
        Settings settings = step.settings(Settings.class);
        String field = settings.field();
        JsonNode sample = known.sample(field);
        if (known.lacks(field)) {
            problems.at(
                    source.file(),
                    source.at(FIELD),
                    "there is no field '" + field + "' at this step; " + Problems.suggestion(field, known.fields()));
        } else if (sample != null && !sample.isArray()) {
            problems.hint(
                    source.file(),
                    source.at(FIELD),
                    "'" + field + "' does not look like an array but like "
                            + sample.getNodeType().name().toLowerCase(Locale.ROOT));
        }
        known.fork();
        known.replace(settings.childField(), sample == null ? null : sample.get(0));
        known.add("_fan_index", null);
        known.add("_fan_parent_id", null);
    }

    @Override
    public PreparedStep prepare(Step step, Pipeline pipeline, NumberedRules rules) {
        Settings settings = step.settings(Settings.class);
        return new FanOutStep(step, settings.field(), settings.childField(), settings.most(), settings.onEmpty());
    }
}
