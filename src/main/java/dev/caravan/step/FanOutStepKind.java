package dev.caravan.step;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Problems;
import dev.caravan.pipeline.KnownFields;
import dev.caravan.pipeline.Manner;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.Step;
import dev.caravan.pipeline.StepSource;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A step that turns one unit into many: each element of an array becomes a child, with a copy of its parent's record
 * and the element in {@code child_field}. What follows is done for each child, up to a gather or to the end.
 */
public final class FanOutStepKind implements StepKind {
    private static final Set<String> KEYS = new TreeSet<>(Set.of("field", "child_field", "max_children", "on_empty"));
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

    @Override
    public void check(Step step, StepSource source, Problems problems) {
        String field = StepChecks.name(step, "field", source, problems);
        if (field.isEmpty()) {
            problems.at(
                    source.file(),
                    source.place() + ".field",
                    "is missing; name the field that holds the array, each of whose elements becomes a unit");
        }
        StepChecks.name(step, "child_field", source, problems);
        StepChecks.whole(step, "max_children", MOST_CHILDREN, source, problems);
        StepChecks.oneOf(step, "on_empty", List.of("fail", "drop", "keep"), source, problems);
        if (step.source().path("on_empty").asText().equals("keep") && !gathered(step, source)) {
            problems.at(
                    source.file(),
                    source.place() + ".on_empty",
                    "keep needs a gather that ends this fan-out: without one the unit would be gone; use drop or fail");
        }
        for (String each : List.of("skip_if", "drop_if")) {
            if (step.source().has(each)) {
                problems.at(
                        source.file(),
                        source.place() + "." + each,
                        "has no place at a fan-out; give it to the step before, or to the first step of the children");
            }
        }
    }

    /** Whether a gather ends this fan-out. */
    private static boolean gathered(Step step, StepSource source) {
        JsonNode steps = source.config().path("pipeline").path("steps");
        int open = 0;
        for (int i = step.index() + 1; i < steps.size(); i++) {
            String scope = steps.get(i).path("scope").asText();
            if (scope.equals("gather") && open-- == 0) {
                return true;
            }
            open += scope.equals("fan_out") ? 1 : 0;
        }
        return false;
    }

    @Override
    public void flow(Step step, StepSource source, KnownFields known, Problems problems) {
        String field = step.source().path("field").asText();
        JsonNode sample = known.sample(field);
        if (known.lacks(field)) {
            problems.at(
                    source.file(),
                    source.place() + ".field",
                    "there is no field '" + field + "' at this step; " + Problems.suggestion(field, known.fields()));
        } else if (sample != null && !sample.isArray()) {
            problems.hint(
                    source.file(),
                    source.place() + ".field",
                    "'" + field + "' does not look like an array but like "
                            + sample.getNodeType().name().toLowerCase(java.util.Locale.ROOT));
        }
        known.fork();
        known.replace(childField(step), sample == null ? null : sample.get(0));
        known.add("_fan_index", null);
        known.add("_fan_parent_id", null);
    }

    /** The field in which a child finds its element. */
    public static String childField(Step step) {
        return step.source()
                .path("child_field")
                .asText(step.source().path("field").asText());
    }

    /** Most children that a unit may have at such a step. */
    public static int most(Step step) {
        return step.source().path("max_children").asInt(USUAL_CHILDREN);
    }

    @Override
    public PreparedStep prepare(Step step, Pipeline pipeline, NumberedRules rules) {
        var source = new StepSource(pipeline.folder(), "config.yaml", step.name(), pipeline.config());
        String usual = gathered(step, source) ? "keep" : "fail";
        String onEmpty = step.source().path("on_empty").asText(usual);
        return new FanOutStep(
                step,
                step.source().path("field").asText(),
                childField(step),
                most(step),
                FanOutStep.OnEmpty.valueOf(onEmpty.toUpperCase(java.util.Locale.ROOT)));
    }
}
