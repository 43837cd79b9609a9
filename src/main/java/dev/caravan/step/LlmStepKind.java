package dev.caravan.step;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Problems;
import dev.caravan.base.TextFile;
import dev.caravan.base.UserMistakeException;
import dev.caravan.pipeline.KnownFields;
import dev.caravan.pipeline.Manner;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.SharedContext;
import dev.caravan.pipeline.Step;
import dev.caravan.pipeline.StepSettings;
import dev.caravan.pipeline.StepSource;
import dev.caravan.prompt.RenderingRule;
import dev.caravan.prompt.Template;
import dev.caravan.prompt.TemplateEngine;
import dev.caravan.prompt.TemplateParts;
import dev.caravan.prompt.TemplateSyntaxException;
import dev.caravan.validation.StructuredOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A step that asks a model: a template makes the prompt, schema and rules judge the answer. */
public final class LlmStepKind implements StepKind {
    /** Where configs of other systems name the template besides. */
    private static final String INFORMAL = "prompt_template";

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
            INFORMAL));

    /** Made with the first template that is compiled: many commands compile none, and it brings logging along. */
    private static final class Templates {
        static final TemplateEngine ENGINE = new TemplateEngine();
    }

    @Override
    public String kind() {
        return "llm";
    }

    @Override
    public Set<String> keys() {
        return KEYS;
    }

    @Override
    public Manner manner() {
        return Manner.BUYS;
    }

    /**
     * @param prompt null where there is no template that compiles
     * @param same whether all units are asked the same, and on purpose
     */
    private record Settings(@Nullable PromptFile prompt, boolean same, OutputRules output, BranchSettings branch)
            implements StepSettings {}

    /** The template as it is written, and compiled by the newest rule. */
    private record PromptFile(String file, String text, TemplateParts parts, Template newest) {}

    @Override
    public StepSettings read(Step step, StepSource source, Problems problems) {
        var settings = new SettingReader(step, source, problems);
        String template = step.template();
        PromptFile prompt = template == null ? none(settings) : prompt(template, source, problems);
        OutputRules output = OutputRules.read(settings);
        BranchSettings branch = BranchSettings.read(settings);
        boolean same = settings.flag(PromptChecks.SAME);
        if (template != null
                && settings.has(INFORMAL)
                && !template.endsWith(settings.value(INFORMAL).asText())) {
            settings.wrong(INFORMAL, "names another file than the one used, " + template + "; remove it");
        }
        return new Settings(prompt, same, output, branch);
    }

    private static @Nullable PromptFile none(SettingReader settings) {
        settings.problems()
                .at(
                        settings.source().file(),
                        settings.source().place(),
                        "has no template; write templates/" + settings.step().name()
                                + ".vm or give its name as template:");
        return null;
    }

    private @Nullable PromptFile prompt(String template, StepSource source, Problems problems) {
        if (!Files.isRegularFile(source.folder().resolve(template))) {
            return null;
        }
        try {
            String text = OutputRules.text(source.folder(), template);
            TemplateParts parts = parts(source.shared(), source.folder());
            return new PromptFile(
                    template, text, parts, Templates.ENGINE.compile(template, text, parts, RenderingRule.NEWEST));
        } catch (TemplateSyntaxException e) {
            problems.at(e.file(), "line " + e.line() + ", column " + e.column(), String.valueOf(e.getMessage()));
        } catch (UserMistakeException e) {
            problems.addAll(e.problems());
        } catch (IOException e) {
            problems.at(template, "", TextFile.trouble(e));
        }
        return null;
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
    public void flow(Step step, StepSource source, KnownFields known, Problems problems) {
        Settings settings = step.settings(Settings.class);
        settings.branch().flow(source, known, problems, () -> {
            var checks = new PromptChecks(settings.same(), source, known, problems);
            PromptFile prompt = settings.prompt();
            if (prompt != null) {
                checks.of(prompt.file(), prompt.text(), prompt.newest(), prompt.parts());
            }
            settings.output().flow(step, source, known, problems);
            if (step.schema() == null) {
                known.open();
            }
        });
    }

    @Override
    public PreparedStep prepare(Step step, Pipeline pipeline, NumberedRules rules) {
        Settings settings = step.settings(Settings.class);
        JsonNode schema = settings.output().schemaNode();
        StructuredOutput structured = schema == null
                ? StructuredOutput.NONE
                : StructuredOutput.of(schema, step.call().schemas());
        return new LlmStep(
                step,
                settings.branch().of(step, pipeline),
                schema,
                template(Objects.requireNonNull(settings.prompt()), rules.rendering()),
                new TemplateExpressions(pipeline.expressions()),
                structured,
                settings.output().judge(step, structured, rules.reading()),
                pipeline);
    }

    private Template template(PromptFile prompt, RenderingRule rule) {
        return rule == RenderingRule.NEWEST
                ? prompt.newest()
                : Templates.ENGINE.compile(prompt.file(), prompt.text(), prompt.parts(), rule);
    }
}
