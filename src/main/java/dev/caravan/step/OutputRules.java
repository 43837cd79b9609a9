package dev.caravan.step;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.base.Problems;
import dev.caravan.base.TextFile;
import dev.caravan.expression.Expression;
import dev.caravan.pipeline.KnownFields;
import dev.caravan.pipeline.Step;
import dev.caravan.pipeline.StepSource;
import dev.caravan.validation.ExpressionRules;
import dev.caravan.validation.Judge;
import dev.caravan.validation.MixedMembers;
import dev.caravan.validation.ReadingRule;
import dev.caravan.validation.RuleJudge;
import dev.caravan.validation.SchemaCheck;
import dev.caravan.validation.SchemaException;
import dev.caravan.validation.SchemaJudge;
import dev.caravan.validation.StructuredOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What judges the output of a step, and what it makes known of the records that pass: schema and rules, read once.
 *
 * @param schema compiled; null when the step has none
 */
record OutputRules(@Nullable SchemaJudge schema, ExpressionRules rules) {
    private static final Pattern FIXED_LENGTH =
            Pattern.compile("(\\blen\\s*\\([^()]*\\)|\\.size\\(\\))\\s*==\\s*[0-9]+");

    static OutputRules read(SettingReader settings) {
        Step step = settings.step();
        StepSource source = settings.source();
        Problems problems = settings.problems();
        SchemaJudge schema = schema(step, source, problems);
        String place = place(step, source);
        RuleJudge.check(step.validation(), source.file(), place, problems);
        return new OutputRules(schema, ExpressionRules.read(step.validation(), source.file(), place, problems));
    }

    /** Where the rules of a step are written. */
    private static String place(Step step, StepSource source) {
        return step.source().has("validation") ? source.at("validation") : "validation." + step.name();
    }

    private static @Nullable SchemaJudge schema(Step step, StepSource source, Problems problems) {
        String file = step.schema();
        if (file == null || !Files.isRegularFile(source.folder().resolve(file))) {
            return null;
        }
        try {
            int before = problems.all().size();
            JsonNode read =
                    step.filled(Json.written(text(source.folder(), file)), (at, wrong) -> problems.at(file, at, wrong));
            boolean filled = problems.all().size() == before;
            // What a run was made with was checked by the version that made it.
            boolean compiles = filled && (source.stored() || meant(file, read, step, problems));
            return compiles ? SchemaJudge.compile(read) : null;
        } catch (JsonProcessingException e) {
            problems.at(file, Json.place(e), "is not JSON: " + Json.reason(e));
        } catch (SchemaException e) {
            problems.at(file, e.place(), "is no valid JSON Schema: " + e.getMessage());
        } catch (IOException e) {
            problems.at(file, "", TextFile.trouble(e));
        }
        return null;
    }

    /** @throws IOException with what {@link TextFile#trouble} says of it */
    static String text(Path folder, String file) throws IOException {
        return TextFile.read(folder.resolve(file), TextFile.LARGEST_WRITTEN);
    }

    /** Tells what the schema's author cannot have meant, and whether anything is left to compile. */
    private static boolean meant(String file, JsonNode schema, Step step, Problems problems) {
        boolean compiles = true;
        for (SchemaCheck.Remark each : SchemaCheck.of(schema, step::isList)) {
            switch (each.weight()) {
                case HINT -> problems.hint(file, each.place(), each.message());
                case WRONG -> problems.at(file, each.place(), each.message());
                case NO_SCHEMA -> {
                    problems.at(file, each.place(), each.message());
                    compiles = false;
                }
            }
        }
        return compiles;
    }

    @Nullable JsonNode schemaNode() {
        return schema == null ? null : schema.schema();
    }

    /** Judges as the rule for reading replies says. */
    Judge judge(Step step, StructuredOutput structured, ReadingRule reading) {
        return new Judge(schema, step.validation(), structured, reading);
    }

    /** As the other, of a step that asks nobody. */
    Judge judge(Step step, ReadingRule reading) {
        return judge(step, StructuredOutput.NONE, reading);
    }

    /** Complains of required fields that a step, which does not ask for them, will not have. */
    void requires(Step step, StepSource source, KnownFields known, Problems problems) {
        known.requires(step, source.file(), place(step, source), problems);
    }

    /** Adds the fields of schema and rules to what is known, and holds the rules against it. */
    void flow(Step step, StepSource source, KnownFields known, Problems problems) {
        known.judge(step, schemaNode());
        enums(step, source, problems);
        rules.rules().forEach(each -> flow(each, source, known, problems));
    }

    private static void enums(Step step, StepSource source, Problems problems) {
        String place = place(step, source) + ".enums.";
        step.validation().path("enums").properties().stream()
                .filter(each -> !step.isList(each.getValue()))
                .forEach(each -> MixedMembers.of(
                        each.getValue(),
                        false,
                        (at, message) ->
                                problems.hint(source.file(), place + each.getKey() + "[" + at + "]", message)));
    }

    private static void flow(ExpressionRules.Rule rule, StepSource source, KnownFields known, Problems problems) {
        String at = rule.place() + ".expr";
        Expression when = rule.when();
        if (when != null) {
            known.use(when, null, source.file(), rule.place() + ".when", problems);
        }
        known.use(rule.expr(), when, source.file(), at, problems);
        if (FIXED_LENGTH.matcher(rule.expr().text()).find()) {
            problems.hint(
                    source.file(),
                    at,
                    "holds a list to a fixed length; where lengths vary, compare with len(…) of the list it goes"
                            + " with: " + rule.expr().text().strip());
        }
    }
}
