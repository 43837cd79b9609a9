package dev.caravan.execution;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.Problems;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.Step;
import dev.caravan.prompt.RenderException;
import dev.caravan.prompt.Template;
import dev.caravan.prompt.TemplateEngine;
import dev.caravan.prompt.TemplateSyntaxException;
import dev.caravan.provider.Prompt;
import dev.caravan.validation.Judge;
import dev.caravan.validation.RuleJudge;
import dev.caravan.validation.SchemaException;
import dev.caravan.validation.SchemaJudge;
import dev.caravan.validation.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A step that asks a model: a template makes the prompt, schema and rules judge the answer. */
public final class LlmStepKind implements StepKind {
    private static final Set<String> KEYS = new TreeSet<>(Set.of(
            "template",
            "schema",
            "validation",
            "provider",
            "model",
            "system",
            "max_tokens",
            "temperature",
            "simulate",
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
                engine.compile(template, read(source.folder(), template));
            } catch (TemplateSyntaxException e) {
                problems.at(template, "line " + e.line() + ", column " + e.column(), String.valueOf(e.getMessage()));
            } catch (IOException e) {
                problems.at(template, "", "cannot be read as UTF-8 text");
            }
        }
        checkSchema(step, source, problems);
        RuleJudge.check(step.validation(), source.file(), source.place() + ".validation", problems);
        JsonNode informal = step.source().get("prompt_template");
        if (informal != null && template != null && !template.endsWith(informal.asText())) {
            problems.at(
                    source.file(),
                    source.place() + ".prompt_template",
                    "names another file than the one used, " + template + "; remove it");
        }
    }

    private static void checkSchema(Step step, Source source, Problems problems) {
        String schema = step.schema();
        if (schema == null || !Files.isRegularFile(source.folder().resolve(schema))) {
            return;
        }
        try {
            SchemaJudge.compile(Json.mapper().readTree(read(source.folder(), schema)));
        } catch (JsonProcessingException e) {
            problems.at(schema, "line " + e.getLocation().getLineNr(), "is not JSON: " + e.getOriginalMessage());
        } catch (SchemaException e) {
            problems.at(schema, e.place(), "is no valid JSON Schema: " + e.getMessage());
        } catch (IOException e) {
            problems.at(schema, "", "cannot be read as UTF-8 text");
        }
    }

    private static String read(Path folder, String file) throws IOException {
        return Files.readString(folder.resolve(file));
    }

    @Override
    public PreparedStep prepare(Step step, Pipeline pipeline) {
        try {
            String template = java.util.Objects.requireNonNull(step.template());
            String schema = step.schema();
            SchemaJudge judge = schema == null
                    ? null
                    : SchemaJudge.compile(Json.mapper().readTree(read(pipeline.folder(), schema)));
            return new LlmStep(
                    step,
                    engine.compile(template, read(pipeline.folder(), template)),
                    judge,
                    new Judge(judge, step.validation()),
                    pipeline.globalContext(),
                    pipeline.config());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("the run's copy of step " + step.name() + " cannot be read", e);
        }
    }

    private record LlmStep(
            Step step,
            Template template,
            @Nullable SchemaJudge schema,
            Judge judge,
            ObjectNode globalContext,
            ObjectNode config)
            implements PreparedStep {

        @Override
        public Prompt prompt(String callKey, ObjectNode record, JsonNode errors) throws RenderException {
            return new Prompt(
                    callKey,
                    step.model(),
                    step.system(),
                    template.render(record, globalContext, config, errors),
                    step.maxTokens(),
                    step.temperature(),
                    schema == null ? null : schema.schema(),
                    step.name());
        }

        @Override
        public Verdict judge(String text, ObjectNode record) {
            return judge.judge(text, record);
        }
    }
}
