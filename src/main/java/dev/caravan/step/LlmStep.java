package dev.caravan.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.LoneSurrogates;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.Step;
import dev.caravan.prompt.RenderException;
import dev.caravan.prompt.Template;
import dev.caravan.provider.Prompt;
import dev.caravan.validation.Judge;
import dev.caravan.validation.StructuredOutput;
import dev.caravan.validation.Verdict;
import org.jspecify.annotations.Nullable;

/** A step that asks a model, by a template. */
record LlmStep(
        Step step,
        StepBranch branch,
        @Nullable JsonNode schema,
        Template template,
        TemplateExpressions expressions,
        StructuredOutput structured,
        Judge judge,
        Pipeline pipeline)
        implements PreparedStep.Asking {

    @Override
    public Prompt prompt(String callKey, ObjectNode record, JsonNode errors, boolean again) throws RenderException {
        JsonNode shown = step.retry().showErrors() ? errors : Json.mapper().createArrayNode();
        return new Prompt(
                callKey,
                step.model(again),
                step.system(),
                // Half of a pair has no form in UTF-8, and providers refuse its escape: whole jobs for one row.
                LoneSurrogates.replaced(text(record, shown)),
                step.maxTokens(),
                step.temperature(again),
                structured.schema(),
                structured.strict(),
                step.name(),
                step.call().stop(),
                step.call().seed(),
                step.call().reasoningEffort(),
                step.call().endpoint(),
                step.call().apiVersion());
    }

    /** A prompt that says nothing would be paid for all the same. */
    private String text(ObjectNode record, JsonNode shown) throws RenderException {
        ObjectNode seen = expressions.added(record, pipeline.generation().seed(), step.name());
        String text = template.render(seen, pipeline.globalContext(), pipeline.config(), shown);
        if (text.isBlank()) {
            throw new RenderException(PromptChecks.EMPTY);
        }
        return text;
    }

    @Override
    public Verdict judge(String text, ObjectNode record) {
        return judge.judge(text, record);
    }
}
