package dev.caravan.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.pipeline.Step;
import dev.caravan.prompt.RenderException;
import dev.caravan.provider.Prompt;
import dev.caravan.validation.Verdict;
import org.jspecify.annotations.Nullable;

/** A step of a run whose schemas or rules were revised: it asks as it always did, and judges anew. */
record RevisedStep(PreparedStep.Asking made, PreparedStep.Asking now) implements PreparedStep.Asking {
    @Override
    public Step step() {
        return made.step();
    }

    @Override
    public StepBranch branch() {
        return now.branch();
    }

    @Override
    public Prompt prompt(String callKey, ObjectNode record, JsonNode errors, boolean again) throws RenderException {
        return made.prompt(callKey, record, errors, again);
    }

    @Override
    public @Nullable JsonNode schema() {
        return now.schema();
    }

    @Override
    public Verdict judge(String text, ObjectNode record) {
        return now.judge(text, record);
    }
}
