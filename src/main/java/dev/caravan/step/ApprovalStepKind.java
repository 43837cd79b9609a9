package dev.caravan.step;

import dev.caravan.base.Problems;
import dev.caravan.pipeline.Manner;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.Step;
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

    @Override
    public void check(Step step, StepSource source, Problems problems) {
        step.source().fieldNames().forEachRemaining(each -> {
            if (OF_OUTPUTS.contains(each)) {
                problems.at(
                        source.file(),
                        source.place() + "." + each,
                        "has no place at an approval, which passes records on as they are; put it at the step before");
            } else if (LlmStepKind.KEYS.contains(each)) {
                problems.at(
                        source.file(),
                        source.place() + "." + each,
                        "has no place at an approval, which asks a person and no model; remove it");
            }
        });
        if (!step.validation().isEmpty() && !step.source().has("validation")) {
            problems.at(
                    source.file(),
                    "validation." + step.name(),
                    "has no place at an approval, which passes records on as they are; put it at the step before");
        }
        StepChecks.whole(step, SAMPLE, LARGEST_SAMPLE, source, problems);
    }

    @Override
    public PreparedStep prepare(Step step, Pipeline pipeline, NumberedRules rules) {
        return new ApprovalStep(
                step,
                step.source().path(SAMPLE).asInt(USUAL_SAMPLE),
                pipeline.generation().seed());
    }
}
