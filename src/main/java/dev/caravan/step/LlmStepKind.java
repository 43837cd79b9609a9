package dev.caravan.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.InvalidFileException;
import dev.caravan.base.Json;
import dev.caravan.base.LoneSurrogates;
import dev.caravan.base.Problems;
import dev.caravan.base.TextFile;
import dev.caravan.base.UnitRecord;
import dev.caravan.expression.Evaluation;
import dev.caravan.expression.EvaluationException;
import dev.caravan.expression.SeededRandom;
import dev.caravan.pipeline.KnownFields;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.SharedContext;
import dev.caravan.pipeline.Step;
import dev.caravan.prompt.RenderException;
import dev.caravan.prompt.RenderingRule;
import dev.caravan.prompt.Template;
import dev.caravan.prompt.TemplateEngine;
import dev.caravan.prompt.TemplateParts;
import dev.caravan.prompt.TemplateSyntaxException;
import dev.caravan.provider.Prompt;
import dev.caravan.validation.Judge;
import dev.caravan.validation.SchemaJudge;
import dev.caravan.validation.StructuredOutput;
import dev.caravan.validation.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A step that asks a model: a template makes the prompt, schema and rules judge the answer. */
public final class LlmStepKind implements StepKind {
    static final Set<String> KEYS = new TreeSet<>(Set.of(
            "template",
            "schema",
            "validation",
            "provider",
            "model",
            "system",
            "max_tokens",
            "temperature",
            "stop",
            "seed",
            "reasoning_effort",
            "endpoint",
            "api_version",
            "structured_output",
            "simulate",
            "retry",
            PromptChecks.SAME,
            "prompt_template"));

    private final TemplateEngine engine = new TemplateEngine();

    @Override
    public String kind() {
        return "llm";
    }

    @Override
    public Set<String> keys() {
        return KEYS;
    }

    @Override
    public void check(Step step, Source source, Problems problems) {
        String template = step.template();
        if (template == null) {
            problems.at(
                    source.file(),
                    source.place(),
                    "has no template; write templates/" + step.name() + ".vm or give its name as template:");
        } else if (Files.isRegularFile(source.folder().resolve(template))) {
            try {
                engine.compile(
                        template,
                        StepChecks.read(source.folder(), template),
                        parts(source.shared(), source.folder()),
                        RenderingRule.NEWEST);
            } catch (TemplateSyntaxException e) {
                problems.at(e.file(), "line " + e.line() + ", column " + e.column(), String.valueOf(e.getMessage()));
            } catch (InvalidFileException e) {
                problems.addAll(e.problems());
            } catch (IOException e) {
                problems.at(template, "", TextFile.trouble(e));
            }
        }
        StepChecks.schema(step, source, problems);
        StepChecks.rules(step, source, problems);
        StepBranch.check(step, source, problems);
        JsonNode same = step.source().get(PromptChecks.SAME);
        if (same != null && !same.isBoolean()) {
            problems.at(
                    source.file(),
                    source.place() + "." + PromptChecks.SAME,
                    "must be true or false, not " + Json.text(same));
        }
        JsonNode informal = step.source().get("prompt_template");
        if (informal != null && template != null && !template.endsWith(informal.asText())) {
            problems.at(
                    source.file(),
                    source.place() + ".prompt_template",
                    "names another file than the one used, " + template + "; remove it");
        }
    }

    @Override
    public void flow(Step step, Source source, KnownFields known, Problems problems) {
        StepBranch.flow(step, source, known, problems, () -> prompt(step, source, known, problems));
    }

    private void prompt(Step step, Source source, KnownFields known, Problems problems) {
        var checks = new PromptChecks(step, source, known, problems);
        String file = step.template();
        if (file != null && Files.isRegularFile(source.folder().resolve(file))) {
            try {
                String text = StepChecks.read(source.folder(), file);
                TemplateParts parts = parts(source.shared(), source.folder());
                checks.of(file, text, engine.compile(file, text, parts, RenderingRule.NEWEST), parts);
            } catch (TemplateSyntaxException | InvalidFileException | IOException e) {
                // told when the template was checked
            }
        }
        StepChecks.outputs(step, source, known, problems);
        if (step.schema() == null) {
            known.open();
        }
    }

    /** The files under {@code prompts.include}. */
    private static TemplateParts parts(SharedContext shared, Path folder) {
        var texts = new LinkedHashMap<String, String>();
        for (String each : shared.parts()) {
            texts.put(each, TextFile.read(folder.resolve(each), each, TextFile.LARGEST_WRITTEN));
        }
        return TemplateParts.of(texts);
    }

    @Override
    public PreparedStep prepare(Step step, Pipeline pipeline, NumberedRules rules) {
        try {
            String template = java.util.Objects.requireNonNull(step.template());
            SchemaJudge schema = StepChecks.schema(step, pipeline.folder());
            StructuredOutput structured = schema == null
                    ? StructuredOutput.NONE
                    : StructuredOutput.of(schema.schema(), step.call().schemas());
            return new LlmStep(
                    step,
                    StepBranch.of(step, pipeline),
                    schema == null ? null : schema.schema(),
                    engine.compile(
                            template,
                            StepChecks.read(pipeline.folder(), template),
                            parts(pipeline.shared(), pipeline.folder()),
                            rules.rendering()),
                    structured,
                    new Judge(schema, step.validation(), structured, rules.reading()),
                    pipeline);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("the run's copy of step " + step.name() + " cannot be read", e);
        }
    }

    private record LlmStep(
            Step step,
            StepBranch branch,
            @Nullable JsonNode schema,
            Template template,
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
            String text = template.render(withExpressions(record), pipeline.globalContext(), pipeline.config(), shown);
            if (text.isBlank()) {
                throw new RenderException(PromptChecks.EMPTY);
            }
            return text;
        }

        /** {@code processing.expressions} are seen by templates alone, and are the same at every attempt. */
        private ObjectNode withExpressions(ObjectNode record) throws RenderException {
            if (pipeline.expressions().isEmpty()) {
                return record;
            }
            var evaluation = new Evaluation(
                    record, SeededRandom.of(pipeline.generation().seed(), UnitRecord.id(record), step.name(), 0));
            for (var each : pipeline.expressions().entrySet()) {
                try {
                    evaluation.set(each.getKey(), each.getValue());
                } catch (EvaluationException e) {
                    throw new RenderException("processing.expressions." + each.getKey() + ": " + e.getMessage());
                }
            }
            try {
                return record.deepCopy().setAll(evaluation.results());
            } catch (EvaluationException e) {
                throw new RenderException("processing.expressions: " + e.getMessage());
            }
        }

        @Override
        public Verdict judge(String text, ObjectNode record) {
            return judge.judge(text, record);
        }
    }
}
