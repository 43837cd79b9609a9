package dev.caravan.step;

import dev.caravan.base.Problems;
import dev.caravan.pipeline.Manner;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.Step;
import dev.caravan.pipeline.StepSettings;
import dev.caravan.pipeline.StepSource;
import java.util.Set;
import java.util.TreeSet;

/**
 * A step at which units wait for a person. Once all that can have come, a packet shows a sample of them; the word that is
 * given lets them pass as they are, or fails them.
 */
public final class ApprovalStepKind implements StepKind {
    private static final String SAMPLE = "sample";
    private static final int USUAL_SAMPLE = 20;
    private static final int LARGEST_SAMPLE = 500;

    /** What other kinds of step say of what they make. */
    private static final Set<String> OF_OUTPUTS = new TreeSet<>(Set.of("schema", "validation", "skip_if", "drop_if"));

    private static final String OF_THE_STEP_BEFORE =
            "has no place at an approval, which passes records on as they are; put it at the step before";

    @Override
    public String kind() {
        return "approval";
    }

    @Override
    public Set<String> keys() {
        var keys = new TreeSet<>(Set.of(SAMPLE));
        keys.addAll(LlmStepKind.KEYS);
        keys.addAll(OF_OUTPUTS);
        return keys;
    }

    @Override
    public Manner manner() {
        return Manner.WAITS;
    }

    /** @param sample how many of the units that wait are shown */
    private record Settings(int sample) implements StepSettings {}

    @Override
    public StepSettings read(Step step, StepSource source, Problems problems) {
        var settings = new SettingReader(step, source, problems);
        step.source().fieldNames().forEachRemaining(each -> misplaced(each, settings));
        if (!step.validation().isEmpty() && !settings.has("validation")) {
            problems.at(source.file(), "validation." + step.name(), OF_THE_STEP_BEFORE);
        }
        return new Settings(settings.whole(SAMPLE, LARGEST_SAMPLE, USUAL_SAMPLE));
    }

    private static void misplaced(String key, SettingReader settings) {
        if (OF_OUTPUTS.contains(key)) {
            settings.wrong(key, OF_THE_STEP_BEFORE);
        } else if (LlmStepKind.KEYS.contains(key)) {
            settings.wrong(key, "has no place at an approval, which asks a person and no model; remove it");
        }
    }

    @Override
    public PreparedStep prepare(Step step, Pipeline pipeline, NumberedRules rules) {
        int sample = step.settings(Settings.class).sample();
        return new ApprovalStep(step, sample, pipeline.generation().seed());
    }
}
