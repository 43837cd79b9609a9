package dev.caravan.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.Problems;
import dev.caravan.pipeline.KnownFields;
import dev.caravan.pipeline.Manner;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.Step;
import dev.caravan.pipeline.StepSource;
import dev.caravan.validation.Judge;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A step that ends a fan-out: once every child of a unit has its outcome, what the children hold comes into an array of
 * their parent's record, in the order of {@code _fan_index}.
 */
public final class GatherStepKind implements StepKind {
    private static final Set<String> KEYS =
            new TreeSet<>(Set.of("field", "take", "on_failed", "missing_field", "schema", "validation"));

    @Override
    public String kind() {
        return "gather";
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
        return Role.GATHER;
    }

    @Override
    public void check(Step step, StepSource source, Problems problems) {
        if (StepChecks.name(step, "field", source, problems).isEmpty()) {
            problems.at(
                    source.file(),
                    source.place() + ".field",
                    "is missing; name the field of the parent's record that takes the children as an array");
        }
        StepChecks.name(step, "missing_field", source, problems);
        JsonNode take = step.source().path("take");
        boolean names = take.isArray() && !take.isEmpty();
        for (JsonNode each : take) {
            names &= each.isTextual();
        }
        if (!take.isMissingNode() && !take.isTextual() && !names) {
            problems.at(
                    source.file(),
                    source.place() + ".take",
                    "must be the name of a field, or a list of names, not " + Json.text(take));
        }
        StepChecks.oneOf(step, "on_failed", List.of("fail", "drop"), source, problems);
        if (step.source().has("skip_if")) {
            problems.at(
                    source.file(),
                    source.place() + ".skip_if",
                    "has no place at a gather: children that were not gathered would be gone");
        }
        StepChecks.schema(step, source, problems);
        StepChecks.rules(step, source, problems);
        StepBranch.check(step, source, problems);
    }

    @Override
    public void flow(Step step, StepSource source, KnownFields known, Problems problems) {
        KnownFields child = known.join();
        JsonNode take = step.source().path("take");
        List<JsonNode> wanted = new ArrayList<>();
        if (take.isTextual()) {
            wanted.add(take);
        }
        take.forEach(wanted::add);
        for (JsonNode each : wanted) {
            if (child.lacks(each.asText())) {
                problems.at(
                        source.file(),
                        source.place() + ".take",
                        "the children have no field '" + each.asText() + "'; "
                                + Problems.suggestion(each.asText(), child.fields()));
            }
        }
        ArrayNode sample = Json.mapper().createArrayNode();
        if (take.isTextual()) {
            JsonNode element = child.sample(take.asText());
            sample = element == null ? sample : sample.add(element);
        } else {
            ObjectNode element = sample.addObject();
            for (String each : wanted.isEmpty()
                    ? child.fields()
                    : wanted.stream().map(JsonNode::asText).toList()) {
                JsonNode value = child.sample(each);
                boolean gained = !wanted.isEmpty()
                        || known.lacks(each)
                        || fanned(step, source).contains(each);
                if (value != null && gained) {
                    element.set(each, value);
                }
            }
        }
        known.replace(step.source().path("field").asText(), sample.isEmpty() ? null : sample);
        if (step.source().has("missing_field")) {
            known.replace(
                    step.source().path("missing_field").asText(),
                    Json.mapper().getNodeFactory().numberNode(0));
        }
        StepBranch.flow(step, source, known, problems, () -> StepChecks.outputs(step, source, known, problems));
    }

    /** The {@code child_field} of the fan-out that the step ends. */
    private static Set<String> fanned(Step step, StepSource source) {
        JsonNode steps = source.config().path("pipeline").path("steps");
        int open = 0;
        for (int i = step.index() - 1; i >= 0; i--) {
            String scope = steps.path(i).path("scope").asText();
            if (scope.equals("fan_out") && open-- == 0) {
                JsonNode fan = steps.get(i);
                return Set.of(fan.path("child_field").asText(fan.path("field").asText()));
            }
            open += scope.equals("gather") ? 1 : 0;
        }
        return Set.of();
    }

    @Override
    public PreparedStep prepare(Step step, Pipeline pipeline, NumberedRules rules) {
        var source = new StepSource(pipeline.folder(), "config.yaml", step.name(), pipeline.config());
        JsonNode take = step.source().path("take");
        List<String> fields = new ArrayList<>();
        take.forEach(each -> fields.add(each.asText()));
        JsonNode missing = step.source().get("missing_field");
        return new GatherStep(
                step,
                StepBranch.of(step, pipeline),
                step.source().path("field").asText(),
                take.isTextual() ? take.asText() : null,
                fields,
                fanned(step, source),
                step.source().path("on_failed").asText("fail").equals("drop"),
                missing == null ? null : missing.asText(),
                new Judge(StepChecks.schema(step, pipeline.folder()), step.validation(), rules.reading()));
    }
}
