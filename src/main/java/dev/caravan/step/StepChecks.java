package dev.caravan.step;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.base.Problems;
import dev.caravan.base.TextFile;
import dev.caravan.base.UnitRecord;
import dev.caravan.pipeline.KnownFields;
import dev.caravan.pipeline.Step;
import dev.caravan.pipeline.StepGrammar.Source;
import dev.caravan.validation.ExpressionRules;
import dev.caravan.validation.MixedMembers;
import dev.caravan.validation.RuleJudge;
import dev.caravan.validation.SchemaCheck;
import dev.caravan.validation.SchemaException;
import dev.caravan.validation.SchemaJudge;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What several kinds of step check alike: the schema and rules that judge an output, and what they make known. */
final class StepChecks {
    private static final Pattern FIXED_LENGTH =
            Pattern.compile("(\\blen\\s*\\([^()]*\\)|\\.size\\(\\))\\s*==\\s*[0-9]+");

    private StepChecks() {}

    static void schema(Step step, Source source, Problems problems) {
        parsed(step, source, problems);
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

    /** The step's schema as JSON; null when it has none, or one that cannot be used, which is told. */
    private static @Nullable JsonNode parsed(Step step, Source source, Problems problems) {
        String schema = step.schema();
        if (schema == null || !Files.isRegularFile(source.folder().resolve(schema))) {
            return null;
        }
        try {
            int before = problems.all().size();
            JsonNode read = step.filled(
                    Json.written(read(source.folder(), schema)), (at, wrong) -> problems.at(schema, at, wrong));
            if (problems.all().size() > before) {
                return null;
            }
            // What a run was made with was checked by the version that made it.
            if (!source.stored() && !meant(schema, read, step, problems)) {
                return null;
            }
            return SchemaJudge.compile(read).schema();
        } catch (JsonProcessingException e) {
            problems.at(schema, Json.place(e), "is not JSON: " + Json.reason(e));
        } catch (SchemaException e) {
            problems.at(schema, e.place(), "is no valid JSON Schema: " + e.getMessage());
        } catch (IOException e) {
            problems.at(schema, "", TextFile.trouble(e));
        }
        return null;
    }

    static void rules(Step step, Source source, Problems problems) {
        RuleJudge.check(step.validation(), source.file(), rulesPlace(step, source), problems);
    }

    static String rulesPlace(Step step, Source source) {
        return step.source().has("validation") ? source.place() + ".validation" : "validation." + step.name();
    }

    /** The field a step names under a key; empty when it names none, or one that cannot be used, which is told. */
    static String name(Step step, String key, Source source, Problems problems) {
        JsonNode value = step.source().get(key);
        if (value == null) {
            return "";
        }
        String name = value.asText();
        if (!value.isTextual() || !name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
            problems.at(
                    source.file(),
                    source.place() + "." + key,
                    "must be the name of a field (letters, digits, _), not " + Json.text(value));
        } else if (name.startsWith("_")
                || name.equals(UnitRecord.ID)
                || name.equals("errors")
                || name.equals("config")) {
            problems.at(source.file(), source.place() + "." + key, "'" + name + "' is a name of the system's");
        }
        return name;
    }

    static void whole(Step step, String key, int highest, Source source, Problems problems) {
        JsonNode value = step.source().get(key);
        if (value != null
                && (!value.isIntegralNumber()
                        || !value.canConvertToLong()
                        || value.longValue() < 1
                        || value.longValue() > highest)) {
            problems.at(
                    source.file(),
                    source.place() + "." + key,
                    "must be a whole number from 1 to " + highest + ", not " + Json.text(value));
        }
    }

    static void oneOf(Step step, String key, List<String> words, Source source, Problems problems) {
        JsonNode value = step.source().get(key);
        if (value != null && !words.contains(value.asText())) {
            problems.at(
                    source.file(),
                    source.place() + "." + key,
                    "must be one of " + String.join(", ", words) + ", not " + Json.text(value));
        }
    }

    /** The schema of a checked step, compiled; null when it has none. */
    static @Nullable SchemaJudge schema(Step step, Path folder) {
        JsonNode schema = step.schemaIn(folder);
        return schema == null ? null : SchemaJudge.compile(schema);
    }

    /** @throws IOException with what {@link TextFile#trouble} says of it */
    static String read(Path folder, String file) throws IOException {
        return TextFile.read(folder.resolve(file), TextFile.LARGEST_WRITTEN);
    }

    /** Adds the fields of a step's schema and rules to what is known, and holds its rules against it. */
    static void outputs(Step step, Source source, KnownFields known, Problems problems) {
        known.judge(step, parsed(step, source, problems));
        String enums = rulesPlace(step, source) + ".enums.";
        step.validation().path("enums").properties().stream()
                .filter(each -> !step.isList(each.getValue()))
                .forEach(each -> MixedMembers.of(
                        each.getValue(),
                        false,
                        (at, message) ->
                                problems.hint(source.file(), enums + each.getKey() + "[" + at + "]", message)));
        ExpressionRules rules =
                ExpressionRules.read(step.validation(), source.file(), rulesPlace(step, source), new Problems(""));
        for (ExpressionRules.Rule rule : rules.rules()) {
            var when = rule.when();
            if (when != null) {
                known.use(when, null, source.file(), rule.place() + ".when", problems);
            }
            known.use(rule.expr(), when, source.file(), rule.place() + ".expr", problems);
            if (FIXED_LENGTH.matcher(rule.expr().text()).find()) {
                problems.hint(
                        source.file(),
                        rule.place() + ".expr",
                        "holds a list to a fixed length; where lengths vary, compare with len(…) of the list it goes"
                                + " with: " + rule.expr().text().strip());
            }
        }
    }
}
