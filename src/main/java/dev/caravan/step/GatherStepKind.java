package dev.caravan.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.Problems;
import dev.caravan.pipeline.KnownFields;
import dev.caravan.pipeline.Manner;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.Step;
import dev.caravan.pipeline.StepSettings;
import dev.caravan.pipeline.StepSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A step that ends a fan-out: once every child of a unit has its outcome, what the children hold comes into an array of
 * their parent's record, in the order of {@code _fan_index}.
 */
public final class GatherStepKind implements StepKind {
    private static final String TAKE = "take";
    private static final String MISSING_FIELD = "missing_field";
    private static final Set<String> KEYS =
            new TreeSet<>(Set.of("field", TAKE, "on_failed", MISSING_FIELD, "schema", "validation"));

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

    /**
     * @param bare the one field whose value stands for a child; null to take objects
     * @param fields to take of each child; empty for all that it gained
     * @param fanned the field in which a child found its element
     * @param without whether a unit goes on without the children that failed
     * @param missing field that takes how many children are missing, or null
     */
    private record Settings(
            String field,
            @Nullable String bare,
            List<String> fields,
            Set<String> fanned,
            boolean without,
            @Nullable String missing,
            OutputRules output,
            BranchSettings branch)
            implements StepSettings {

        /** The fields of a child that it says to take. */
        List<String> wanted() {
            return bare == null ? fields : List.of(bare);
        }

        /** The array as it might be, by what is known of children and parent. */
        ArrayNode sample(KnownFields child, KnownFields parent) {
            ArrayNode sample = Json.mapper().createArrayNode();
            if (bare != null) {
                JsonNode element = child.sample(bare);
                return element == null ? sample : sample.add(element);
            }
            ObjectNode element = sample.addObject();
            for (String each : fields.isEmpty() ? child.fields() : fields) {
                JsonNode value = child.sample(each);
                boolean gained = !fields.isEmpty() || parent.lacks(each) || fanned.contains(each);
                if (value != null && gained) {
                    element.set(each, value);
                }
            }
            return sample;
        }
    }

    @Override
    public StepSettings read(Step step, StepSource source, Problems problems) {
        var settings = new SettingReader(step, source, problems);
        String field = settings.name(
                "field", "is missing; name the field of the parent's record that takes the children as an array");
        String missing = settings.name(MISSING_FIELD);
        JsonNode take = settings.value(TAKE);
        taken(take, settings);
        boolean without =
                settings.oneOf("on_failed", List.of("fail", "drop"), "fail").equals("drop");
        if (settings.has("skip_if")) {
            settings.wrong("skip_if", "has no place at a gather: children that were not gathered would be gone");
        }
        var fields = new ArrayList<String>();
        take.forEach(each -> fields.add(each.asText()));
        return new Settings(
                field,
                take.isTextual() ? take.asText() : null,
                fields,
                FanOutBrackets.fanOutOf(step, source)
                        .map(FanOutStepKind::childField)
                        .map(Set::of)
                        .orElse(Set.of()),
                without,
                missing.isEmpty() ? null : missing,
                OutputRules.read(settings),
                BranchSettings.read(settings));
    }

    private static void taken(JsonNode take, SettingReader settings) {
        boolean names = take.isArray() && !take.isEmpty();
        for (JsonNode each : take) {
            names &= each.isTextual();
        }
        if (!take.isMissingNode() && !take.isTextual() && !names) {
            settings.wrong(TAKE, "must be the name of a field, or a list of names, not " + Json.text(take));
        }
    }

    @Override
    public void flow(Step step, StepSource source, KnownFields known, Problems problems) {
        Settings settings = step.settings(Settings.class);
        KnownFields child = known.join();
        for (String each : settings.wanted()) {
            if (child.lacks(each)) {
                problems.at(
                        source.file(),
                        source.at(TAKE),
                        "the children have no field '" + each + "'; " + Problems.suggestion(each, child.fields()));
            }
        }
        ArrayNode sample = settings.sample(child, known);
        known.replace(settings.field(), sample.isEmpty() ? null : sample);
        if (settings.missing() != null) {
            known.replace(settings.missing(), IntNode.valueOf(0));
        }
        settings.branch().flow(source, known, problems, () -> settings.output().flow(step, source, known, problems));
    }

    @Override
    public PreparedStep prepare(Step step, Pipeline pipeline, NumberedRules rules) {
        Settings settings = step.settings(Settings.class);
        return new GatherStep(
                step,
                settings.branch().of(step, pipeline),
                settings.field(),
                settings.bare(),
                settings.fields(),
                settings.fanned(),
                settings.without(),
                settings.missing(),
                settings.output().judge(step, rules.reading()));
    }
}
